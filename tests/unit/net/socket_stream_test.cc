// Tests a connection as bytes, over a pair of sockets.
#include "net/socket_stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string>

#include "net/poller.h"

namespace proxyherd::net {
namespace {

using Outcome = ByteStream::Outcome;

class SocketStreamTest : public ::testing::Test {
 protected:
  SocketStreamTest() : SocketStreamTest(MakePair()) {}

  std::string Read(size_t room = 100) {
    std::string buffer(room, '\0');
    const ByteStream::Result result = stream_.Read(buffer.data(), room);
    outcome_ = result.outcome;
    error_ = result.error;
    return buffer.substr(0, result.bytes);
  }

  SocketStream stream_;
  Descriptor other_;
  Outcome outcome_ = Outcome::kDone;
  int error_ = 0;

 private:
  explicit SocketStreamTest(std::array<int, 2> pair)
      : stream_(Descriptor(pair[0])), other_(pair[1]) {}
  static std::array<int, 2> MakePair() {
    std::array<int, 2> pair{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()), 0);
    return pair;
  }
};

TEST_F(SocketStreamTest, ReadsWhatIsThereAndThenWouldBlock) {
  ASSERT_EQ(send(other_.fd(), "hello", 5, 0), 5);
  EXPECT_EQ(Read(3), "hel");
  EXPECT_EQ(outcome_, Outcome::kDone);
  EXPECT_EQ(Read(), "lo");
  EXPECT_EQ(Read(), "");
  EXPECT_EQ(outcome_, Outcome::kBlocked);
}

TEST_F(SocketStreamTest, ReadsTheEndAfterTheLastBytes) {
  ASSERT_EQ(send(other_.fd(), "bye", 3, 0), 3);
  other_.Reset();
  EXPECT_EQ(Read(), "bye");
  EXPECT_EQ(Read(), "");
  EXPECT_EQ(outcome_, Outcome::kEnded);
}

TEST_F(SocketStreamTest, WritesOnlyWhatTheSystemTakes) {
  const std::string much(size_t{1} << 22, 'x');
  const ByteStream::Result first = stream_.Write(much);
  EXPECT_EQ(first.outcome, Outcome::kDone);
  EXPECT_LT(first.bytes, much.size());
  ByteStream::Result next = first;
  while (next.outcome == Outcome::kDone) next = stream_.Write(much);
  EXPECT_EQ(next.outcome, Outcome::kBlocked);
  EXPECT_EQ(next.bytes, 0U);
}

// Without a signal, which would end the process.
TEST_F(SocketStreamTest, AWriteAfterTheOtherSideIsGoneFails) {
  other_.Reset();
  const ByteStream::Result result = stream_.Write("x");
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_EQ(result.error, EPIPE);
}

TEST_F(SocketStreamTest, AfterTheEndOfWritesItStillReads) {
  stream_.EndWrites();
  char byte = 0;
  EXPECT_EQ(recv(other_.fd(), &byte, 1, 0), 0);
  ASSERT_EQ(send(other_.fd(), "x", 1, 0), 1);
  EXPECT_EQ(Read(), "x");
}

TEST_F(SocketStreamTest, WaitsForRoomOnlyWithOutput) {
  EXPECT_EQ(stream_.Awaits(false), Poller::kReadable);
  EXPECT_EQ(stream_.Awaits(true), Poller::kReadable | Poller::kWritable);
}

#ifndef NDEBUG

TEST_F(SocketStreamTest, DiesOfAWriteOfNothing) { EXPECT_DEATH(stream_.Write(""), "bytes.empty"); }

#endif

}  // namespace
}  // namespace proxyherd::net
