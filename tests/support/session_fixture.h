// A small language for conversations: Send("IAMAT …\n"); EXPECT_EQ(Read(), "AT …\n").
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/session/session.h"
#include "tests/support/fake_clock.h"
#include "tests/support/recording_log.h"

namespace proxyherd {

// The node is Clark; its clock stands at 1621464828.
class SessionTest : public testing::Test,
                    public gateway::LookupStarter,
                    public gateway::ConfirmationStarter {
 protected:
  static constexpr std::string_view kKiwi =
      "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503\n";
  static constexpr std::string_view kKiwiAt =
      "AT Clark +0.040501497 kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503\n";

  // Actions of the client.
  void Send(std::string_view bytes) { session().Receive(bytes); }
  void SendByteByByte(std::string_view bytes) {
    for (const char c : bytes) session().Receive({&c, 1});
  }
  void HalfClose() { session().EndInput(); }
  // Takes all replies that are ready; without this call nothing is sent.
  std::string Read() {
    std::string all;
    while (!session().Unsent().empty()) {
      const std::string piece(session().Unsent());
      session().Sent(piece.size());
      all += piece;
    }
    return all;
  }
  std::string Ask(std::string_view bytes) {
    Send(bytes);
    return Read();
  }

  // Actions of the world.
  void Answer(size_t lookup, const gateway::PlacesAnswer& answer) {
    session().LookupDone(lookups_.at(lookup).first, answer);
  }
  // The waits for a neighbour are numbered in the order in which they began.
  void Confirm(size_t wait, Confirmation confirmation = Confirmation::kConfirmed) {
    session().ConfirmationDone(waits_.at(wait).first, confirmation);
  }
  size_t Waits() const { return waits_.size(); }
  const AwaitedPositions& Awaited(size_t wait) const { return waits_.at(wait).second; }
  const gateway::PlacesQuery& Lookup(size_t lookup) const { return lookups_.at(lookup).second; }
  size_t Lookups() const { return lookups_.size(); }
  void Pass(int64_t ns) {
    env_.Advance(ns);
    session().Tick(env_.MonotonicNs());
  }

  uint64_t Hits(gateway::GatewayLimit limit) { return counters_.Limit(limit).Value(); }
  uint64_t Requests(gateway::Verb verb, gateway::RequestResult result) {
    return counters_.Requests(verb, result).Value();
  }

  Table& table() { return *table_; }

  // The first call opens the connection; the settings below apply from then on.
  gateway::Session& session() {
    if (session_ == nullptr) {
      table_ = std::make_unique<Table>(table_options_);
      backend_ = std::make_unique<gateway::Backend>(gateway::Backend{*table_, env_, nullptr, log_});
      budget_ = std::make_unique<gateway::TrafficBudget>(log_lines_);
      context_ = std::make_unique<gateway::SessionContext>(
          gateway::SessionContext{*backend_, limits_, *budget_, counters_});
      session_ = std::make_unique<gateway::Session>(*context_, *this, env_.MonotonicNs(),
                                                    ack_after_neighbour_ ? this : nullptr);
    }
    return *session_;
  }

  gateway::SessionLimits limits_;
  TableOptions table_options_{.herd = "seed", .node = "Clark"};
  int64_t log_lines_ = 1000;
  bool ack_after_neighbour_ = false;
  FakeClock env_;
  RecordingLog log_;

 private:
  void StartLookup(uint64_t ticket, const gateway::PlacesQuery& query) override {
    lookups_.emplace_back(ticket, query);
  }

  void StartConfirmation(uint64_t ticket, const AwaitedPositions& places) override {
    waits_.emplace_back(ticket, places);
  }

  gateway::GatewayCounters counters_;
  std::unique_ptr<Table> table_;
  std::unique_ptr<gateway::Backend> backend_;
  std::unique_ptr<gateway::TrafficBudget> budget_;
  std::unique_ptr<gateway::SessionContext> context_;
  std::unique_ptr<gateway::Session> session_;
  std::vector<std::pair<uint64_t, gateway::PlacesQuery>> lookups_;
  std::vector<std::pair<uint64_t, AwaitedPositions>> waits_;
};

}  // namespace proxyherd
