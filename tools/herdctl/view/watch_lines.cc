#include "tools/herdctl/view/watch_lines.h"

#include <functional>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/absl_strings.h"
#include "base/env.h"
#include "tools/herdctl/view/reply_scanner.h"
#include "tools/herdctl/view/time_text.h"
#include "tools/herdctl/view/words.h"

namespace proxyherd::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string Line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string WatchLines::Location(const WatchedLocation& location) {
  const size_t key = std::hash<std::string>()(location.client);
  const auto known = shown_.find(key);
  if (!caught_up_) {
    ++present_;
    if (known != shown_.end() && location.reported_ns <= known->second) return "";
  }
  if (known != shown_.end()) {
    known->second = location.reported_ns;
  } else if (shown_.size() < kMaxRemembered) {
    shown_.emplace(key, location.reported_ns);
  }
  if (json_) {
    return Line({{"event", "location"},
                 {"client_id", location.client},
                 {"location", location.location},
                 {"latitude", location.latitude},
                 {"longitude", location.longitude},
                 {"time", location.time},
                 {"receive_time", TimeJsonMs(location.received_ns)},
                 {"server", location.server}});
  }
  // The age of the report when it was received: the delta of the AT line.
  const double delta_s = static_cast<double>(location.received_ns - location.reported_ns) / kSecond;
  return absl::StrFormat("%s  %-24s  %s  %s %+.3f s\n", TimeTextMs(location.received_ns),
                         SafeForTerminal(location.client), SafeForTerminal(location.location),
                         SafeForTerminal(location.server), delta_s);
}

std::string WatchLines::Word(std::string_view event, const std::string& node,
                             const std::string& text) const {
  if (!json_) return absl::StrCat("(", SafeForTerminal(text), ")\n");
  Json json = {{"event", std::string(event)}};
  if (!node.empty()) json["node"] = node;
  if (event == "caught_up") json["clients"] = present_;
  if (event == "lost" || event == "nobody_answers") json["reason"] = text;
  return Line(json);
}

std::string WatchLines::Connected(const std::string& node) {
  caught_up_ = false;
  present_ = 0;
  return json_ ? Word("connected", node, "") : "";
}

std::string WatchLines::CaughtUp(const std::string& node, bool goes_on) {
  caught_up_ = true;
  return Word("caught_up", node,
              absl::StrCat(node, " knows ", Counted(present_, "client"),
                           goes_on ? "; changes follow" : ""));
}

std::string WatchLines::Resync(const std::string& node) {
  caught_up_ = false;
  present_ = 0;
  return Word("resync", node,
              absl::StrCat("there were more changes than could be shown; what ", node,
                           " knows now follows"));
}

std::string WatchLines::Lost(const std::string& node, const std::string& reason,
                             const std::string& next) {
  return Word("lost", node,
              json_ ? reason : absl::StrCat(node, " is lost: ", reason, "; asking ", next));
}

std::string WatchLines::NobodyAnswers(const std::string& reasons) {
  return Word("nobody_answers", "",
              json_ ? reasons : absl::StrCat("no node answers, asking again: ", reasons));
}

}  // namespace proxyherd::tools
