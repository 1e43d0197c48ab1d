// Tests what a stream tells about its socket.
#include "net/socket_stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <optional>
#include <string>

#include "net/poller.h"

namespace proxyherd::net {
namespace {

using Outcome = ByteStream::Outcome;

class SocketStreamTest : public ::testing::Test {
 protected:
  SocketStreamTest() {
    int pair[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    stream_.emplace(Descriptor(pair[0]));
    other_ = Descriptor(pair[1]);
  }
  ByteStream::Result Read() { return stream_->Read(buffer_, sizeof(buffer_)); }

  std::optional<SocketStream> stream_;
  Descriptor other_;
  char buffer_[64];
};

TEST_F(SocketStreamTest, BytesPassInBothDirections) {
  EXPECT_EQ(Read().outcome, Outcome::kBlocked);
  ASSERT_EQ(send(other_.fd(), "hello", 5, 0), 5);
  const auto read = Read();
  EXPECT_EQ(read.outcome, Outcome::kDone);
  EXPECT_EQ(std::string(buffer_, read.bytes), "hello");
  EXPECT_EQ(stream_->Write("answer").bytes, 6U);
  EXPECT_EQ(recv(other_.fd(), buffer_, sizeof(buffer_), 0), 6);
}

TEST_F(SocketStreamTest, AFullSocketBlocks) {
  const std::string much(size_t{1} << 16, 'x');
  ByteStream::Result result;
  while ((result = stream_->Write(much)).outcome == Outcome::kDone) {
  }
  EXPECT_EQ(result.outcome, Outcome::kBlocked);
  EXPECT_EQ(stream_->Awaits(true), Poller::kReadable | Poller::kWritable);
  EXPECT_EQ(stream_->Awaits(false), Poller::kReadable);
}

TEST_F(SocketStreamTest, TheEndOfTheOtherSideIsToldAfterItsBytes) {
  ASSERT_EQ(send(other_.fd(), "x", 1, 0), 1);
  other_.Reset();
  EXPECT_EQ(Read().outcome, Outcome::kDone);
  EXPECT_EQ(Read().outcome, Outcome::kEnded);
  EXPECT_EQ(stream_->Write("x").outcome, Outcome::kFailed);
}

TEST_F(SocketStreamTest, AfterTheEndOfWritesBytesStillCome) {
  stream_->EndWrites();
  EXPECT_EQ(recv(other_.fd(), buffer_, sizeof(buffer_), 0), 0);
  ASSERT_EQ(send(other_.fd(), "x", 1, 0), 1);
  EXPECT_EQ(Read().outcome, Outcome::kDone);
}

#ifndef NDEBUG

TEST_F(SocketStreamTest, DiesOfAWriteOfNothing) { EXPECT_DEATH(stream_->Write(""), "bytes.empty"); }

#endif

}  // namespace
}  // namespace proxyherd::net
