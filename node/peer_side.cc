#include "node/peer_side.h"

#include <cassert>
#include <utility>

#include "base/version.h"
#include "metrics/process_metrics.h"
#include "node/herd_shape.h"
#include "node/stop_times.h"
#include "peer/protocol/link_timing.h"
#include "peer/transport/link_listener.h"
#include "peer/transport/link_method.h"
#include "server/signals/signals.h"

namespace proxyherd::node {
namespace {

// Returns the load that is published to other nodes.
peer::LoadSample LoadOf(const gateway::TcpServer& gateway, const Table& table) {
  peer::LoadSample load;
  load.connections = static_cast<uint64_t>(gateway.OpenConnections());
  load.max_connections = static_cast<uint64_t>(gateway.MaxConnections());
  load.reports = gateway.Reports();
  const GrowthLimit own = table.limits().Own();
  load.max_clients = own.clients;
  load.max_table_bytes = own.bytes == GrowthLimit::kNone ? 0 : own.bytes;
  return load;
}

peer::NodeUse UseOf(const gateway::TcpServer& gateway) {
  const metrics::ProcessUse process = metrics::ReadProcessUse();
  return {static_cast<uint64_t>(gateway.OpenConnections()), gateway.Reports(), process.cpu_seconds,
          process.resident_bytes};
}

peer::LinksOptions MakeLinksOptions(NodeContext& context, const gateway::TcpServer& gateway) {
  const config::HerdNode& self = context.self;
  const peer::HerdShape shape = ShapeOf(context.herd, self.name);
  peer::LinksOptions options;
  options.identity = {
      context.herd.herd,
      self.name,
      static_cast<uint64_t>(context.started_ns),
      shape.topology_hash,
      shape.neighbours,
      context.options.expire_after_ns,
      {self.host, self.text_port, self.grpc_port, self.http_port, self.at, kVersion},
      shape.nodes};
  options.load = [&gateway, &table = context.table] { return LoadOf(gateway, table); };
  options.addresses = AddressesOf(context.herd, self.name);
  options.outgoing_metrics = context.client_metrics.methods().Find(peer::kLinkPath);
  options.incoming_metrics = context.server_metrics.Find(peer::kLinkPath);
  options.confirmations = context.AckAfter();
  options.identity.awaits_acknowledgements = options.confirmations != nullptr;
  return options;
}

peer::NodeFacts MakeFacts(const NodeContext& context, const gateway::TcpServer& gateway) {
  peer::NodeFacts facts;
  facts.herd = context.herd.herd;
  facts.node = context.self.name;
  facts.version = kVersion;
  facts.started_ns = context.started_ns;
  facts.use = [&gateway] { return UseOf(gateway); };
  facts.request_stop = server::RequestStop;
  facts.stop_within_ns = StopBoundNs(context.options.gateway);
  return facts;
}

}  // namespace

PeerSide::PeerSide(NodeContext& context, const gateway::TcpServer& gateway,
                   peer::Links::Observer observer)
    : context_(context),
      links_(MakeLinksOptions(context, gateway), context.table, context.env, std::move(observer)),
      watches_(context.table, context.env, context.options.memory.watch_bytes),
      service_(MakeFacts(context, gateway), context.table, context.env, links_, watches_,
               context.AckAfter()),
      metrics_(context.table, links_, watches_.limit_hits()) {}

absl::Status PeerSide::Listen() {
  const std::string& address = context_.options.common.listen;
  if (context_.self.link_port != 0) {
    absl::StatusOr<net::Descriptor> socket = peer::ListenForLinks(address, context_.self.link_port);
    if (!socket.ok()) return socket.status();
    links_.Listen(*std::move(socket));
  }
  rpc::RpcServerOptions options;
  options.address = address;
  options.port = context_.self.grpc_port;
  options.memory_bytes = context_.options.memory.grpc_bytes;
  options.window_bytes = peer::kLinkWindowBytes;
  absl::StatusOr<std::unique_ptr<rpc::RpcServer>> started =
      rpc::RpcServer::Start(options, std::string(peer::kPeerService), service_, context_.registry);
  if (!started.ok()) return started.status();
  rpc_ = *std::move(started);
  return absl::OkStatus();
}

void PeerSide::Reload(const NodeOptions& next) {
  const config::HerdFile& file = next.common.herd;
  links_.Reshape(ShapeOf(file, context_.self.name), AddressesOf(file, context_.self.name));
}

void PeerSide::BeginServing() {
  assert(rpc_ != nullptr);
  service_.BeginServing();
  rpc_->SetServing(true);
}

void PeerSide::SetHealth(bool serving) {
  assert(rpc_ != nullptr);
  rpc_->SetServing(serving);
}

void PeerSide::EndDisplaced() {
  assert(rpc_ != nullptr);
  rpc_->SetServing(false);
  service_.EndDisplaced();
  watches_.Stop("another process of the node has taken its links");
}

void PeerSide::Drain() {
  if (rpc_ != nullptr) rpc_->Drain();
  links_.PublishState(peer::NodeState::kDraining);
  service_.EndServing();
}

void PeerSide::Shutdown(int64_t grace_ns) {
  if (rpc_ != nullptr) rpc_->Shutdown(grace_ns);
  watches_.Join();
  links_.Join();
}

}  // namespace proxyherd::node
