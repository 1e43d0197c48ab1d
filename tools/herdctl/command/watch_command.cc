// `herdctl watch`: follows clients at one node, and goes on at another when it is lost.
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/herdctl/ask/herd_members.h"
#include "tools/herdctl/ask/watch_stream.h"
#include "tools/herdctl/command/commands.h"
#include "tools/herdctl/command/output.h"
#include "tools/herdctl/view/watch_lines.h"

namespace proxyherd {
namespace {

// When none of the nodes answers, they are asked again after this.
constexpr std::chrono::seconds kAskAgainAfter(1);

// Ends of a stream after which another node may do better.
bool IsLost(const absl::Status& status) {
  return status.code() != absl::StatusCode::kInvalidArgument &&
         status.code() != absl::StatusCode::kUnimplemented;
}

class Watching {
 public:
  Watching(const Options& options, std::vector<HerdNode> nodes)
      : options_(options), nodes_(std::move(nodes)), lines_(options.json) {}

  // The exit code.
  int Run() {
    std::vector<std::string> problems;  // of the nodes asked since one has told something
    for (bool began = false;; at_ = (at_ + 1) % nodes_.size()) {
      const HerdNode& node = nodes_[at_];
      bool told = false;
      const absl::Status end = Follow(node, told);
      if (end.ok()) return 0;
      if (!IsLost(end)) return FailForAnswer(end);
      const std::string reason(end.message());
      if (told) {
        began = true;
        problems.clear();
        if (!Say(lines_.Lost(node.name, reason, Next().name))) return 0;
        continue;
      }
      problems.push_back(absl::StrCat(node.name, ": ", reason));
      if (problems.size() % nodes_.size() != 0) continue;
      // A watch that never began fails, one that did goes on as long as somebody reads it.
      const std::string all = absl::StrJoin(problems, "; ");
      if (!began) return Fail(kExitFailure, absl::StrCat("herdctl: ", all));
      if (problems.size() == nodes_.size() && !Say(lines_.NobodyAnswers(all))) return 0;
      problems.resize(nodes_.size());
      std::this_thread::sleep_for(kAskAgainAfter);
    }
  }

 private:
  const HerdNode& Next() const { return nodes_[(at_ + 1) % nodes_.size()]; }

  bool Say(const std::string& words) {
    if (lines_.words_are_data()) return Print(words);
    std::fputs(words.c_str(), stderr);
    return true;
  }

  // Until the watch is to end (OK) or the stream has. `told`: the node told something.
  absl::Status Follow(const HerdNode& node, bool& told) {
    WatchStream stream(node, options_);
    for (;;) {
      const absl::StatusOr<WatchEvent> event = stream.Next();
      if (!event.ok()) return event.status();
      bool read = true;
      if (!told) read = Say(lines_.Connected(node.name));
      told = true;
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
  const std::vector<HerdNode> nodes_;
  WatchLines lines_;
  size_t at_ = 0;  // of nodes_: whom it asks
};

}  // namespace

int RunWatch(const Options& options) {
  absl::StatusOr<std::vector<HerdNode>> nodes = MembersToAsk(options);
  if (!nodes.ok()) return FailForAnswer(nodes.status());
  return Watching(options, *std::move(nodes)).Run();
}

}  // namespace proxyherd
