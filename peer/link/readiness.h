// Decides when a node may serve clients: not before it has what the herd knows, if any neighbour
// can send it. Otherwise a restarted node would answer `?` for clients that all other nodes know.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace proxyherd::peer {

// Pure; accessed by the links thread only. Once ready, ready for ever.
class Readiness {
 public:
  Readiness(const std::vector<std::string>& neighbours, int64_t now_ns);

  // Replaces the neighbours; those that are removed are no longer waited for.
  void SetNeighbours(const std::vector<std::string>& neighbours);

  void OnGreeted(const std::string& neighbour);
  void OnClosed(const std::string& neighbour);
  // `neighbour_serving`: the neighbour itself was ready, so it knew what the herd knows.
  void OnRepairDone(const std::string& neighbour, bool neighbour_serving);

  // Returns true if a neighbour that is ready itself has sent all its records; or if all linked
  // neighbours have, and there is no other one or kGatherTimeNs has passed; or if no neighbour is
  // linked after kAloneAfterNs; or if kMaxWaitingNs has passed. A node without neighbours is ready
  // immediately.
  bool Ready(int64_t now_ns);
  // The next time after `now_ns` at which Ready may become true without an event; never if it is
  // true.
  int64_t NextTimer(int64_t now_ns) const;
  // Text for operators: what it waits for; empty if ready.
  std::string Reason() const;

 private:
  enum class Progress { kAbsent, kSending, kDone };

  const int64_t started_ns_;
  std::map<std::string, Progress> neighbours_;
  bool ready_ = false;
};

}  // namespace proxyherd::peer
