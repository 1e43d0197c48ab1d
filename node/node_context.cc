#include "node/node_context.h"

#include <cassert>
#include <string>
#include <utility>

#include "peer/transport/link_method.h"

namespace proxyherd::node {
namespace {

constexpr char kPlacesService[] = "proxyherd.places.v1.PlacesService";

GrowthLimit LimitOf(const NodeOptions& options) {
  return {static_cast<uint64_t>(options.max_clients), options.memory.table_bytes};
}

const config::HerdNode& SelfIn(const config::HerdFile& herd, const std::string& name) {
  const config::HerdNode* const self = herd.Find(name);
  assert(self != nullptr);
  return *self;
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

}  // namespace

NodeContext::NodeContext(NodeOptions options_in, server::Logger& logger_in, Env& env_in)
    : options(std::move(options_in)),
      herd(options.common.herd),
      self(SelfIn(herd, options.name)),
      logger(logger_in),
      env(env_in),
      started_ns(env.NowNs()),
      config_metrics(started_ns),
      client_metrics(registry, {std::string(peer::kPeerService), kPlacesService}),
      server_metrics(registry, "server", {std::string(peer::kPeerService)}),
      table(TableOptionsOf(options, env)),
      confirmations(options.ack_timeout_ns, options.memory.max_ack_waits) {
  ReserveOrigins(herd);
}

void NodeContext::Reload(const NodeOptions& next) {
  table.limits().SetOwn(LimitOf(next));
  table.SetMaxFuture(next.max_future_ns);
  ReserveOrigins(next.common.herd);
}

// Reserves room for the names of the herd's nodes, so that invented names cannot use it up.
void NodeContext::ReserveOrigins(const config::HerdFile& file) {
  for (const config::HerdNode& node : file.nodes) table.origins().Intern(node.name);
}

}  // namespace proxyherd::node
