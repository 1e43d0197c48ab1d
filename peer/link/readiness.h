// Decides when a node may serve clients: only once it has the herd's records, if any neighbour can
// send them. Otherwise a restarted node would answer `?` for clients that all other nodes know.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace proxyherd::peer {

// No I/O; accessed by the links thread only. A node that is ready stays ready.
class Readiness {
 public:
  Readiness(const std::vector<std::string>& neighbours, int64_t now_ns);

  // Replaces the neighbours. Removed neighbours are no longer waited for.
  void SetNeighbours(const std::vector<std::string>& neighbours);

  void OnGreeted(const std::string& neighbour);
  void OnClosed(const std::string& neighbour);
  // `neighbour_serving`: the neighbour itself was ready, so it had the herd's records.
  void OnRepairDone(const std::string& neighbour, bool neighbour_serving);

  // Returns true if a neighbour that is itself ready has sent all its records; if all linked
  // neighbours have sent theirs and the others had kGatherTimeNs to connect; if no neighbour is
  // linked after kAloneAfterNs; or after kMaxWaitingNs. A node without neighbours is ready
  // immediately.
  bool Ready(int64_t now_ns);
  // Returns the next time after `now_ns` at which Ready may become true without an event; the
  // maximum int64_t if Ready is true.
  int64_t NextTimer(int64_t now_ns) const;
  // Returns, for operators, what the node waits for; empty if ready.
  std::string Reason() const;

 private:
  enum class Progress { kAbsent, kSending, kDone };

  const int64_t started_ns_;
  std::map<std::string, Progress> neighbours_;
  bool ready_ = false;
};

}  // namespace proxyherd::peer
