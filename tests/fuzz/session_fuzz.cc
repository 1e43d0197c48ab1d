// Sends any bytes in any pieces as a client's conversation: the client reads the same as from the
// reference session, whether or not its reports wait for a neighbour.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/session/session.h"
#include "tests/fuzz/reference_session.h"
#include "tests/support/check.h"
#include "tests/support/fake_clock.h"
#include "tests/support/no_log.h"

namespace proxyherd {
namespace {

// Short, so that the fuzzer reaches the limit.
constexpr size_t kMaxLineBytes = 80;

class HeldTickets : public gateway::LookupStarter {
 public:
  void StartLookup(uint64_t ticket, const gateway::PlacesQuery& query) override {
    FUZZ_CHECK(query.latitude >= -90 && query.latitude <= 90);
    FUZZ_CHECK(query.longitude >= -180 && query.longitude <= 180);
    FUZZ_CHECK(query.radius_m > 0 && query.radius_m <= 50'000);
    FUZZ_CHECK(query.bound >= 1 && query.bound <= 20);
    started.push_back({ticket, ++count});
  }

  struct Lookup {
    uint64_t ticket;
    int number;  // of all lookups, from 1
  };
  std::vector<Lookup> started;
  int count = 0;
};

class HeldWaits : public gateway::ConfirmationStarter {
 public:
  void StartConfirmation(uint64_t ticket, const AwaitedPositions& /*places*/) override {
    tickets.push_back(ticket);
  }
  std::vector<uint64_t> tickets;
};

// The world around a session; the fuzzer's bytes choose what happens next.
class Conversation {
 public:
  // `confirmation`: how waits for a neighbour end; nullopt: reports do not wait.
  explicit Conversation(std::optional<Confirmation> confirmation)
      : confirmation_(confirmation),
        session_(context_, lookups_, clock_.MonotonicNs(),
                 confirmation.has_value() ? &waits_ : nullptr) {
    limits_.max_line_bytes = kMaxLineBytes;
  }

  // Sends all of `input` in pieces whose sizes the bytes of `choices` give; then half-closes.
  std::string Converse(std::string_view input, std::string_view choices) {
    size_t step = 0;
    const auto choose = [&]() -> uint8_t {
      return choices.empty() ? 0 : static_cast<uint8_t>(choices[step++ % choices.size()]);
    };
    while (!input.empty() && !session_.Finished()) {
      const uint8_t choice = choose();
      if (session_.WantsInput()) {
        const size_t size = std::min<size_t>(input.size(), choice % 32 + 1);
        // A separate block, so that a view kept too long is detected.
        session_.Receive(std::string(input.substr(0, size)));
        input.remove_prefix(size);
      } else {
        Yield(255);
      }
      if (choice >= 128) Yield(choose());
    }
    session_.EndInput();
    while (!session_.Finished()) Yield(255);
    return read_;
  }

 private:
  // Takes some of the replies, answers the newest lookup, and ends the newest wait.
  void Yield(uint8_t how_much) {
    const size_t size = std::min<size_t>(session_.Unsent().size(), how_much);
    read_.append(session_.Unsent().substr(0, size));
    session_.Sent(size);
    if (!lookups_.started.empty()) {
      const HeldTickets::Lookup lookup = lookups_.started.back();
      lookups_.started.pop_back();
      session_.LookupDone(lookup.ticket, "{\"ticket " + std::to_string(lookup.number) + "\"}");
    }
    if (!waits_.tickets.empty()) {
      const uint64_t ticket = waits_.tickets.back();
      waits_.tickets.pop_back();
      session_.ConfirmationDone(ticket, *confirmation_);
    }
  }

  const std::optional<Confirmation> confirmation_;

  FakeClock clock_;  // stands still
  NoLog log_;
  Table table_{TableOptions{.herd = "seed", .node = "Clark"}};
  const gateway::Backend backend_{table_, clock_, nullptr, log_};
  gateway::SessionLimits limits_;
  gateway::TrafficBudget budget_{0};
  gateway::GatewayCounters counters_;
  HeldTickets lookups_;
  HeldWaits waits_;
  const gateway::SessionContext context_{backend_, limits_, budget_, counters_};
  gateway::Session session_;
  std::string read_;
};

// Reads the high half of a byte; in most conversations reports do not wait.
std::optional<Confirmation> ConfirmationOf(uint8_t choice) {
  switch (choice >> 4) {
    case 1:
      return Confirmation::kConfirmed;
    case 2:
      return Confirmation::kTimedOut;
    case 3:
      return Confirmation::kRefused;
    default:
      return std::nullopt;
  }
}

}  // namespace
}  // namespace proxyherd

// The first byte gives the number of the following bytes that are choices, and how waits for a
// neighbour end; the client sends the rest.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t choices = std::min<size_t>(data[0] % 16, size - 1);
  const std::string_view input = bytes.substr(1 + choices);
  const auto confirmation = proxyherd::ConfirmationOf(data[0]);
  const bool unconfirmed =
      confirmation.has_value() && confirmation != proxyherd::Confirmation::kConfirmed;
  proxyherd::ReferenceSession reference("Clark", proxyherd::FakeClock::kStartNs,
                                        proxyherd::kMaxLineBytes, unconfirmed);
  const std::string expected = reference.Converse(std::string(input));
  const std::string read =
      proxyherd::Conversation(confirmation).Converse(input, bytes.substr(1, choices));
  if (read != expected) {
    std::fprintf(stderr, "expected:\n%s\nread:\n%s\n", expected.c_str(), read.c_str());
  }
  FUZZ_CHECK(read == expected);
  return 0;
}
