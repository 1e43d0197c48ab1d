// Start and stop of a node.
#include "node/node.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/version.h"
#include "core/confirmations.h"
#include "core/table.h"
#include "gateway/server/gateway_metrics.h"
#include "gateway/server/tcp_server.h"
#include "metrics/config_metrics.h"
#include "metrics/process_metrics.h"
#include "net/host_port.h"
#include "node/displaced_end.h"
#include "node/herd_shape.h"
#include "node/options/reload.h"
#include "node/places/places_lookups.h"
#include "node/places/remote_places.h"
#include "node/stop_log.h"
#include "node/traffic_logger.h"
#include "page/live/page_feed.h"
#include "peer/service/peer_metrics.h"
#include "peer/service/peer_service.h"
#include "peer/service/watch_dispatcher.h"
#include "peer/transport/links.h"
#include "places/assembly/make_provider.h"
#include "rpc/grpc_metrics.h"
#include "rpc/rpc_server.h"
#include "runtime/timer_thread.h"
#include "server/http/http_server.h"
#include "server/signals/signals.h"

namespace proxyherd {
namespace {

constexpr char kPeerService[] = "proxyherd.peer.v1.PeerService";
constexpr char kPlacesService[] = "proxyherd.places.v1.PlacesService";

// What the steps of a stop take beside the waiting that has bounds of its own.
constexpr int64_t kStopSlackNs = 1 * kSecond;

// At the end neighbours are given this long to acknowledge what they do not have yet.
constexpr int64_t kFlushTimeNs = 5 * kSecond;
// Calls of people get this long to end by themselves.
constexpr int64_t kCallGraceNs = 1 * kSecond;

// Within how much time a node ends; docs/operations.md has the sum.
int64_t StopBound(const GatewayOptions& gateway) {
  return gateway.handshake_grace_ns + gateway.stop_timeout_ns + kFlushTimeNs + kCallGraceNs +
         kStopSlackNs;
}

GrowthLimit LimitOf(const NodeOptions& options) {
  return {static_cast<uint64_t>(options.max_clients), options.memory.table_bytes};
}

std::string MemoryWords(const MemoryLimit& memory, const MemoryBudget& budget) {
  return absl::StrCat("memory: ", BytesText(memory.bytes), " (", memory.source, "); ",
                      BytesText(budget.table_bytes), " of table, some ",
                      budget.table_bytes / kUsualClientBytes, " usual clients, and as much for ",
                      "what heals; ", BytesText(budget.unsent_bytes), " for replies that wait");
}

TableOptions TableOptionsOf(const NodeOptions& options, Env& env) {
  TableOptions table;
  table.herd = options.common.herd.herd;
  table.node = options.name;
  const GrowthLimit limit = LimitOf(options);
  table.max_clients = limit.clients;
  table.max_bytes = limit.bytes;
  table.probe_seed = env.Random();
  table.max_future_ns = options.max_future_ns;
  table.expiry.after_ns = options.expire_after_ns;
  return table;
}

// Channels to neighbours, with metrics. Plaintext; see RpcServer.
ChannelFactory MakeChannels(const ClientMetrics& metrics) {
  return [&metrics](const std::string& address, const grpc::ChannelArguments& arguments) {
    return grpc::experimental::CreateCustomChannelWithInterceptors(
        address, grpc::InsecureChannelCredentials(), arguments, metrics.MakeInterceptors());
  };
}

}  // namespace

struct Node::Impl {
  Impl(NodeOptions options_in, Logger& logger_in, Env& env_in)
      : options(std::move(options_in)),
        herd(options.common.herd),
        self(*herd.Find(options.name)),
        logger(logger_in),
        env(env_in),
        started_ns(env.NowNs()),
        running(options),
        config_metrics(started_ns),
        client_metrics(registry, {kPeerService, kPlacesService}),
        traffic(logger),
        table(TableOptionsOf(options, env)),
        confirmations(options.ack_timeout_ns, options.memory.max_ack_waits) {
    ReserveOrigins();
  }

  // Whom replies to reports wait for; nullptr: nobody.
  Confirmations* AckAfter() { return options.ack_after_neighbour ? &confirmations : nullptr; }

  LinksOptions MakeLinksOptions() {
    LinksOptions links_options;
    const HerdShape shape = ShapeOf(herd, self.name);
    links_options.identity = {
        herd.herd,
        self.name,
        static_cast<uint64_t>(started_ns),
        shape.topology_hash,
        shape.neighbours,
        options.expire_after_ns,
        {self.host, self.text_port, self.grpc_port, self.http_port, self.at, kVersion},
        shape.nodes};
    links_options.load = [this] { return Load(); };
    links_options.addresses = AddressesOf(herd, self.name);
    links_options.channels = MakeChannels(client_metrics);
    links_options.confirmations = AckAfter();
    return links_options;
  }

  LoadSample Load() const {
    LoadSample load;
    load.connections = static_cast<uint64_t>(gateway->OpenConnections());
    load.max_connections = static_cast<uint64_t>(gateway->MaxConnections());
    load.reports = gateway->Reports();
    const GrowthLimit own = table.limits().Own();
    load.max_clients = own.clients;
    load.max_table_bytes = own.bytes == GrowthLimit::kNone ? 0 : own.bytes;
    return load;
  }

  NodeUse Use() const {
    const ProcessUse process = ReadProcessUse();
    return {static_cast<uint64_t>(gateway->OpenConnections()), gateway->Reports(),
            process.cpu_seconds, process.resident_bytes};
  }

  absl::StatusOr<PlacesLookup> MakeLookup() {
    if (!options.places_address.empty()) {
      auto& hits = prometheus::BuildCounter()
                       .Name("proxyherd_places_limit_hits_total")
                       .Help("Times that a limit of lookups was reached, by limit.")
                       .Register(registry);
      remote_places = std::make_unique<RemotePlaces>(
          options.places_address, client_metrics, env,
          RemotePlaces::Limits{[&count = hits.Add({{"limit", "lookups"}})] { count.Increment(); },
                               [&count = hits.Add({{"limit", "silence"}})] { count.Increment(); }});
      return remote_places->Lookup();
    }
    timers = std::make_unique<TimerThread>(env);
    absl::StatusOr<Places> made = MakePlaces(
        options.common.provider,
        {env, *timers, registry, [this](const std::string& words) { logger.Info(words); },
         [this](const std::string& words) { logger.Warning(words); }, IsStopSignalPending});
    if (!made.ok()) return made.status();
    const auto kept = std::make_shared<Places>(*std::move(made));
    places = kept;
    return EmbeddedPlaces(std::shared_ptr<Provider>(kept, kept->provider.get()));
  }

  void Reload(const OptionsOr<NodeOptions>& wanted) {
    ReloadPlan<NodeOptions> plan = PlanReload(running, wanted);
    TellReload(plan.words, plan.next.common.log_level, env.NowNs(), logger, config_metrics);
    if (!plan.words.errors.empty()) return;
    running = std::move(plan.next);
    table.limits().SetOwn(LimitOf(running));
    table.SetMaxFuture(running.max_future_ns);
    displaced_end->Reconfigure(running.gateway);
    ReserveOrigins();
    const HerdFile& file = running.common.herd;
    links->Reshape(ShapeOf(file, self.name), AddressesOf(file, self.name));
    if (const std::shared_ptr<Places> kept = places.lock(); kept != nullptr) {
      kept->provider->Reload();
      logger.Info("I read data and keys of places anew");
    }
  }

  // Room for the herd's own names, whatever others a neighbour makes up.
  void ReserveOrigins() {
    for (const HerdNode& node : running.common.herd.nodes) table.origins().Intern(node.name);
  }

  absl::Status Start() {
    logger.Info(MemoryWords(options.common.memory, options.memory));
    absl::StatusOr<PlacesLookup> lookup = MakeLookup();
    if (!lookup.ok()) return lookup.status();
    const PlacesLookup page_lookup = *lookup;
    gateway = std::make_unique<TcpServer>(
        options.gateway, Backend{table, env, *std::move(lookup), traffic, AckAfter()});
    if (absl::Status status = gateway->Listen(); !status.ok()) return status;

    displaced_end = std::make_unique<DisplacedEnd>(*gateway, logger, options.exit_when_displaced);
    Links::Observer observer;
    observer.event = [this](const LinkEvent& event) { LogLinkEvent(event, logger); };
    observer.ready = [this] { OnReady(); };
    observer.displaced = [this] { OnDisplaced(); };
    observer.mute = [this](bool mute) { OnMute(mute); };
    links = std::make_unique<Links>(MakeLinksOptions(), table, env, std::move(observer));
    watches = std::make_unique<WatchDispatcher>(table, env, options.memory.watch_bytes);
    if (options.page) MakePage(page_lookup);
    service = std::make_unique<PeerServiceImpl>(
        NodeFacts{herd.herd, self.name, kVersion, started_ns, [this] { return Use(); }, RequestStop,
                  StopBound(options.gateway)},
        table, env, *links, *watches, AckAfter());
    absl::StatusOr<std::unique_ptr<RpcServer>> started_rpc =
        RpcServer::Start({options.common.listen, self.grpc_port, 0, options.memory.grpc_bytes},
                         kPeerService, *service, registry);
    absl::Status status = started_rpc.status();
    if (status.ok()) {
      rpc = *std::move(started_rpc);
      status = StartHttp();
    }
    if (!status.ok()) {
      Stop();
      return status;
    }
    links->Start();
    if (page != nullptr) page->Start();
    return absl::OkStatus();
  }

  void MakePage(const PlacesLookup& lookup) {
    PageOptions page_options;
    page_options.facts = {herd.herd, self.name, kVersion, options.page_details,
                          options.page_console};
    page_options.places = lookup;
    page_options.text = {ReachableAddress(options.common.listen), self.text_port};
    page =
        std::make_unique<PageFeed>(std::move(page_options), table, env, *gateway, *links, *watches);
  }

  absl::Status StartHttp() {
    peer_metrics = std::make_unique<PeerMetrics>(table, *links, watches->limit_hits());
    gateway_metrics = std::make_unique<GatewayMetrics>(*gateway);
    HttpOptions http_options;
    http_options.address = options.common.listen;
    http_options.port = self.http_port;
    http_options.host = self.host;
    http_options.title = absl::StrCat(self.name, " of the herd ", herd.herd);
    http_options.memory_bytes = options.memory.http_bytes;
    http_options.not_ready_reason = [this] { return NotReadyReason(); };
    http_options.collectables = {&process_metrics, &config_metrics, peer_metrics.get(),
                                 gateway_metrics.get(), &registry};
    if (page != nullptr) {
      http_options.collectables.push_back(page.get());
      http_options.routes = page->Routes();
      http_options.viewers = &page->viewers();
    }
    // Kept by the gateway, which ends after HTTP.
    if (const auto kept = places.lock()) http_options.collectables.push_back(kept->metrics.get());
    absl::StatusOr<std::unique_ptr<HttpServer>> started =
        HttpServer::Start(std::move(http_options));
    if (!started.ok()) return started.status();
    http = *std::move(started);
    return absl::OkStatus();
  }

  std::string NotReadyReason() {
    {
      MutexLock lock(&mu);
      if (stopping) return "stopping";
    }
    const LinkSetView view = links->View();
    return view.ready ? "" : view.waiting_for;
  }

  // On the links thread.
  void OnReady() {
    MutexLock lock(&mu);
    if (stopping || displaced) return;
    gateway->Serve();
    service->BeginServing();
    rpc->SetServing(true);
    logger.Info(absl::StrCat("I am serving: clients on port ", gateway->port(), ", gRPC on ",
                             self.grpc_port, ", HTTP on ", self.http_port));
  }

  // On the links thread, which must not wait for clients to be closed.
  void OnDisplaced() {
    {
      MutexLock lock(&mu);
      if (stopping) return;
      displaced = true;
      displaced_end->Begin();
    }
    rpc->SetServing(false);
    service->EndDisplaced();
    watches->Stop("another process of the node has taken its links");
  }

  // On the links thread. The text port stays open: see docs/adr/0003.
  void OnMute(bool mute) {
    MutexLock lock(&mu);
    if (!stopping && !displaced) rpc->SetServing(!mute);
  }

  void Stop() {
    {
      MutexLock lock(&mu);
      stopping = true;
    }
    if (displaced_end != nullptr) displaced_end->Join();
    if (rpc != nullptr) rpc->Drain();
    links->Tell(NodeState::kDraining);
    service->EndServing();
    const GatewayStop gateway_stop = gateway->Stop();
    if (remote_places != nullptr) remote_places->Stop();
    // Nothing is acknowledged from here on; what was, goes to the neighbours.
    const LinksStop links_stop = links->Stop(kFlushTimeNs);
    LogStop(gateway_stop, links_stop, kFlushTimeNs, table.Records(), logger);
    confirmations.Stop();
    watches->Stop("the node is stopping");
    if (http != nullptr) http->KeepPort();
    http.reset();  // its pages ask the links thread
    if (page != nullptr) page->Stop();
    if (rpc != nullptr) rpc->Shutdown(kCallGraceNs);
    watches->Join();
    links->Join();
  }

  // Constant after construction: as the node was started.
  const NodeOptions options;
  const HerdFile& herd;
  const HerdNode& self;
  Logger& logger;
  Env& env;
  const int64_t started_ns;

  NodeOptions running;  // as it was read last; of the thread that reloads

  // In order of construction: what is used by others comes before them.
  prometheus::Registry registry;
  ProcessMetrics process_metrics{[this] { return logger.Lost(); }};
  ConfigMetrics config_metrics;
  ClientMetrics client_metrics;
  TrafficLogger traffic;
  Table table;
  Confirmations confirmations;
  std::unique_ptr<RemotePlaces> remote_places;
  std::unique_ptr<TimerThread> timers;  // of embedded places
  std::weak_ptr<Places> places;         // embedded ones; the gateway keeps them
  std::unique_ptr<TcpServer> gateway;
  std::unique_ptr<DisplacedEnd> displaced_end;
  std::unique_ptr<Links> links;
  std::unique_ptr<WatchDispatcher> watches;
  std::unique_ptr<PeerServiceImpl> service;
  std::unique_ptr<RpcServer> rpc;
  std::unique_ptr<PeerMetrics> peer_metrics;
  std::unique_ptr<GatewayMetrics> gateway_metrics;
  std::unique_ptr<PageFeed> page;
  std::unique_ptr<HttpServer> http;

  Mutex mu;  // between becoming ready, being displaced and stopping
  bool stopping ABSL_GUARDED_BY(mu) = false;
  bool displaced ABSL_GUARDED_BY(mu) = false;
};

Node::Node(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Node::~Node() = default;

absl::StatusOr<std::unique_ptr<Node>> Node::Start(NodeOptions options, Logger& logger, Env& env) {
  auto impl = std::make_unique<Impl>(std::move(options), logger, env);
  if (absl::Status status = impl->Start(); !status.ok()) return status;
  return std::unique_ptr<Node>(new Node(std::move(impl)));
}

void Node::Reload(const OptionsOr<NodeOptions>& wanted) { impl_->Reload(wanted); }

bool Node::EndsDisplaced() const { return impl_->displaced_end->exits(); }

void Node::Stop() { impl_->Stop(); }

}  // namespace proxyherd
