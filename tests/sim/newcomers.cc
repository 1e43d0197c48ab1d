#include "tests/sim/newcomers.h"

#include <utility>

#include "peer/protocol/link_timing.h"

namespace proxyherd::sim {
namespace {

// A node that hears no other serves after kAloneAfterNs by its own clock, which may be too fast.
constexpr int64_t kSurelyNotAlone = peer::kAloneAfterNs - peer::kAloneAfterNs / 20;

}  // namespace

Newcomers::Newcomers(World& world, const Plan& plan, const std::vector<ProcessState>& processes,
                     Model& model, const std::vector<std::unique_ptr<Node>>& nodes)
    : world_(world),
      plan_(plan),
      processes_(processes),
      model_(model),
      nodes_(nodes),
      neighbours_(plan.topology.Neighbours()),
      news_(plan.topology.Nodes()) {}

// If all neighbours serve, each gives the newcomer at least the least of their reports of a client.
void Newcomers::Started(NodeId node) {
  News& news = news_[node];
  news = {{}, world_.now_ns(), {}};
  if (plan_.expiry.Enabled()) return;
  for (const NodeId neighbour : neighbours_[node]) {
    if (!nodes_[neighbour]->Serves()) return;
    news.incarnations.push_back(processes_[neighbour].incarnation);
  }
  std::vector<TakeId> known(model_.clients());
  for (uint32_t client = 0; client < known.size(); ++client) {
    for (size_t i = 0; i < neighbours_[node].size(); ++i) {
      const NodeId neighbour = neighbours_[node][i];
      const TakeId held = model_.Lookup(neighbour, nodes_[neighbour]->table(), client);
      if (i == 0 || model_.Compare(held, known[client]) < 0) known[client] = held;
    }
  }
  news.known = std::move(known);
}

void Newcomers::CheckReady(NodeId node) {
  if (!nodes_[node]->alive() || !nodes_[node]->links().ready()) return;
  const News news = std::exchange(news_[node], {});
  if (world_.now_ns() - news.started_ns >= kSurelyNotAlone) return;
  for (size_t i = 0; i < news.incarnations.size(); ++i) {
    if (processes_[neighbours_[node][i]].incarnation != news.incarnations[i]) return;
  }
  for (uint32_t client = 0; client < news.known.size(); ++client) {
    const TakeId held = model_.Lookup(node, nodes_[node]->table(), client);
    if (model_.Compare(held, news.known[client]) >= 0) continue;
    world_.Fail(plan_.topology.names[node] + " is ready and holds " + model_.Describe(held) +
                "; when it started all its neighbours held " + model_.Describe(news.known[client]) +
                " or more");
    return;
  }
}

}  // namespace proxyherd::sim
