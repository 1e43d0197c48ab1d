#include "rpc/method_metrics.h"

#include <google/protobuf/descriptor.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/env.h"

namespace proxyherd::rpc {
namespace {

// The names of status codes, spelled as in the Go libraries, in the order of their numbers.
constexpr std::array<const char*, 17> kCodes = {
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};

// In seconds; fine below a millisecond, because most calls are answered from memory.
const prometheus::Histogram::BucketBoundaries kBuckets = {
    .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

const char* TypeOf(const google::protobuf::MethodDescriptor& method) {
  if (method.client_streaming() && method.server_streaming()) return "bidi_stream";
  if (method.client_streaming()) return "client_stream";
  return method.server_streaming() ? "server_stream" : "unary";
}

}  // namespace

struct MethodMetrics::Series {
  prometheus::Counter* started;
  std::array<prometheus::Counter*, kCodes.size()> handled;
  prometheus::Histogram* handling;
  prometheus::Counter* received;
  prometheus::Counter* sent;
};

MethodMetrics::MethodMetrics(std::unique_ptr<Series> series) : series_(std::move(series)) {}

MethodMetrics::~MethodMetrics() = default;

void MethodMetrics::Started() const { series_->started->Increment(); }

void MethodMetrics::Sent() const { series_->sent->Increment(); }

void MethodMetrics::Received() const { series_->received->Increment(); }

void MethodMetrics::Handled(absl::StatusCode code, int64_t took_ns) const {
  series_->handled[std::min(static_cast<size_t>(code), kCodes.size() - 1)]->Increment();
  series_->handling->Observe(static_cast<double>(took_ns) / kSecond);
}

MethodMetricsTable::MethodMetricsTable(prometheus::Registry& registry, const std::string& side,
                                       const std::vector<std::string>& services) {
  const auto counter = [&](const std::string& name, const char* help) -> auto& {
    return prometheus::BuildCounter()
        .Name(absl::StrCat("grpc_", side, "_", name))
        .Help(help)
        .Register(registry);
  };
  auto& started = counter("started_total", "RPCs started.");
  auto& handled = counter("handled_total", "RPCs completed, by code.");
  auto& received = counter("msg_received_total", "Messages received.");
  auto& sent = counter("msg_sent_total", "Messages sent.");
  auto& handling = prometheus::BuildHistogram()
                       .Name(absl::StrCat("grpc_", side, "_handling_seconds"))
                       .Help("Duration of RPCs until they completed.")
                       .Register(registry);
  for (const std::string& name : services) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; service != nullptr && i < service->method_count(); ++i) {
      const auto& method = *service->method(i);
      const prometheus::Labels labels = {
          {"grpc_type", TypeOf(method)}, {"grpc_service", name}, {"grpc_method", method.name()}};
      auto series = std::make_unique<MethodMetrics::Series>();
      series->started = &started.Add(labels);
      series->received = &received.Add(labels);
      series->sent = &sent.Add(labels);
      series->handling = &handling.Add(labels, kBuckets);
      for (size_t code = 0; code < kCodes.size(); ++code) {
        prometheus::Labels with_code = labels;
        with_code.emplace("grpc_code", kCodes[code]);
        series->handled[code] = &handled.Add(with_code);
      }
      methods_.try_emplace(absl::StrCat("/", name, "/", method.name()), std::move(series));
    }
  }
}

MethodMetricsTable::~MethodMetricsTable() = default;

const MethodMetrics* MethodMetricsTable::Find(std::string_view path) const {
  const auto found = methods_.find(path);
  return found == methods_.end() ? nullptr : &found->second;
}

}  // namespace proxyherd::rpc
