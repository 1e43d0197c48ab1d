// Checks during a run; model_end.cc has those at its end.
#include "tests/sim/model.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace proxyherd::sim {
namespace {

// Locations are "+LL.SSSSSSS-118.D...": the digits S are the payload's number.
constexpr size_t kSerialAt = 4;
constexpr size_t kSerialDigits = 7;

constexpr int64_t kLongAgo = -1'000'000 * kSecond;

// Nodes check four times a second which records have expired.
constexpr int64_t kExpirySlackNs = kSecond;

}  // namespace

Model::Model(World& world, const Plan& plan, std::function<int64_t(NodeId)> wall_ns)
    : world_(world), plan_(plan), wall_ns_(std::move(wall_ns)) {
  const uint32_t clients = plan.workload.clients + plan.workload.preload;
  // The names never move afterwards: views of them are keys.
  client_names_.reserve(clients);
  for (uint32_t i = 0; i < clients; ++i) client_names_.push_back("c" + std::to_string(i));
  for (uint32_t i = 0; i < clients; ++i) client_numbers_.emplace(client_names_[i], i);
  for (NodeId i = 0; i < plan.topology.Nodes(); ++i) node_numbers_.emplace(NameOf(i), i);
  takes_.emplace_back();
  must_.resize(clients);
  last_lie_ns_.assign(clients, kLongAgo);
  answered_.resize(plan.topology.Nodes());
  watched_.resize(plan.topology.Nodes());
}

uint32_t Model::NewPayload(uint32_t client, int64_t client_time_ns, std::string time,
                           uint32_t digits, bool lie) {
  const auto serial = static_cast<uint32_t>(payloads_.size());
  char text[32];
  std::snprintf(text, sizeof(text), "+34.%07u-118.", serial);
  std::string location = text + std::string(digits, '0') + "1";
  payloads_.push_back({client, lie, client_time_ns, std::move(location), std::move(time), 0});
  return serial;
}

int Model::Compare(TakeId a_id, TakeId b_id) const {
  if (a_id == b_id) return 0;
  if (a_id == 0 || b_id == 0) return a_id == 0 ? -1 : 1;
  const Take& a = takes_[a_id];
  const Take& b = takes_[b_id];
  if (a.effective_ns != b.effective_ns) return a.effective_ns > b.effective_ns ? 1 : -1;
  if (a.received_ns != b.received_ns) return a.received_ns < b.received_ns ? 1 : -1;
  if (a.origin != b.origin) return a.origin > b.origin ? 1 : -1;
  const Payload& of_a = payloads_[a.payload];
  const Payload& of_b = payloads_[b.payload];
  if (of_a.location != of_b.location) return of_a.location > of_b.location ? 1 : -1;
  return of_a.time.compare(of_b.time);
}

std::string Model::Describe(TakeId id) const {
  if (id == 0) return "nothing";
  const Take& take = takes_[id];
  const Payload& payload = payloads_[take.payload];
  char text[256];
  std::snprintf(text, sizeof(text), "%s %s %s, taken by %s at %lld.%06lld",
                client_names_[payload.client].c_str(), payload.location.c_str(),
                payload.time.c_str(), NameOf(take.origin).c_str(),
                static_cast<long long>(take.at_ns / kSecond),
                static_cast<long long>(take.at_ns % kSecond / kMicrosecond));
  return text;
}

TakeId Model::Identify(NodeId node, std::string_view client, std::string_view location,
                       std::string_view time, std::string_view origin, int64_t received_ns) {
  uint32_t serial = 0;
  for (size_t i = 0; i < kSerialDigits && kSerialAt + i < location.size(); ++i) {
    serial = serial * 10 + static_cast<uint32_t>(location[kSerialAt + i] - '0');
  }
  if (serial < payloads_.size()) {
    const Payload& payload = payloads_[serial];
    if (payload.location == location && payload.time == time &&
        client_names_[payload.client] == client) {
      for (TakeId id = payload.last_take; id != 0; id = takes_[id].older) {
        if (takes_[id].received_ns == received_ns && NameOf(takes_[id].origin) == origin) return id;
      }
    }
  }
  world_.Fail(NameOf(node) + " shows a report that nobody took: " + std::string(client) + " " +
              std::string(location) + " " + std::string(time) + " by " + std::string(origin));
  return 0;
}

bool Model::Expired(TakeId take, NodeId node) const {
  return plan_.expiry.Enabled() &&
         takes_[take].received_ns < plan_.expiry.KnownSince(wall_ns_(node)) + kExpirySlackNs;
}

bool Model::MayForget(uint32_t client, TakeId take, NodeId node) const {
  if (!plan_.expiry.Enabled()) return false;
  for (TakeId id = 1; id < takes_.size(); ++id) {
    if (payloads_[takes_[id].payload].client != client || Compare(id, take) < 0) continue;
    if (Expired(id, node)) return true;
  }
  return false;
}

bool Model::LongExpired(TakeId take, NodeId node) const {
  return plan_.expiry.Enabled() &&
         takes_[take].received_ns < plan_.expiry.KnownSince(wall_ns_(node)) - kExpirySlackNs;
}

// A report with a correct time wins once about max_future_ns has passed since a wrong one.
void Model::CheckHonest(NodeId node, TakeId taken, TakeId held) {
  const Payload& payload = payloads_[takes_[taken].payload];
  if (payload.lie) {
    last_lie_ns_[payload.client] = world_.now_ns();
    return;
  }
  const int64_t safe_ns =
      last_lie_ns_[payload.client] + plan_.max_future_ns + plan_.max_skew_ns + 2 * kClientSkewNs;
  const bool fresh = takes_[taken].older == 0;  // a retry repeats an old time
  if (fresh && world_.now_ns() > safe_ns && payloads_[takes_[held].payload].lie) {
    world_.Fail(NameOf(node) + " took " + Describe(taken) +
                ", and yet a wrong clock wins: " + Describe(held));
  }
}

TakeId Model::Lookup(NodeId node, const Table& table, uint32_t client) {
  if (!table.Find(client_names_[client], found_)) return 0;
  return Identify(node, client_names_[client], found_.location, found_.time, found_.server,
                  found_.received_ns);
}

void Model::Started(NodeId node) {
  answered_[node].assign(clients(), 0);
  watched_[node].assign(clients(), 0);
}

void Model::Shows(NodeId node, uint32_t client, TakeId take, std::vector<TakeId>& before,
                  const char* who) {
  ++world_.covered.answers_checked;
  if (Compare(take, before[client]) < 0 && !MayForget(client, before[client], node)) {
    world_.Fail(NameOf(node) + " tells " + who + " an older report than before: " + Describe(take) +
                "; before: " + Describe(before[client]));
  }
  before[client] = take;
}

void Model::Ask(NodeId node, const Table& table, uint32_t client) {
  Shows(node, client, Lookup(node, table, client), answered_[node], "a client");
}

void Model::Watched(NodeId node, const RecordView& record, std::string_view origin) {
  const auto client = client_numbers_.find(record.client);
  const TakeId take = Identify(node, record.client, record.location, TimeText(record).text(),
                               origin, record.received_ns);
  if (take == 0 || client == client_numbers_.end()) return;
  if (record.effective_ns != takes_[take].effective_ns) {
    world_.Fail(NameOf(node) + " orders a report by another time: " + Describe(take));
  }
  Shows(node, client->second, take, watched_[node], "a watcher");
}

void Model::Acknowledged(NodeId node, Table& table, uint32_t payload_index, int64_t received_ns,
                         MergeOutcome outcome) {
  ++world_.covered.reports;
  Payload& payload = payloads_[payload_index];
  TakeId id = payload.last_take;
  while (id != 0 && (takes_[id].received_ns != received_ns || takes_[id].origin != node)) {
    id = takes_[id].older;
  }
  if (id == 0) {
    id = static_cast<TakeId>(takes_.size());
    int64_t effective_ns = payload.client_time_ns;
    if (plan_.max_future_ns != 0) {
      effective_ns = std::min(effective_ns, received_ns + plan_.max_future_ns);
    }
    takes_.push_back(
        {payload_index, payload.last_take, node, effective_ns, received_ns, world_.now_ns()});
    payload.last_take = id;
  }
  world_.trace.Line(world_.now_ns(), "%s: takes %s", NameOf(node).c_str(), Describe(id).c_str());
  const TakeId held = Lookup(node, table, payload.client);
  const int order = Compare(id, held);
  // A greater report that has expired still wins until it is deleted.
  const bool forgotten = held == 0 && MayForget(payload.client, id, node);
  const bool as_said = (outcome == MergeOutcome::kStale && (order < 0 || forgotten)) ||
                       (outcome != MergeOutcome::kStale && order == 0);
  if (!as_said || outcome == MergeOutcome::kInvalid || outcome == MergeOutcome::kTooManyClients ||
      outcome == MergeOutcome::kNoMemory) {
    world_.Fail(NameOf(node) + " took " + Describe(id) + " wrongly, and holds " + Describe(held));
  }
  Shows(node, payload.client, held, answered_[node], "a client");
  if (plan_.workload.liars != 0) CheckHonest(node, id, held);
  TakeId& must = must_[payload.client];
  // If the greater report has expired, this one must survive, even if it is less.
  must = outcome == MergeOutcome::kWon && Expired(must, node) ? id : Greater(must, id);
  if (payload.client == 0 && (hot_.empty() || Compare(id, hot_.back()) > 0)) hot_.push_back(id);
}

void Model::Crashed(const std::vector<const Table*>& living) {
  for (uint32_t client = 0; client < clients(); ++client) {
    if (must_[client] == 0) continue;
    TakeId held = 0;
    for (const Table* table : living) {
      held = Greater(held, Lookup(0, *table, client));
      if (Compare(held, must_[client]) >= 0) break;
    }
    if (Compare(held, must_[client]) < 0) must_[client] = held;
  }
}

int64_t Model::StaleSinceNs(NodeId node) const {
  if (answered_[node].empty()) return -1;
  const TakeId shown = answered_[node][0];
  size_t at = hot_.size();
  while (at > 0 && Compare(hot_[at - 1], shown) > 0) --at;
  return at == hot_.size() ? -1 : takes_[hot_[at]].at_ns;
}

}  // namespace proxyherd::sim
