#include "tests/support/played_neighbour.h"

#include <algorithm>
#include <random>
#include <utility>

#include "core/exact_time.h"
#include "tests/support/check.h"

namespace proxyherd {
namespace {

// One call should do all that is due; further calls at the same time mean a timer that stays due.
constexpr int kMaxLooks = 1000;

TableOptions OptionsOf(int64_t expire_after_ns) {
  TableOptions options{.herd = "seed", .node = "Clark", .probe_seed = 1};
  options.expiry.after_ns = expire_after_ns;
  return options;
}

}  // namespace

struct PlayedNeighbour::Incoming : peer::LinkReceiver::Transport {
  void Write(peer::ReceiverMessage message) override {
    FUZZ_CHECK(!written.has_value() && !ended.has_value());
    written = std::move(message);
  }
  void Finish(const absl::Status& status) override {
    FUZZ_CHECK(!ended.has_value() && !status.ok());
    ended = status;
  }

  peer::LinkReceiver* receiver = nullptr;
  std::optional<peer::ReceiverMessage> written;
  std::optional<absl::Status> ended;
};

struct PlayedNeighbour::Outgoing : peer::LinkSender::Transport {
  explicit Outgoing(peer::Link& of) : link(of) {}

  void Open(const peer::Hello& hello) override {
    FUZZ_CHECK(!open);
    open = true;
    ++dials;
    written = hello;
  }
  void Write(peer::SenderMessage message) override {
    FUZZ_CHECK(open && !written.has_value());
    written = std::move(message);
  }
  void Close() override {
    open = false;
    written.reset();
  }

  peer::Link& link;
  bool open = false;
  uint64_t dials = 0;
  std::optional<peer::SenderMessage> written;
};

std::unique_ptr<peer::LinkSender::Transport> PlayedNeighbour::MakeTransport(peer::Link& link) {
  auto transport = std::make_unique<Outgoing>(link);
  outgoing_ = transport.get();
  return transport;
}

PlayedNeighbour::PlayedNeighbour(std::string name, int64_t expire_after_ns)
    : name_(std::move(name)),
      expire_after_ns_(expire_after_ns),
      table_(OptionsOf(expire_after_ns)) {
  clock_.SetRandom(std::mt19937_64(4));
  links_ = std::make_unique<peer::LinkSet>(
      peer::LinkIdentity{"seed", "Clark", 1, 1, {name_}, expire_after_ns_}, table_, clock_, *this);
  incoming_ = std::make_unique<Incoming>();
  links_->Start();
  Settle();
}

PlayedNeighbour::~PlayedNeighbour() = default;

const std::optional<absl::Status>& PlayedNeighbour::ended() const { return incoming_->ended; }

void PlayedNeighbour::Connect() {
  Disconnect();
  incoming_ = std::make_unique<Incoming>();
  incoming_->receiver = links_->Accept(*incoming_);
  Settle();
}

void PlayedNeighbour::Greet() {
  Connect();
  Send(MakeHello(++attempts_));
  FUZZ_CHECK(std::holds_alternative<peer::Hello>(Read()));
}

void PlayedNeighbour::Send(const peer::SenderMessage& message) {
  if (incoming_->receiver == nullptr) return;
  incoming_->receiver->OnMessage(message);
  Settle();
}

void PlayedNeighbour::Disconnect() {
  if (incoming_->receiver == nullptr) return;
  links_->OnIncomingClosed(std::exchange(incoming_->receiver, nullptr),
                           {peer::CloseKind::kEnded, "played"});
  Settle();
}

peer::ReceiverMessage PlayedNeighbour::Read() {
  if (!incoming_->written.has_value()) return {};
  peer::ReceiverMessage message = *std::exchange(incoming_->written, std::nullopt);
  if (incoming_->receiver != nullptr) incoming_->receiver->OnWritten();
  Settle();
  return message;
}

void PlayedNeighbour::Answer(peer::ReceiverMessage message) {
  if (!outgoing_->open) return;
  outgoing_->link.OnMessage(std::move(message));
  Settle();
}

void PlayedNeighbour::AnswerHello() {
  ReadOutgoing();
  Answer(MakeHello(0));
}

void PlayedNeighbour::BreakOff() {
  if (!outgoing_->open) return;
  outgoing_->link.OnClosed({peer::CloseKind::kEnded, "played"});
  Settle();
}

peer::SenderMessage PlayedNeighbour::ReadOutgoing() {
  peer::SenderMessage message = std::monostate{};
  while (outgoing_->written.has_value()) {
    message = *std::exchange(outgoing_->written, std::nullopt);
    outgoing_->link.OnWritten();
    Settle();
    const auto* update = std::get_if<peer::MembershipUpdate>(&message);
    if (update == nullptr) break;
    membership_.insert(membership_.end(), update->nodes.begin(), update->nodes.end());
    message = std::monostate{};
  }
  return message;
}

uint64_t PlayedNeighbour::dial() const { return outgoing_->open ? outgoing_->dials : 0; }

const std::optional<peer::SenderMessage>& PlayedNeighbour::outgoing() const {
  return outgoing_->written;
}

void PlayedNeighbour::TakeOutgoing() {
  FUZZ_CHECK(outgoing_->open && outgoing_->written.has_value());
  outgoing_->written.reset();
  outgoing_->link.OnWritten();
  Settle();
}

void PlayedNeighbour::Pass(int64_t ns) {
  const int64_t end_ns = clock_.MonotonicNs() + ns;
  for (int64_t next_ns = links_->NextTimer(); next_ns <= end_ns; next_ns = links_->NextTimer()) {
    clock_.AdvanceTo(std::max(next_ns, clock_.MonotonicNs()));
    Settle();
  }
  clock_.AdvanceTo(end_ns);
}

void PlayedNeighbour::Report(const std::string& client) {
  const int64_t now_ns = clock_.NowNs();
  const std::string time =
      std::to_string(now_ns / kSecond) + "." + std::to_string(kSecond + now_ns % kSecond).substr(1);
  table_.TakeReport({client, "+1-1", time}, now_ns);
  Settle();
}

peer::Hello PlayedNeighbour::MakeHello(uint64_t attempt) const {
  peer::Hello hello = {"seed", name_, kEpochNs, attempt, peer::kLinkProtocolVersion, 1};
  hello.late_acknowledgements = knows_late_;
  return hello;
}

void PlayedNeighbour::Settle() {
  for (int look = 0; look < kMaxLooks; ++look) {
    if (std::exchange(woken_, false)) {
      links_->OnWake();
    } else if (links_->NextTimer() <= clock_.MonotonicNs()) {
      links_->Tick();
    } else {
      return;
    }
  }
  FUZZ_CHECK(false);
}

}  // namespace proxyherd
