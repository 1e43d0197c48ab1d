// Tests connecting on real sockets, with a name server that the test plays.
#include "peer/transport/dialler.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "peer/protocol/link_timing.h"
#include "peer/transport/link_listener.h"
#include "tests/support/loop_fixture.h"
#include "tests/support/played_name_server.h"

namespace proxyherd::peer {
namespace {

struct Clock {
  FakeClock fake_;
};

class DiallerTest : protected Clock, public LoopFixture, private Dialler::Owner {
 protected:
  DiallerTest() : LoopFixture(fake_) {
    auto socket = ListenForLinks("127.0.0.1", 0);
    EXPECT_TRUE(socket.ok());
    listening_ = *std::move(socket);
  }

  void Dial(const std::string& host, uint16_t port) { Dial(absl::StrCat(host, ":", port)); }
  void Dial(const std::string& address) {
    OnLoop([&] {
      dialler_ = &loop_.Add(std::make_unique<Dialler>(loop_, address,
                                                      net::ResolverOptions{names_.servers()},
                                                      static_cast<Dialler::Owner&>(*this)));
    });
  }
  uint16_t Port() const { return net::LocalPort(listening_.fd()); }
  // A port at which nobody listens.
  static uint16_t FreePort() {
    auto socket = ListenForLinks("127.0.0.1", 0);
    EXPECT_TRUE(socket.ok());
    return net::LocalPort(socket->fd());
  }
  // Answers the questions for both types of addresses.
  void AnswerBoth(const std::vector<uint8_t>& hosts) {
    names_.Answer(hosts);
    names_.Answer(hosts);
  }
  void WaitUntilDone() {
    WaitFor([&] { return connected_.Open() || reason_.has_value(); });
  }
  bool Done() {
    return Ask<bool>([&] { return connected_.Open() || reason_.has_value(); });
  }

  PlayedNameServer names_;
  net::Descriptor listening_;
  Dialler* dialler_ = nullptr;
  net::Descriptor connected_;
  std::optional<CloseReason> reason_;
  int calls_ = 0;

 private:
  void OnConnected(net::Descriptor socket) override {
    ++calls_;
    connected_ = std::move(socket);
  }
  void OnNotConnected(const CloseReason& reason) override {
    ++calls_;
    reason_ = reason;
  }
};

TEST_F(DiallerTest, ConnectsToAnAddress) {
  Dial("127.0.0.1", Port());
  WaitUntilDone();
  EXPECT_TRUE(connected_.Open());
}

TEST_F(DiallerTest, ARefusalIsTold) {
  Dial("127.0.0.1", FreePort());
  WaitUntilDone();
  ASSERT_TRUE(reason_.has_value());
  EXPECT_EQ(reason_->kind, CloseKind::kConnectionRefused);
}

TEST_F(DiallerTest, WhatIsNoAddressIsUnresolvable) {
  Dial("nonsense");
  WaitUntilDone();
  ASSERT_TRUE(reason_.has_value());
  EXPECT_EQ(reason_->kind, CloseKind::kUnresolvable);
}

TEST_F(DiallerTest, TriesAllAddressesOfAName) {
  // Nobody listens at the others, wherever the resolver puts them.
  for (const std::vector<uint8_t>& hosts :
       {std::vector<uint8_t>{1, 2, 3}, std::vector<uint8_t>{3, 2, 1}}) {
    connected_.Reset();
    Dial("clark.test.", Port());
    AnswerBoth(hosts);
    WaitUntilDone();
    EXPECT_TRUE(connected_.Open());
    EXPECT_FALSE(reason_.has_value());
  }
}

TEST_F(DiallerTest, ANameWhoseAddressesAllRefuseIsRefused) {
  Dial("clark.test.", Port());
  AnswerBoth({2, 3});
  WaitUntilDone();
  ASSERT_TRUE(reason_.has_value());
  EXPECT_EQ(reason_->kind, CloseKind::kConnectionRefused);
}

TEST_F(DiallerTest, ANameWithoutAddressIsUnresolvable) {
  Dial("clark.test.", Port());
  AnswerBoth({});
  WaitUntilDone();
  ASSERT_TRUE(reason_.has_value());
  EXPECT_EQ(reason_->kind, CloseKind::kUnresolvable);
  EXPECT_EQ(reason_->text, "its host name has no address");
}

TEST_F(DiallerTest, ANameServerThatSaysNothingHasAsLongAsAConnection) {
  Dial("clark.test.", Port());
  Pass(kConnectTimeoutNs - 1);
  EXPECT_FALSE(Done());
  Pass(1);
  ASSERT_TRUE(Done());
  EXPECT_EQ(reason_->kind, CloseKind::kNoConnection);
}

TEST_F(DiallerTest, WhoHasLeftIsNotCalled) {
  Dial("127.0.0.1", Port());
  Dial("clark.test.", Port());
  OnLoop([&] { dialler_->Leave(); });
  WaitUntilDone();
  Pass(2 * kConnectTimeoutNs);
  EXPECT_EQ(calls_, 1);
}

// A full backlog answers no handshake.
TEST_F(DiallerTest, AnAddressThatSaysNothingLeavesTimeForTheNext) {
  net::Descriptor full(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
  address.sin_port = htons(Port());
  auto* const at = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(full.fd(), at, sizeof(address)), 0);
  ASSERT_EQ(listen(full.fd(), 0), 0);
  const net::Descriptor first(socket(AF_INET, SOCK_STREAM, 0));
  ASSERT_EQ(connect(first.fd(), at, sizeof(address)), 0);
  const net::Descriptor second(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  connect(second.fd(), at, sizeof(address));
  Dial("clark.test.", Port());
  AnswerBoth({2, 1});
  // The resolver decides which of them is the first.
  const int64_t half_ns = clock_.MonotonicNs() + kConnectTimeoutNs / 2;
  WaitFor([&] { return connected_.Open() || dialler_->NextTimer() == half_ns; });
  if (!Done()) Pass(kConnectTimeoutNs / 2);
  WaitUntilDone();
  EXPECT_TRUE(connected_.Open());
}

}  // namespace
}  // namespace proxyherd::peer
