#include "tests/sim/transcript.h"

#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/absl_strings.h"
#include "base/escaped_text.h"
#include "gateway/session/session.h"
#include "tests/sim/sim_herd.h"
#include "tests/support/five_nodes.h"
#include "tests/support/no_log.h"

namespace proxyherd {
namespace {

// One client's connection to a node's session; keeps the session's replies until they are read.
class Client : public gateway::LookupStarter {
 public:
  Client(SimHerd& herd, const std::string& node, const gateway::PlacesAnswer& places)
      : places_(places),
        backend_{herd.table(node), herd.clock(), nullptr, log_},
        context_{backend_, limits_, budget_, counters_},
        session_(context_, *this, herd.clock().MonotonicNs()) {}

  void Send(std::string_view bytes) {
    if (session_.WantsInput()) session_.Receive(bytes);
    Collect();
  }
  void End() {
    session_.EndInput();
    Collect();
  }
  void Tick(int64_t now_ns) {
    session_.Tick(now_ns);
    Collect();
  }
  std::string TakeOutput() { return std::exchange(output_, ""); }
  // Returns true once, when the server has closed.
  bool TakeClosed() { return session_.Finished() && !std::exchange(told_closed_, true); }

  void StartLookup(uint64_t ticket, const gateway::PlacesQuery& /*query*/) override {
    tickets_.push_back(ticket);
  }

 private:
  void Collect() {
    for (bool again = true; again;) {
      output_ += session_.Unsent();
      session_.Sent(session_.Unsent().size());
      again = !tickets_.empty();
      for (uint64_t ticket : std::exchange(tickets_, {})) session_.LookupDone(ticket, places_);
    }
  }

  const gateway::PlacesAnswer& places_;
  NoLog log_;
  gateway::Backend backend_;
  gateway::SessionLimits limits_;
  gateway::TrafficBudget budget_{0};
  gateway::GatewayCounters counters_;
  gateway::SessionContext context_;
  gateway::Session session_;
  std::vector<uint64_t> tickets_;
  std::string output_;
  bool told_closed_ = false;
};

class Runner {
 public:
  Runner() : herd_(FiveNodes(), 1) {
    herd_.StartAll();
    herd_.Advance(kSecond);
  }

  TranscriptResult Run(std::string_view text) {
    std::vector<std::string> lines = absl::StrSplit(ToAbsl(text), '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    for (size_t i = 0; i < lines.size(); ++i) {
      if (absl::StartsWith(lines[i], "<") || absl::StartsWith(lines[i], "! ")) continue;
      absl::StrAppend(&result_.text, lines[i], "\n");
      const std::string error = RunLine(lines[i]);
      if (!error.empty()) {
        result_.error = absl::StrCat("line ", i + 1, ": ", error);
        return result_;
      }
      if (client_ != nullptr) WriteOutput(*client_);
    }
    return result_;
  }

 private:
  // Returns the error of the line, or an empty string.
  std::string RunLine(const std::string& line) {
    if (line.empty() || line[0] == '#') return "";
    if (line[0] == '>') return RunSend(line);
    const std::vector<std::string> words = absl::StrSplit(line, absl::MaxSplits(' ', 2));
    if (words[0] == "@end" && client_ != nullptr) {
      client_->End();
      return "";
    }
    if (words[0] == "@agree") return herd_.Agree() ? "" : "the nodes do not agree";
    if (words[0] == "@places" && words.size() >= 2) return RunPlaces(line, words);
    if (words.size() == 2 && words[0] == "@advance") return RunAdvance(words[1]);
    if (words.size() == 2 && herd_.herd().Find(words[1]) != nullptr) return RunNode(words);
    if (words.size() == 3 && words[0] == "@cut") {
      herd_.Cut(words[1], words[2]);
      return "";
    }
    if (words.size() == 3 && words[0] == "@mend") {
      herd_.Mend(words[1], words[2]);
      return "";
    }
    return absl::StrCat("cannot be understood: ", line);
  }

  std::string RunSend(const std::string& line) {
    if (client_ == nullptr) return "there is no @client yet";
    const bool whole = !absl::StartsWith(line, ">>");
    const size_t prefix = whole ? 2 : 3;
    const std::optional<std::string> bytes =
        UnescapeBytes(line.size() > prefix ? line.substr(prefix) : "");
    if (!bytes.has_value()) return "a bad escape";
    client_->Send(whole ? *bytes + "\n" : *bytes);
    return "";
  }

  std::string RunPlaces(const std::string& line, const std::vector<std::string>& words) {
    int code = 0;
    if (words[1] != "fail") {
      const std::optional<std::string> json = UnescapeBytes(line.substr(line.find(' ') + 1));
      if (!json.has_value()) return "a bad escape";
      places_ = *json;
      return "";
    }
    const std::vector<std::string> failure = absl::StrSplit(words.at(2), absl::MaxSplits(' ', 1));
    if (failure.size() != 2 || !absl::SimpleAtoi(failure[0], &code))
      return "expected fail CODE MESSAGE";
    places_ = gateway::PlacesFailure{code, "UNAVAILABLE", failure[1]};
    return "";
  }

  std::string RunAdvance(const std::string& text) {
    const size_t unit = text.find_first_not_of("0123456789");
    const std::map<std::string, int64_t> units = {
        {"ns", 1}, {"us", kMicrosecond}, {"ms", kMillisecond}, {"s", kSecond}};
    int64_t count = 0;
    if (unit == std::string::npos || units.count(text.substr(unit)) == 0 ||
        !absl::SimpleAtoi(text.substr(0, unit), &count)) {
      return "expected a time such as 10ms";
    }
    herd_.Advance(count * units.at(text.substr(unit)));
    if (client_ != nullptr) client_->Tick(herd_.clock().MonotonicNs());
    return "";
  }

  std::string RunNode(const std::vector<std::string>& words) {
    const std::string& name = words[1];
    if (words[0] == "@client") {
      if (!herd_.Alive(name)) return name + " is down";
      client_ = std::make_unique<Client>(herd_, name, places_);
      return "";
    }
    client_.reset();
    if (words[0] == "@crash" || words[0] == "@restart") {
      if (herd_.Alive(name)) herd_.Crash(name);
      if (words[0] == "@restart") herd_.Start(name);
      return "";
    }
    return absl::StrCat("unknown: ", words[0]);
  }

  void WriteOutput(Client& client) {
    const std::string output = client.TakeOutput();
    if (!output.empty()) {
      std::vector<std::string> lines = absl::StrSplit(output, '\n');
      const bool whole = lines.back().empty();
      if (whole) lines.pop_back();
      for (const std::string& line : lines) {
        absl::StrAppend(&result_.text, line.empty() ? "<" : "< ", Printable(line), "\n");
      }
      if (!whole) absl::StrAppend(&result_.text, "! no line end\n");
    }
    if (client.TakeClosed()) absl::StrAppend(&result_.text, "! closed\n");
  }

  SimHerd herd_;
  gateway::PlacesAnswer places_ = std::string("{\n  \"places\": []\n}\n");
  std::unique_ptr<Client> client_;
  TranscriptResult result_;
};

}  // namespace

TranscriptResult RunTranscript(std::string_view text) { return Runner().Run(text); }

}  // namespace proxyherd
