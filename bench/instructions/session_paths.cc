// The paths of lines from clients.
#include <array>
#include <optional>
#include <utility>

#include "bench/instructions/counted.h"
#include "bench/instructions/fixed_clients.h"
#include "core/cursor.h"
#include "gateway/session/session.h"

namespace proxyherd::bench {
namespace {

class NoLookups : public gateway::LookupStarter {
  void StartLookup(uint64_t /*ticket*/, const gateway::PlacesQuery& /*query*/) override {}
};

class NoLog : public gateway::TrafficLog {
  void Received(std::string_view /*line*/) override {}
  void Replied(std::string_view /*reply*/) override {}
  void LeftOut(uint64_t /*lines*/) override {}
};

// A node without sockets: its table, two neighbours that keep up, and one client's session.
class LoneSession {
 public:
  explicit LoneSession(uint64_t clients)
      : table_({.herd = "seed", .node = "Clark", .probe_seed = 42}), order_(clients) {
    for (uint64_t client = 0; client < clients; ++client) {
      const std::string id = FixedId(client);
      const std::string time = FixedTime(0);
      table_.TakeReport({id, kFixedLocation, time}, kFirstSecond * kSecond);
    }
    for (auto& neighbour : neighbours_) neighbour.emplace(table_, [] {});
  }

  std::string Iamat() {
    return "IAMAT " + FixedId(order_.Next()) + " " + std::string(kFixedLocation) + " " +
           FixedTime(++round_) + "\n";
  }
  std::string Whatsat() { return "WHATSAT " + FixedId(order_.Next()) + " 0 5\n"; }

  // Handles the bytes of one read, and sends the replies.
  void Receive(std::string_view lines) {
    Counted([&] {
      session_.Receive(lines);
      session_.Sent(session_.Unsent().size());
    });
    for (auto& neighbour : neighbours_) {
      taken_.Clear();
      while (neighbour->Take(taken_)) {
      }
      neighbour->Acknowledge(neighbour->Position());
    }
  }

 private:
  const std::unique_ptr<gateway::GatewayCounters> counters_ =
      std::make_unique<gateway::GatewayCounters>();
  FixedEnv env_;
  NoLookups lookups_;
  NoLog log_;
  Table table_;
  FixedOrder order_;
  uint64_t round_ = 0;
  RecordBatch taken_{262'144};
  std::array<std::optional<Cursor>, 2> neighbours_;
  const gateway::Backend backend_{table_, env_, nullptr, log_};
  const gateway::SessionLimits limits_;
  gateway::TrafficBudget budget_{0};
  const gateway::SessionContext context_{backend_, limits_, budget_, *counters_};
  gateway::Session session_{context_, lookups_, kSecond};
};

using WriteLine = std::function<std::string(LoneSession&)>;

// `batches` reads, each of `lines` lines.
class SessionPath : public HotPath {
 public:
  SessionPath(uint64_t clients, int lines, int batches, WriteLine write_line)
      : lines_(lines), batches_(batches), write_line_(std::move(write_line)), session_(clients) {}

  uint64_t Run() override {
    for (int batch = 0; batch < batches_; ++batch) {
      std::string lines;
      for (int i = 0; i < lines_; ++i) lines += write_line_(session_);
      session_.Receive(lines);
    }
    return static_cast<uint64_t>(lines_) * static_cast<uint64_t>(batches_);
  }

 private:
  const int lines_;
  const int batches_;
  const WriteLine write_line_;
  LoneSession session_;
};

std::string InvalidLine(LoneSession& /*session*/) {
  return "IAMAT client-000000001 +34.068930123 1700000001.000000001\n";
}

}  // namespace

void AddSessionPaths(HotPaths& paths) {
  constexpr uint64_t kClients = 10'000;
  constexpr int kLines = 4096;
  const auto add = [&paths](std::string name, uint64_t clients, int lines, WriteLine write_line) {
    paths[std::move(name)] = [clients, lines, write_line = std::move(write_line)] {
      return std::make_unique<SessionPath>(clients, lines, kLines / lines, write_line);
    };
  };
  add("session_iamat_1", kClients, 1, &LoneSession::Iamat);
  add("session_iamat_16", kClients, 16, &LoneSession::Iamat);
  add("session_iamat_16_of_1000", 1000, 16, &LoneSession::Iamat);
  add("session_iamat_16_of_100000", 100'000, 16, &LoneSession::Iamat);
  add("session_iamat_16_of_1000000", 1'000'000, 16, &LoneSession::Iamat);
  add("session_whatsat_0", kClients, 16, &LoneSession::Whatsat);
  add("session_invalid", kClients, 16, InvalidLine);
}

}  // namespace proxyherd::bench
