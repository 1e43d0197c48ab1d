#include "node/http_side.h"

#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/version.h"
#include "net/host_port.h"

namespace proxyherd::node {
namespace {

std::unique_ptr<page::PageFeed> MakePage(const HttpSide::Others& others) {
  NodeContext& context = others.context;
  const NodeOptions& options = context.options;
  if (!options.page) return nullptr;
  page::PageOptions page;
  page.facts = {context.herd.herd, context.self.name, kVersion, options.page_details,
                options.page_console};
  page.places = others.places.Lookup();
  page.text = {net::ReachableAddress(options.common.listen), context.self.text_port};
  return std::make_unique<page::PageFeed>(std::move(page), context.table, context.env,
                                          others.text.server(), others.peers.links(),
                                          others.peers.watches());
}

}  // namespace

HttpSide::HttpSide(const Others& others, std::function<std::string()> not_ready_reason)
    : others_(others),
      not_ready_reason_(std::move(not_ready_reason)),
      process_metrics_([&logger = others.context.logger] { return logger.Lost(); }),
      page_(MakePage(others)) {}

HttpSide::~HttpSide() { assert(server_ == nullptr); }

server::HttpOptions HttpSide::MakeOptions() const {
  const NodeContext& context = others_.context;
  server::HttpOptions options;
  options.address = context.options.common.listen;
  options.port = context.self.http_port;
  options.host = context.self.host;
  options.title = absl::StrCat(context.self.name, " of the herd ", context.herd.herd);
  options.memory_bytes = context.options.memory.http_bytes;
  options.not_ready_reason = not_ready_reason_;
  options.collectables = {&process_metrics_, &context.config_metrics, &others_.peers.metrics(),
                          &others_.text.metrics(), &context.registry};
  if (page_ != nullptr) {
    options.collectables.push_back(page_.get());
    options.routes = page_->Routes();
    options.viewers = &page_->viewers();
  }
  if (others_.places.metrics() != nullptr) options.collectables.push_back(others_.places.metrics());
  return options;
}

absl::Status HttpSide::Listen() {
  absl::StatusOr<std::unique_ptr<server::HttpServer>> started =
      server::HttpServer::Start(MakeOptions());
  if (!started.ok()) return started.status();
  server_ = *std::move(started);
  return absl::OkStatus();
}

void HttpSide::BeginPage() {
  if (page_ != nullptr) page_->Start();
}

void HttpSide::Stop() {
  if (server_ != nullptr) server_->KeepPort();
  server_.reset();
  if (page_ != nullptr) page_->Stop();
}

}  // namespace proxyherd::node
