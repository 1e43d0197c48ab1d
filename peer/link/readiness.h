// When a node may serve clients: not before it has heard what the herd knows, if there is anybody
// to hear it from; else a restarted node would say `?` for clients that everybody knows.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace proxyherd {

// Pure; owned by the links thread. Once ready, ready for ever.
class Readiness {
 public:
  Readiness(const std::vector<std::string>& neighbours, int64_t now_ns);

  // The herd file names these now. One that is no longer among them is not waited for.
  void SetNeighbours(const std::vector<std::string>& neighbours);

  void OnGreeted(const std::string& neighbour);
  void OnClosed(const std::string& neighbour);
  // `neighbour_serving`: whether the neighbour itself was ready, so that it knew what the herd
  // knows.
  void OnRepairDone(const std::string& neighbour, bool neighbour_serving);

  // Ready when a neighbour that is ready itself has sent all it knew; or all that are linked have,
  // and there is no other one or it was given kGatherTimeNs to come; or nobody is linked after
  // kAloneAfterNs. Without neighbours at once, and whatever they do after kMaxWaitingNs.
  bool Ready(int64_t now_ns);
  // When Ready could become true by time alone, after `now_ns`; never when it is.
  int64_t NextTimer(int64_t now_ns) const;
  // What it waits for, for people; empty when ready.
  std::string Reason() const;

 private:
  enum class Progress { kAbsent, kSending, kDone };

  const int64_t started_ns_;
  std::map<std::string, Progress> neighbours_;
  bool ready_ = false;
};

}  // namespace proxyherd
