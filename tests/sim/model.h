// Checks the promises of the herd: knows every report that any node took, and which must survive.
//
// Orders reports by its own implementation of the rule, independent of core/record.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/table.h"
#include "tests/sim/plan.h"
#include "tests/sim/world.h"

namespace proxyherd::sim {

using TakeId = uint32_t;  // 0: none

// One report of a client. Its location is unique, so that every record leads back to its report.
struct Payload {
  uint32_t client = 0;
  bool lie = false;  // its client's clock is wrong
  int64_t client_time_ns = 0;
  std::string location;
  std::string time;
  TakeId last_take = 0;
};

// Clients' clocks are off by at most this, except for those that lie.
inline constexpr int64_t kClientSkewNs = kSecond;

// One time that a node took a payload.
struct Take {
  uint32_t payload = 0;
  TakeId older = 0;  // of the same payload
  NodeId origin = 0;
  int64_t effective_ns = 0;
  int64_t received_ns = 0;
  int64_t at_ns = 0;  // true time
};

class Model {
 public:
  // `wall_ns`: the wall clock of a node.
  Model(World& world, const Plan& plan, std::function<int64_t(NodeId)> wall_ns);

  // Makes a payload; its location has `digits` more digits than necessary.
  uint32_t NewPayload(uint32_t client, int64_t client_time_ns, std::string time, uint32_t digits,
                      bool lie);
  const Payload& payload(uint32_t index) const { return payloads_[index]; }
  const std::string& client_name(uint32_t client) const { return client_names_[client]; }
  uint32_t clients() const { return static_cast<uint32_t>(client_names_.size()); }

  // A process has started at the node: it knows nothing.
  void Started(NodeId node);
  // The node has acknowledged the report with this outcome.
  void Acknowledged(NodeId node, Table& table, uint32_t payload, int64_t received_ns,
                    MergeOutcome outcome);
  // A client asks the node.
  void Ask(NodeId node, const Table& table, uint32_t client);
  // A watcher at the node receives this change.
  void Watched(NodeId node, const RecordView& record, std::string_view origin);
  // A node is gone; `living` are the remaining tables. Records that none of them holds may be lost.
  void Crashed(const std::vector<const Table*>& living);

  // Returns the take of a client's report that the node's table holds; 0: none.
  TakeId Lookup(NodeId node, const Table& table, uint32_t client);
  // Returns > 0 if `a` wins.
  int Compare(TakeId a, TakeId b) const;
  std::string Describe(TakeId take) const;

  // Returns since when there has been a greater report of client 0 than the node shows; -1: never.
  int64_t StaleSinceNs(NodeId node) const;

  // Checks, when all nodes have settled, that every table holds everything.
  void CheckEnd(const std::vector<const Table*>& tables);
  // Checks that nodes have forgotten all clients, long enough after the last report.
  void CheckForgotten(const std::vector<const Table*>& tables);
  // Checks that feed and table are no larger than their contents allow.
  void CheckMemory(NodeId node, const Table& table);

 private:
  TakeId Greater(TakeId a, TakeId b) const { return Compare(a, b) >= 0 ? a : b; }
  TakeId Identify(NodeId node, std::string_view client, std::string_view location,
                  std::string_view time, std::string_view origin, int64_t received_ns);
  void Shows(NodeId node, uint32_t client, TakeId take, std::vector<TakeId>& before,
             const char* who);
  // Returns true if the node has forgotten the report because of its age, or may have by now.
  bool Expired(TakeId take, NodeId node) const;
  // Returns true if the node may have forgotten the client although it knew this report or a
  // greater one, because a report at least as great was received too long ago.
  bool MayForget(uint32_t client, TakeId take, NodeId node) const;
  // Returns true if the node must have forgotten the report.
  bool LongExpired(TakeId take, NodeId node) const;
  void CheckHonest(NodeId node, TakeId taken, TakeId held);
  void CheckContents(NodeId node, const Table& table, const Table* first);
  void CheckDigests(NodeId node, const Table& table);
  const std::string& NameOf(NodeId node) const { return plan_.topology.names[node]; }

  World& world_;
  const Plan& plan_;
  const std::function<int64_t(NodeId)> wall_ns_;
  std::vector<std::string> client_names_;
  std::unordered_map<std::string_view, uint32_t> client_numbers_;
  std::unordered_map<std::string_view, NodeId> node_numbers_;
  std::vector<Payload> payloads_;
  std::vector<Take> takes_;                    // takes_[0] is none
  std::vector<TakeId> must_;                   // by client: all must hold it in the end
  std::vector<std::vector<TakeId>> answered_;  // by node and client
  std::vector<std::vector<TakeId>> watched_;
  std::vector<int64_t> last_lie_ns_;  // by client, true time; long ago at first
  std::vector<TakeId> hot_;           // takes of client 0 that were the greatest of their time
  StoredReport found_;
};

}  // namespace proxyherd::sim
