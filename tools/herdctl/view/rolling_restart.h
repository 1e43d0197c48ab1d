// Restarts the nodes of a herd, one after the other: what is to be done next. Pure; who carries it
// out is in tools/herdctl/ask/rolling_restart_command.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/herdctl/view/ending.h"
#include "tools/herdctl/view/herd_view.h"

namespace proxyherd {

inline constexpr int64_t kNanosPerSecond = 1'000'000'000;

struct RollingOptions {
  std::vector<std::string> nodes;  // in this order; all are of the herd file
  bool starts = false;             // a command starts each node; else a supervisor does
  int64_t end_within_ns = 0;       // after it was asked to
  int64_t back_within_ns = 0;      // after it has ended; also for the herd to be whole before
};

// A node that has been restarted.
struct RestartedNode {
  std::string name;
  int64_t ended_after_ns = 0;  // since it was asked to
  int64_t back_after_ns = 0;   // since it was asked to, until the herd was whole again
};

// Why not every node serves, is linked and holds the same; empty when they do. The Places service
// does not count: it is not restarted.
std::string WhyNotWhole(const HerdView& view);

// `{}` in `command` stands for the node's name. INVALID_ARGUMENT without any.
absl::Status CheckNodeCommand(const std::string& command);
std::string NodeCommand(const std::string& command, const std::string& node);

// A node is asked to end only while the herd is whole, and the next one only after the herd, with
// the node's new process, is whole again. Whatever goes wrong, nothing further is touched.
//
// Owned by one thread. Times are of one monotonic clock.
class RollingRestart {
 public:
  enum class Action {
    kWait,   // look again
    kStop,   // ask `node` to end
    kStart,  // run the command that starts `node`
    kDone,
    kFailed,
  };
  struct Step {
    Action action = Action::kWait;
    std::string node = {};
  };

  explicit RollingRestart(RollingOptions options);

  // What to do, now that the herd looks like this. kStop and kStart are told once for each node.
  // `ports`: of the node that is to end, if it is down; see HasEnded.
  Step Look(const HerdView& view, const std::vector<PortAnswer>& ports, int64_t now_ns);

  // How what was told has fared; until then kStart is taken to be under way.
  void StopFailed(const absl::Status& status);
  void StartEnded(const absl::Status& status);

  // What it waits for, for people.
  const std::string& progress() const { return progress_; }
  // After kFailed: what has gone wrong, and what was not touched.
  const std::string& error() const { return error_; }
  const std::vector<RestartedNode>& restarted() const { return restarted_; }

 private:
  enum class Phase { kBefore, kEnding, kReturning };

  Step LookBefore(const HerdView& view, int64_t now_ns);
  Step LookEnding(const MemberView& node, const std::vector<PortAnswer>& ports, int64_t now_ns);
  Step LookReturning(const HerdView& view, const MemberView& node, int64_t now_ns);
  Step Fail(const std::string& what);
  std::string NotTouched() const;

  const RollingOptions options_;
  size_t next_ = 0;  // the node in hand
  Phase phase_ = Phase::kBefore;
  std::optional<int64_t> deadline_ns_;
  int64_t asked_ns_ = 0;
  int64_t ended_ns_ = 0;
  int64_t started_ns_ = 0;  // when the process began that is to end
  bool start_pending_ = false;
  absl::Status trouble_;
  std::string progress_;
  std::string error_;
  std::vector<RestartedNode> restarted_;
};

// One line for a node, and the end, for people; all of it for programs.
std::string RenderRestarted(const RestartedNode& node);
std::string RenderRollingEnd(const std::vector<RestartedNode>& restarted, int64_t took_ns);
std::string RenderRollingJson(const std::vector<RestartedNode>& restarted,
                              const std::string& error);

}  // namespace proxyherd
