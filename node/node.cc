#include "node/node.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "node/http_side.h"
#include "node/node_context.h"
#include "node/options/reload.h"
#include "node/peer_side.h"
#include "node/places_side.h"
#include "node/stop_log.h"
#include "node/stop_times.h"
#include "node/text_side.h"
#include "node/traffic_logger.h"

namespace proxyherd::node {
namespace {

std::string MemoryLine(const server::MemoryLimit& memory, const MemoryBudget& budget) {
  return absl::StrCat("memory: ", BytesText(memory.bytes), " (", memory.source, "); ",
                      BytesText(budget.table_bytes), " for the table, about ",
                      budget.table_bytes / kUsualClientBytes,
                      " typical clients, and as much kept free for ", "the heal of a partition; ",
                      BytesText(budget.unsent_bytes), " for unsent replies");
}

}  // namespace

struct Node::Impl {
  Impl(std::unique_ptr<NodeContext> context_in, std::unique_ptr<PlacesSide> places_in,
       std::unique_ptr<TextSide> text_in)
      : context(std::move(context_in)),
        running(context->options),
        places(std::move(places_in)),
        text(std::move(text_in)),
        peers(*context, text->server(), MakeObserver()),
        http({*context, *places, *text, peers}, [this] { return NotReadyReason(); }) {}

  // Opens the gRPC and HTTP ports, then dials the neighbours.
  absl::Status Begin() {
    if (absl::Status status = ListenForPeers(); !status.ok()) return status;
    if (absl::Status status = http.Listen(); !status.ok()) return status;
    peers.Dial();
    http.BeginPage();
    return absl::OkStatus();
  }

  // Applies the whole configuration or nothing.
  void Reload(const OptionsOr<NodeOptions>& wanted) {
    ReloadPlan<NodeOptions> plan = PlanReload(running, wanted);
    const bool applied = plan.report.errors.empty();
    if (applied) {
      running = std::move(plan.next);
      context->Reload(running);
      text->Reload(running);
      peers.Reload(running);
    }
    LogReload(plan.report, running.common.log_level, context->env.NowNs(), context->logger,
              context->config_metrics);
    if (applied && places->Reload()) context->logger.Info("reloading data and keys of places");
  }

  // Every wait is bounded; stop_times.h adds the bounds up.
  void Stop() {
    EndReadiness();
    text->JoinDisplacedEnd();  // which also closes the text port
    peers.Drain();
    const gateway::GatewayStop gateway_stop = text->Stop();
    places->Stop();
    // From here on no report is acknowledged. Those acknowledged before are flushed to the
    // neighbours.
    const peer::LinksStop links_stop = peers.Flush(kFlushTimeNs);
    LogStop(gateway_stop, links_stop, kFlushTimeNs, context->table.Records(), context->logger);
    context->confirmations.Stop();
    peers.EndWatches();
    http.Stop();  // its pages query the links thread
    peers.Shutdown(kCallGraceNs);
  }

  peer::Links::Observer MakeObserver() {
    peer::Links::Observer observer;
    observer.event = [&logger = context->logger](const peer::LinkEvent& event) {
      LogLinkEvent(event, logger);
    };
    observer.ready = [this] { OnReady(); };
    observer.displaced = [this] { OnDisplaced(); };
    observer.mute = [this](bool mute) { OnMute(mute); };
    return observer;
  }

  // A neighbour that links immediately may make the node ready before `peers` has stored its
  // server, so OnReady waits for the lock.
  absl::Status ListenForPeers() {
    MutexLock lock(&mu);
    return peers.Listen();
  }

  std::string NotReadyReason() {
    {
      MutexLock lock(&mu);
      if (phase == Phase::kStopping) return "stopping";
    }
    const peer::LinkSetView view = peers.links().View();
    return view.ready ? "" : view.waiting_for;
  }

  void EndReadiness() {
    MutexLock lock(&mu);
    phase = Phase::kStopping;
  }

  // On the links thread.
  void OnReady() {
    MutexLock lock(&mu);
    if (phase != Phase::kStarting) return;
    phase = Phase::kServing;
    text->Serve();
    peers.BeginServing();
    const config::HerdNode& self = context->self;
    context->logger.Info(
        absl::StrCat("serving: clients on port ", text->server().port(), ", gRPC on ",
                     self.grpc_port, ", HTTP on ", self.http_port,
                     self.link_port == 0 ? "" : absl::StrCat(", links on ", self.link_port)));
  }

  // On the links thread, which must not wait until client connections are closed.
  void OnDisplaced() {
    {
      MutexLock lock(&mu);
      if (phase == Phase::kStopping) return;
      phase = Phase::kDisplaced;
      text->BeginDisplacedEnd();
    }
    peers.EndDisplaced();
  }

  // On the links thread. The text port stays open (see docs/adr/0003).
  void OnMute(bool mute) {
    MutexLock lock(&mu);
    if (phase == Phase::kStarting || phase == Phase::kServing) peers.SetHealth(!mute);
  }

  const std::unique_ptr<NodeContext> context;
  NodeOptions running;  // as last applied; accessed only by the thread that reloads

  enum class Phase { kStarting, kServing, kDisplaced, kStopping };
  Mutex mu;
  Phase phase ABSL_GUARDED_BY(mu) = Phase::kStarting;

  // Each uses the ones before it.
  const std::unique_ptr<PlacesSide> places;
  const std::unique_ptr<TextSide> text;
  PeerSide peers;
  HttpSide http;
};

Node::Node(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Node::~Node() = default;

absl::StatusOr<std::unique_ptr<Node>> Node::Start(NodeOptions options, server::Logger& logger,
                                                  Env& env) {
  auto context = std::make_unique<NodeContext>(std::move(options), logger, env);
  logger.Info(MemoryLine(context->options.common.memory, context->options.memory));
  auto places = PlacesSide::Make(*context);
  if (!places.ok()) return places.status();
  auto text = TextSide::Listen(*context, (*places)->Lookup());
  if (!text.ok()) return text.status();
  auto node = std::unique_ptr<Node>(
      new Node(std::make_unique<Impl>(std::move(context), *std::move(places), *std::move(text))));
  if (absl::Status status = node->impl_->Begin(); !status.ok()) {
    node->Stop();
    return status;
  }
  return node;
}

void Node::Reload(const OptionsOr<NodeOptions>& wanted) { impl_->Reload(wanted); }

bool Node::EndsDisplaced() const { return impl_->text->EndsDisplaced(); }

void Node::Stop() { impl_->Stop(); }

}  // namespace proxyherd::node
