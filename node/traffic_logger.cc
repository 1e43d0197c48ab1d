#include "node/traffic_logger.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/escaped_text.h"

namespace proxyherd::node {
namespace {

// Turns any bytes into one printable line. Line ends inside a reply become \n.
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

std::string Seconds(int64_t ns) { return absl::StrCat((ns + kSecond / 2) / kSecond, " s"); }

// Returns a text about the events that the rate limit omitted before this one; empty if none.
std::string UnsaidText(const peer::LinkEvent& event) {
  if (event.unsaid == 0) return "";
  return absl::StrCat("; ", event.unsaid, " changes before it in the last ",
                      Seconds(event.since_last_ns));
}

std::string StillDownText(const peer::LinkEvent& event) {
  return absl::StrCat(" after ", Seconds(event.for_ns), ", ", event.unsaid + 1,
                      " attempts in the last ", Seconds(event.since_last_ns));
}

std::string RefusedText(const peer::LinkEvent& event) {
  if (event.unsaid == 0) return "refused an incoming link: ";
  return absl::StrCat("refused ", event.unsaid, " more incoming links in the last ",
                      Seconds(event.since_last_ns), ": ");
}

}  // namespace

void TrafficLogger::Received(std::string_view line) {
  if (!logger_.Logs(server::LogLevel::kInfo)) return;
  logger_.Info(absl::StrCat("I received: ", OneLine(line)));
}

void TrafficLogger::Replied(std::string_view reply) {
  if (!logger_.Logs(server::LogLevel::kInfo)) return;
  logger_.Info(absl::StrCat("Replying with: ", OneLine(reply)));
}

void TrafficLogger::LeftOut(uint64_t lines) {
  logger_.Info(absl::StrCat(lines, " more lines received and answered in the last second"));
}

void LogLinkEvent(const peer::LinkEvent& event, server::Logger& logger) {
  const std::string reason = Printable(event.reason);
  switch (event.kind) {
    case peer::LinkEvent::Kind::kOutgoingUp:
      return logger.Info(absl::StrCat("link to ", event.neighbour, " is up", UnsaidText(event)));
    case peer::LinkEvent::Kind::kOutgoingDown:
      return logger.Warning(absl::StrCat("link to ", event.neighbour, " is down (", reason, ")",
                                         RetryText(event.retry_in_ns), UnsaidText(event)));
    case peer::LinkEvent::Kind::kOutgoingStillDown:
      return logger.Warning(absl::StrCat("link to ", event.neighbour, " is still down (", reason,
                                         ")", StillDownText(event), RetryText(event.retry_in_ns)));
    case peer::LinkEvent::Kind::kRetried:
      return logger.Debug(absl::StrCat("link to ", event.neighbour, " is still down (", reason, ")",
                                       RetryText(event.retry_in_ns)));
    case peer::LinkEvent::Kind::kIncomingUp:
      return logger.Info(absl::StrCat("link from ", event.neighbour, " is up", UnsaidText(event)));
    case peer::LinkEvent::Kind::kIncomingDown:
      return logger.Warning(absl::StrCat("link from ", event.neighbour, " is down (", reason, ")",
                                         UnsaidText(event)));
    case peer::LinkEvent::Kind::kRefused:
      return logger.Warning(absl::StrCat(RefusedText(event), reason));
    case peer::LinkEvent::Kind::kWarning:
      return logger.Warning(absl::StrCat("link with ", event.neighbour, ": ", reason));
    case peer::LinkEvent::Kind::kDisplaced:
      return logger.Error(reason);
    case peer::LinkEvent::Kind::kMute:
      return logger.Warning(absl::StrCat("not ready: ", reason, UnsaidText(event)));
    case peer::LinkEvent::Kind::kSpeaks:
      return logger.Info(absl::StrCat("ready again: ", reason, UnsaidText(event)));
    case peer::LinkEvent::Kind::kAnnouncement:
      return logger.Info(absl::StrCat(event.neighbour, " says: ", reason));
    case peer::LinkEvent::Kind::kHerdFilesDiffer:
      return logger.Warning(reason);
    case peer::LinkEvent::Kind::kHerdFilesAgree:
      return logger.Info("all nodes in contact have the same herd file");
    case peer::LinkEvent::Kind::kBound:
      return logger.Info(
          reason.empty()
              ? "this node is no longer bound by another node's limits"
              : absl::StrCat("this node is bound by the limits of a smaller node: ", reason));
  }
}

}  // namespace proxyherd::node
