// Decides the steps of a rolling restart of a herd's nodes. No I/O, threads or clock;
// tools/herdctl/ask/rolling_restart_command.h executes the steps.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/herdctl/view/ending.h"
#include "tools/herdctl/view/herd_view.h"

namespace proxyherd::tools {

struct RollingOptions {
  std::vector<std::string> nodes;  // in this order; all are in the herd file
  bool starts = false;             // a command starts the nodes; otherwise a supervisor does
  int64_t end_within_ns = 0;       // deadline for a node to end after it was asked to
  int64_t back_within_ns =
      0;  // for a node to be back after its end, and for the herd to be whole before
};

// A node that has been restarted.
struct RestartedNode {
  std::string name;
  int64_t ended_after_ns = 0;  // since it was asked to end
  int64_t back_after_ns = 0;   // since it was asked to end, until the herd was whole again
};

// Returns why the herd is not whole, i.e. why not all nodes are serving, linked and equal; empty if
// it is whole. The Places service is ignored, because it is not restarted.
std::string WhyNotWhole(const HerdView& view);

// INVALID_ARGUMENT if `command` lacks `{}`, which NodeCommand replaces with the node's name.
absl::Status CheckNodeCommand(const std::string& command);
std::string NodeCommand(const std::string& command, const std::string& node);

// A node is asked to end only while the herd is whole. The next node is asked only after the herd,
// with the first node's new process, is whole again. After an error no further node is touched.
//
// Not thread-safe. All times are from one monotonic clock.
class RollingRestart {
 public:
  enum class Action {
    kWait,   // call Look again later
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

  // Returns the next step for the present state of the herd. kStop and kStart are returned once per
  // node. `ports` are those of the node that must end, if it is down; see HasEnded.
  Step Look(const HerdView& view, const std::vector<PortAnswer>& ports, int64_t now_ns);

  // The results of kStop and kStart. Until StartEnded, kStart's command is taken to be running.
  void StopFailed(const absl::Status& status);
  void StartEnded(const absl::Status& status);

  // What the restart is waiting for, for people.
  const std::string& progress() const { return progress_; }
  // After kFailed: the error, and the nodes that were not touched.
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
  size_t next_ = 0;  // index of the current node
  Phase phase_ = Phase::kBefore;
  std::optional<int64_t> deadline_ns_;
  int64_t asked_ns_ = 0;
  int64_t ended_ns_ = 0;
  int64_t started_ns_ = 0;  // start of the process that must end
  bool start_pending_ = false;
  absl::Status trouble_;
  std::string progress_;
  std::string error_;
  std::vector<RestartedNode> restarted_;
};

// For people: a line per node, and the summary. For programs: everything as JSON.
std::string RenderRestarted(const RestartedNode& node);
std::string RenderRollingEnd(const std::vector<RestartedNode>& restarted, int64_t took_ns);
std::string RenderRollingJson(const std::vector<RestartedNode>& restarted,
                              const std::string& error);

}  // namespace proxyherd::tools
