#include "tests/sim/workload.h"

#include <cstdio>
#include <string>

namespace proxyherd::sim {
namespace {

constexpr int64_t kYear = 365 * 24 * 3600 * kSecond;

}  // namespace

Workload::Workload(World& world, const Plan& plan, Model& model,
                   const std::vector<std::unique_ptr<Node>>& nodes)
    : world_(world), plan_(plan), model_(model), nodes_(nodes) {
  clients_.resize(model.clients());
  for (Client& client : clients_) {
    client.home = world_.random.Below(plan.topology.Nodes());
    client.clock_ns = world_.random.Between(-kClientSkewNs, kClientSkewNs);
    client.lies = world_.random.Chance(plan.workload.liars);
  }
}

void Workload::Begin() { world_.Push(world_.now_ns(), EventKind::kReport, 0, 0); }

void Workload::OnReport() {
  const WorkloadPlan& plan = plan_.workload;
  const uint32_t burst = plan.burst == 1 ? 1 : 1 + world_.random.Below(2 * plan.burst - 1);
  for (uint32_t i = 0; i < burst; ++i) {
    Report(world_.random.Chance(plan.hot) ? 0 : world_.random.Below(plan.clients));
  }
  // As soon as the first node serves, all of these are reported at once.
  for (; preloaded_ < plan.preload && Reach(clients_[plan.clients]) != nullptr; ++preloaded_) {
    Report(plan.clients + preloaded_);
  }
  const NodeId asked = world_.random.Below(nodes_.size());
  if (nodes_[asked]->Serves()) {
    model_.Ask(asked, nodes_[asked]->table(), world_.random.Below(plan.clients));
  }
  const int64_t mean_ns = burst * kSecond / plan.reports_per_s;
  world_.Push(world_.now_ns() + world_.random.Between(0, 2 * mean_ns), EventKind::kReport, 0, 0);
}

Node* Workload::Reach(Client& client) {
  if (world_.random.Chance(plan_.workload.wander)) client.home = world_.random.Below(nodes_.size());
  if (nodes_[client.home]->Serves()) return nodes_[client.home].get();
  for (size_t tries = 0; tries < 3; ++tries) {
    const NodeId other = world_.random.Below(nodes_.size());
    if (!nodes_[other]->Serves()) continue;
    client.home = other;
    return nodes_[other].get();
  }
  return nullptr;
}

// The same time can be written in several ways; the text decides the last ties.
std::string Workload::TimeText(int64_t time_ns) {
  char text[48];
  std::snprintf(text, sizeof(text), "%lld.%09lld", static_cast<long long>(time_ns / kSecond),
                static_cast<long long>(time_ns % kSecond));
  std::string time = text;
  if (world_.random.Chance(300)) time += "0";
  if (world_.random.Chance(100)) time += std::string(world_.random.Below(12), '7');
  return time;
}

uint32_t Workload::ChoosePayload(Client& client, uint32_t number) {
  const WorkloadPlan& plan = plan_.workload;
  if (client.payload >= 0 && world_.random.Chance(plan.retried)) {
    return static_cast<uint32_t>(client.payload);
  }
  int64_t time_ns = FakeClock::kStartNs + world_.now_ns() + client.clock_ns;
  if (client.lies && world_.random.Chance(150)) {
    client.lie_ns = client.lie_ns != 0 ? 0
                                       : world_.random.Spread(kSecond, 20 * kYear) *
                                             (world_.random.Chance(500) ? 1 : -1);
  }
  time_ns += client.lie_ns;
  if (world_.random.Chance(plan.late)) time_ns -= world_.random.Between(0, 5 * kSecond);
  if (client.payload >= 0 && world_.random.Chance(plan.tied)) time_ns = client.last_ns;
  if (world_.random.Chance(200)) time_ns -= time_ns % kSecond;
  client.last_ns = time_ns;
  const uint32_t digits = world_.random.Chance(300) ? world_.random.Below(40) : 0;
  client.payload =
      model_.NewPayload(number, time_ns, TimeText(time_ns), digits, client.lie_ns != 0);
  return static_cast<uint32_t>(client.payload);
}

void Workload::Report(uint32_t number) {
  Client& client = clients_[number];
  Node* node = Reach(client);
  if (node == nullptr) return;
  const uint32_t index = ChoosePayload(client, number);
  const Payload& payload = model_.payload(index);
  const int64_t received_ns = node->clock().NowNs();
  const MergeOutcome outcome = node->table().TakeReport(
      {model_.client_name(number), payload.location, payload.time}, received_ns);
  model_.Acknowledged(client.home, node->table(), index, received_ns, outcome);
}

}  // namespace proxyherd::sim
