// The links of a node, Clark, whose only neighbour is played by a test: it sends any message on
// either stream, and sees what comes back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "core/table.h"
#include "peer/link/link_set.h"
#include "tests/support/fake_clock.h"

namespace proxyherd {

// Ends the process if Clark's links break the contract of a transport: two writes at once, or a
// write on a stream that has ended.
class PlayedNeighbour : public peer::LinkSet::Owner {
 public:
  static constexpr uint64_t kEpochNs = 7;

  // Of a link's two ends, the one with the lesser name asks about repair: Bona asks Clark, and
  // Clark asks Jaquez.
  // `expire_after_ns`: --expire_after of both nodes; 0: never.
  explicit PlayedNeighbour(std::string name = "Bona", int64_t expire_after_ns = 0);
  ~PlayedNeighbour() override;

  // From now on its hellos say that it knows late acknowledgements; first it is of the last
  // release.
  void KnowLateAcknowledgements() { knows_late_ = true; }

  // Opens its stream to Clark.
  void Connect();
  // Connects, sends a hello, and takes the answer.
  void Greet();
  // Sends on that stream; does nothing without one.
  void Send(const peer::SenderMessage& message);
  void Disconnect();
  // Completes Clark's write on that stream; returns the message.
  peer::ReceiverMessage Read();
  // How Clark ended the stream; nullopt if it has not ended.
  const std::optional<absl::Status>& ended() const;

  // Answers on Clark's stream to it, which Clark opens by itself; does nothing without one.
  void Answer(peer::ReceiverMessage message);
  void AnswerHello();
  void BreakOff();
  // Completes Clark's write on its own stream; returns the message. Sets MembershipUpdates aside.
  peer::SenderMessage ReadOutgoing();
  // The number of Clark's stream to it; 0: there is none.
  uint64_t dial() const;
  // The message that Clark is writing on it, and the completion of that write, one by one.
  const std::optional<peer::SenderMessage>& outgoing() const;
  void TakeOutgoing();
  // The entries set aside so far.
  const std::vector<peer::MemberEntry>& notices() const { return membership_; }

  // Advances the time, and runs everything that becomes due.
  void Pass(int64_t ns);
  // A client reports at Clark.
  void Report(const std::string& client);

  // Runs everything that is due, after events that did not come through this class.
  void Settle();

  FakeClock& clock() { return clock_; }
  Table& table() { return table_; }
  peer::LinkSet& links() { return *links_; }
  peer::LinkView view() const { return links_->View().links.front(); }

 private:
  struct Incoming;
  struct Outgoing;

  std::unique_ptr<peer::LinkSender::Transport> MakeTransport(peer::Link& link) override;
  void Wake() override { woken_ = true; }
  void OnEvent(const peer::LinkEvent& /*event*/) override {}

  peer::Hello MakeHello(uint64_t attempt) const;
  const std::string name_;
  const int64_t expire_after_ns_;
  FakeClock clock_{FakeClock::kStartNs + kSecond, kSecond};
  Table table_;
  uint64_t attempts_ = 0;
  bool knows_late_ = false;
  bool woken_ = false;
  std::unique_ptr<Incoming> incoming_;
  Outgoing* outgoing_ = nullptr;
  std::vector<peer::MemberEntry> membership_;
  std::unique_ptr<peer::LinkSet> links_;
};

}  // namespace proxyherd
