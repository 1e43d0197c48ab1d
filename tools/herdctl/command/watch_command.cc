// `herdctl watch`: follows clients at one node; if that node is lost, continues at another one.
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/env.h"
#include "runtime/wait.h"
#include "tools/herdctl/ask/herd_members.h"
#include "tools/herdctl/ask/watch_stream.h"
#include "tools/herdctl/command/commands.h"
#include "tools/herdctl/command/output.h"
#include "tools/herdctl/view/watch_lines.h"

namespace proxyherd::tools {
namespace {

// Pause before all nodes are tried again if none answers.
constexpr int64_t kAskAgainAfterNs = 1 * kSecond;

// Returns true if another node may succeed after a stream has ended with this status.
bool IsLost(const absl::Status& status) {
  return status.code() != absl::StatusCode::kInvalidArgument &&
         status.code() != absl::StatusCode::kUnimplemented;
}

class Watching {
 public:
  Watching(const Options& options, std::vector<config::HerdNode> nodes)
      : options_(options), nodes_(std::move(nodes)), lines_(options.json) {}

  // Returns the exit code.
  int Run() {
    std::vector<std::string> problems;  // of the nodes tried since the last event
    for (bool began = false;; at_ = (at_ + 1) % nodes_.size()) {
      const config::HerdNode& node = nodes_[at_];
      bool answered = false;
      const absl::Status end = Follow(node, answered);
      if (end.ok()) return 0;
      if (!IsLost(end)) return FailForAnswer(end);
      const std::string reason(end.message());
      if (answered) {
        began = true;
        problems.clear();
        if (!Say(lines_.Lost(node.name, reason, Next().name))) return 0;
        continue;
      }
      problems.push_back(absl::StrCat(node.name, ": ", reason));
      if (problems.size() % nodes_.size() != 0) continue;
      // Fails if the watch never began; otherwise retries until the reader closes the output.
      const std::string all = absl::StrJoin(problems, "; ");
      if (!began) return Fail(kExitFailure, absl::StrCat("herdctl: ", all));
      if (problems.size() == nodes_.size() && !Say(lines_.NobodyAnswers(all))) return 0;
      problems.resize(nodes_.size());
      runtime::SleepFor(kAskAgainAfterNs);
    }
  }

 private:
  const config::HerdNode& Next() const { return nodes_[(at_ + 1) % nodes_.size()]; }

  bool Say(const std::string& words) {
    if (lines_.words_are_data()) return Print(words);
    std::fputs(words.c_str(), stderr);
    return true;
  }

  // Returns OK if the watch must end, otherwise the error that ended the stream. Sets `answered` at
  // the first event from the node.
  absl::Status Follow(const config::HerdNode& node, bool& answered) {
    WatchStream stream(node, options_);
    for (;;) {
      const absl::StatusOr<WatchEvent> event = stream.Next();
      if (!event.ok()) return event.status();
      bool read = true;
      if (!answered) read = Say(lines_.Connected(node.name));
      answered = true;
      switch (event->kind) {
        case WatchEvent::Kind::kLocation:
          read = read && Print(lines_.Location(event->location));
          break;
        case WatchEvent::Kind::kCaughtUp:
          read = read && Say(lines_.CaughtUp(node.name, !options_.once));
          if (options_.once) return absl::OkStatus();
          break;
        case WatchEvent::Kind::kResync:
          read = read && Say(lines_.Resync(node.name));
          break;
      }
      if (!read) return absl::OkStatus();
    }
  }

  const Options& options_;
  const std::vector<config::HerdNode> nodes_;
  WatchLines lines_;
  size_t at_ = 0;  // index in nodes_ of the node being watched
};

}  // namespace

int RunWatch(const Options& options) {
  absl::StatusOr<std::vector<config::HerdNode>> nodes = MembersToAsk(options);
  if (!nodes.ok()) return FailForAnswer(nodes.status());
  return Watching(options, *std::move(nodes)).Run();
}

}  // namespace proxyherd::tools
