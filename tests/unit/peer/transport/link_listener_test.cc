// Tests the accepting end on real sockets, against peers that break rules or say nothing.
#include "peer/transport/link_listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <sys/resource.h>

#include <deque>
#include <string>
#include <utility>

#include "peer/http2/stream_limits.h"
#include "peer/transport/link_method.h"
#include "peer/wire/link_wire.h"
#include "proxyherd/peer/v1/peer.pb.h"
#include "rpc/method_metrics.h"
#include "tests/support/http2_frames.h"
#include "tests/support/loop_fixture.h"
#include "tests/support/played_neighbour.h"
#include "tests/support/raw_peer.h"

namespace proxyherd::peer {
namespace {

constexpr int kClosedWindow = 0;
constexpr uint16_t kInitialWindow = 4;
constexpr uint64_t kEpochNs = 7;

std::string HelloBytes(uint64_t attempt) {
  v1::LinkRequest request;
  ToWire(Hello{"seed", "Bona", kEpochNs, attempt, kLinkProtocolVersion, 1}, request);
  return request.SerializeAsString();
}

bool Answered(std::string_view bytes, FrameType type) {
  for (const SeenFrame& frame : SplitFrames(bytes)) {
    if (frame.type == type) return true;
  }
  return false;
}

struct PlayedLinks {
  PlayedNeighbour played_;
};

class LinkListenerTest : protected PlayedLinks, public LoopFixture {
 protected:
  LinkListenerTest() : LoopFixture(played_.clock(), [this] { played_.Settle(); }) {
    auto socket = ListenForLinks("127.0.0.1", 0);
    EXPECT_TRUE(socket.ok());
    port_ = net::LocalPort(socket->fd());
    // Its descriptor names the methods that are counted.
    v1::GetLocationRequest::descriptor();
    OnLoop([&] {
      listener_ = &loop_.Add(std::make_unique<LinkListener>(
          IncomingStream::Context{loop_, played_.links(), hits_, metrics_.Find(kLinkPath)},
          *std::move(socket)));
    });
  }
  void TearDown() override {
    OnLoop([&] { listener_->Close(); });
    LoopFixture::TearDown();
  }

  RawPeer& Connect(uint8_t host = 1) {
    EXPECT_TRUE(peers_.emplace_back().Connect(port_, host));
    return peers_.back();
  }
  // Returns a peer that has called, with these settings, and been answered.
  RawPeer& Call(uint64_t attempt, uint32_t window) {
    RawPeer& peer = Connect();
    std::string call = CallFrames(kLinkPath);
    call.replace(kClientPreface.size(), SettingsFrame({}).size(),
                 SettingsFrame({{kInitialWindow, window}}));
    peer.Send(call + MessageFrame(1, HelloBytes(attempt)));
    peer.ReadUntil([](std::string_view seen) { return Answered(seen, FrameType::kHeaders); });
    return peer;
  }
  uint64_t Hits(StreamLimit limit) const { return hits_[limit]; }
  bool Hears() {
    return Ask<bool>([&] { return played_.view().incoming == LinkState::kUp; });
  }
  double Started() {
    for (const auto& family : registry_.Collect()) {
      if (family.name != "grpc_server_started_total") continue;
      for (const auto& metric : family.metric) {
        for (const auto& label : metric.label) {
          if (label.name == "grpc_method" && label.value == "Link") return metric.counter.value;
        }
      }
    }
    return -1;
  }

  prometheus::Registry registry_;
  rpc::MethodMetricsTable metrics_{registry_, "server", {std::string(kPeerService)}};
  StreamLimitHits hits_;
  uint16_t port_ = 0;
  LinkListener* listener_ = nullptr;
  std::deque<RawPeer> peers_;
};

TEST_F(LinkListenerTest, AGreetedPeerIsHeardUntilItClosesInTheMiddleOfAMessage) {
  RawPeer& peer = Call(1, 65'535);
  EXPECT_TRUE(Hears());
  peer.Send(MessageFrame(1, "half of it").substr(0, 15));
  peer.HangUp();
  WaitFor([&] { return played_.view().incoming == LinkState::kDown; });
}

TEST_F(LinkListenerTest, APeerWithAClosedWindowDoesNotKeepAStreamThatHasEnded) {
  RawPeer& peer = Call(1, kClosedWindow);
  EXPECT_TRUE(Hears());
  // Its end is answered after the hello, which cannot be sent.
  peer.Send(Frame(FrameType::kData, kEndStream, 1, ""));
  WaitFor([&] { return played_.view().incoming == LinkState::kDown; });
  Pass(kCloseTimeNs);
  peer.ReadToEnd();
}

TEST_F(LinkListenerTest, APeerWithAClosedWindowDoesNotKeepAStreamThatWasReplaced) {
  RawPeer& old = Call(1, kClosedWindow);
  Call(2, 65'535);
  Pass(kCloseTimeNs);
  old.ReadToEnd();
  EXPECT_TRUE(Hears());
}

TEST_F(LinkListenerTest, ACallIsCountedOnceHoweverItsBytesCome) {
  RawPeer& peer = Connect();
  const std::string bytes = CallFrames(kLinkPath) + Frame(FrameType::kPing, 0, 0, "12345678");
  peer.Send(bytes);
  peer.ReadUntil([](std::string_view seen) { return Answered(seen, FrameType::kPing); });
  peer.Send(MessageFrame(1, HelloBytes(1)));
  peer.ReadUntil([](std::string_view seen) { return Answered(seen, FrameType::kHeaders); });
  EXPECT_EQ(Started(), 1);
}

TEST_F(LinkListenerTest, AStrangerHasAFewSeconds) {
  RawPeer& silent = Connect();
  RawPeer& called = Connect();
  called.Send(CallFrames(kLinkPath));
  silent.ReadSome();
  called.ReadUntil([](std::string_view seen) { return SplitFrames(seen).size() >= 2; });
  Pass(kGreetingTimeNs - 1);
  EXPECT_EQ(Hits(StreamLimit::kGreetingTime), 0U);
  Pass(1);
  silent.ReadToEnd();
  EXPECT_TRUE(Answered(called.ReadToEnd(), FrameType::kHeaders));  // DEADLINE_EXCEEDED
  EXPECT_EQ(Hits(StreamLimit::kGreetingTime), 2U);
}

TEST_F(LinkListenerTest, AStopEndsStrangersAtOnce) {
  RawPeer& silent = Connect();
  RawPeer& called = Connect();
  called.Send(CallFrames(kLinkPath) + Frame(FrameType::kPing, 0, 0, "12345678"));
  silent.ReadSome();
  called.ReadUntil([](std::string_view seen) { return Answered(seen, FrameType::kPing); });
  OnLoop([&] { loop_.Stop(); });
  silent.ReadToEnd();
  const std::string& bytes = called.ReadToEnd();
  EXPECT_TRUE(Answered(bytes, FrameType::kHeaders));
  EXPECT_TRUE(Answered(bytes, FrameType::kGoaway));
  EXPECT_EQ(Hits(StreamLimit::kGreetingTime), 0U);
}

TEST_F(LinkListenerTest, OneAddressHasAFewConnectionsAndAllTogetherHaveMore) {
  constexpr auto kHosts = static_cast<uint8_t>(kMaxUngreetedConnections / kMaxUngreetedPerAddress);
  for (uint8_t host = 1; host <= kHosts; ++host) {
    for (size_t i = 0; i < kMaxUngreetedPerAddress; ++i) Connect(host).ReadSome();
    if (host == kHosts) break;
    EXPECT_EQ(Connect(host).ReadToEnd(), "");
    EXPECT_EQ(Hits(StreamLimit::kConnectionsPerAddress), host);
  }
  EXPECT_EQ(Connect(kHosts + 1).ReadToEnd(), "");
  EXPECT_EQ(Hits(StreamLimit::kConnections), 1U);
  // One that ends makes room for another.
  peers_.front().Send("GET / HTTP/1.1\r\n\r\n1234567890");
  peers_.front().ReadToEnd();
  peers_.front().HangUp();
  Pass(kCloseTimeNs);
  EXPECT_NE(Connect(kHosts + 1).ReadSome(), "");
}

TEST_F(LinkListenerTest, AGreetedPeerIsNoStrangerAnyMore) {
  for (uint64_t attempt = 1; attempt <= 2 * kMaxUngreetedPerAddress; ++attempt) {
    Call(attempt, 65'535);
  }
  EXPECT_EQ(Hits(StreamLimit::kConnectionsPerAddress), 0U);
}

TEST_F(LinkListenerTest, AcceptingPausesWhileTheProcessHasNoDescriptors) {
  const auto paused = [&] { return listener_->NextTimer() != LinkLoop::kNever; };
  // UBSan needs descriptors when it meets an object of a kind for the first time.
  Connect().ReadSome();
  EXPECT_FALSE(Ask<bool>(paused));
  RawPeer& peer = peers_.emplace_back();
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  EXPECT_TRUE(peer.Connect(port_));
  WaitFor(paused);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  Pass(Ask<int64_t>([&] { return listener_->NextTimer() - clock_.MonotonicNs(); }));
  EXPECT_NE(peer.ReadSome(), "");
}

}  // namespace
}  // namespace proxyherd::peer
