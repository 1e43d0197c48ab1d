#include "tools/herdctl/text/sample_client.h"

#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/env.h"
#include "tools/herdctl/text/line_editor.h"
#include "tools/herdctl/text/text_connection.h"
#include "tools/herdctl/view/reply_scanner.h"

namespace proxyherd::tools {
namespace {

// Longer than a node waits for places.
constexpr int64_t kReplyTimeoutNs = 20 * kSecond;

void PrintLine(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

std::string Address(const ClientTarget& target) {
  return net::JoinHostPort(target.address.host, target.address.port);
}

// A conversation with one node, over several connections if necessary.
class Conversation {
 public:
  explicit Conversation(const ClientTarget& target) : target_(target) {}

  absl::Status Connect() {
    absl::StatusOr<TextConnection> connection = TextConnection::Connect(target_.address);
    if (!connection.ok()) return connection.status();
    connection_.emplace(*std::move(connection));
    return absl::OkStatus();
  }

  // Sends a command and prints the reply or the error. After an error the next command may succeed.
  void Exchange(const std::string& command) {
    if (!EnsureConnected()) return;
    const absl::Status status = SendAndPrint(command);
    if (status.ok()) return;
    // A late reply would be taken for that to the next command, so this connection is closed.
    connection_.reset();
    PrintLine(absl::StrCat("(", target_.name, " did not answer: ", status.message(),
                           "; the next command reconnects)"));
  }

 private:
  bool EnsureConnected() {
    if (connection_.has_value() && connection_->IsOpen()) return true;
    if (connection_.has_value()) {
      PrintLine(absl::StrCat("(", target_.name, " had closed the connection; reconnecting)"));
      connection_.reset();
    }
    const absl::Status status = Connect();
    if (status.ok()) return true;
    PrintLine(absl::StrCat("(", target_.name, " cannot be reached: ", status.message(), " at ",
                           Address(target_), ")"));
    return false;
  }

  absl::Status SendAndPrint(const std::string& command) {
    absl::Status status = connection_->Send(absl::StrCat(command, "\n"), kReplyTimeoutNs);
    ReplyScanner scanner(command);
    while (status.ok() && !scanner.complete()) {
      const absl::StatusOr<std::string> bytes = connection_->Receive(kReplyTimeoutNs);
      if (!bytes.ok()) {
        status = bytes.status();
      } else if (bytes->empty()) {
        status = absl::UnavailableError("it closed the connection");
      } else {
        const std::string_view reply = std::string_view(*bytes).substr(0, scanner.Scan(*bytes));
        const std::string safe = SafeForTerminal(reply);
        std::fwrite(safe.data(), 1, safe.size(), stdout);
        std::fflush(stdout);
      }
    }
    return status;
  }

  const ClientTarget& target_;
  std::optional<TextConnection> connection_;
};

}  // namespace

int RunInteractiveClient(const ClientTarget& target) {
  Conversation conversation(target);
  if (const absl::Status status = conversation.Connect(); !status.ok()) {
    std::fprintf(stderr, "herdctl: no connection to %s at %s: %s\n", target.name.c_str(),
                 Address(target).c_str(), std::string(status.message()).c_str());
    return 1;
  }
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  PrintLine(absl::StrCat("Connected to ", target.name, " at ", Address(target),
                         ". Ctrl-D exits, the arrow keys recall earlier lines. For example:"));
  PrintLine(absl::StrFormat("  IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 %d.%09d", now.tv_sec,
                            now.tv_nsec));
  PrintLine("  WHATSAT kiwi.cs.ucla.edu 10 3");
  LineEditor editor(absl::StrCat(target.name, "> "), HistoryPath());
  while (const std::optional<std::string> line = editor.ReadLine()) conversation.Exchange(*line);
  PrintLine("");
  return 0;
}

}  // namespace proxyherd::tools
