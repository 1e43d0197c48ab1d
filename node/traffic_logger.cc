// Lines of the log.
#include "node/traffic_logger.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/escaped_text.h"

namespace proxyherd {
namespace {

// One printable line of any bytes; the line ends inside an answer are shown as \n.
std::string OneLine(std::string_view bytes) {
  while (!bytes.empty() && bytes.back() == '\n') bytes.remove_suffix(1);
  const size_t size = bytes.size();
  bytes = bytes.substr(0, TrafficLogger::kMaxLoggedBytes);
  std::string text;
  for (size_t begin = 0; begin <= bytes.size();) {
    const size_t end = std::min(bytes.find('\n', begin), bytes.size());
    absl::StrAppend(&text, begin == 0 ? "" : "\\n", Printable(bytes.substr(begin, end - begin)));
    begin = end + 1;
  }
  if (size > bytes.size()) absl::StrAppend(&text, "… (", size, " bytes)");
  return text;
}

std::string RetryText(int64_t retry_in_ns) {
  if (retry_in_ns < 0) return "";
  return absl::StrFormat(", retrying in %.1f s", static_cast<double>(retry_in_ns) / kSecond);
}

}  // namespace

void TrafficLogger::Received(std::string_view line) {
  if (!logger_.Logs(LogLevel::kInfo)) return;
  logger_.Info(absl::StrCat("I received: ", OneLine(line)));
}

void TrafficLogger::Replied(std::string_view reply) {
  if (!logger_.Logs(LogLevel::kInfo)) return;
  logger_.Info(absl::StrCat("Replying with: ", OneLine(reply)));
}

void TrafficLogger::LeftOut(uint64_t lines) {
  logger_.Info(absl::StrCat(lines, " more lines received and answered in the last second"));
}

void LogLinkEvent(const LinkEvent& event, Logger& logger) {
  const std::string reason = Printable(event.reason);
  switch (event.kind) {
    case LinkEvent::Kind::kOutgoingUp:
      return logger.Info(absl::StrCat("link to ", event.neighbour, " is up"));
    case LinkEvent::Kind::kOutgoingDown:
      return logger.Warning(absl::StrCat("link to ", event.neighbour, " is down (", reason, ")",
                                         RetryText(event.retry_in_ns)));
    case LinkEvent::Kind::kStillDown:
      return logger.Debug(absl::StrCat("link to ", event.neighbour, " is still down (", reason, ")",
                                       RetryText(event.retry_in_ns)));
    case LinkEvent::Kind::kIncomingUp:
      return logger.Info(absl::StrCat("link from ", event.neighbour, " is up"));
    case LinkEvent::Kind::kIncomingDown:
      return logger.Warning(absl::StrCat("link from ", event.neighbour, " is down (", reason, ")"));
    case LinkEvent::Kind::kRefused:
      return logger.Warning(absl::StrCat("refused an incoming link: ", reason));
    case LinkEvent::Kind::kWarning:
      return logger.Warning(absl::StrCat("link with ", event.neighbour, ": ", reason));
    case LinkEvent::Kind::kNotice:
      return logger.Info(absl::StrCat(event.neighbour, " says: ", reason));
    case LinkEvent::Kind::kHerdFilesDiffer:
      return logger.Warning(reason);
    case LinkEvent::Kind::kHerdFilesAgree:
      return logger.Info("all nodes that I hear of have my herd file");
    case LinkEvent::Kind::kBound:
      return logger.Info(
          reason.empty() ? "no other node's limits bind this one any more"
                         : absl::StrCat("the limits of a smaller node bind this one: ", reason));
  }
}

}  // namespace proxyherd
