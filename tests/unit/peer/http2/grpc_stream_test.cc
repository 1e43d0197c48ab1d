// Tests both ends of a stream against each other, without a network.
#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "peer/http2/grpc_client_stream.h"
#include "peer/http2/grpc_server_stream.h"

namespace proxyherd::peer {
namespace {

constexpr std::string_view kPath = "/test.Service/Method";
constexpr size_t kMaxMessage = size_t{1} << 20;
constexpr size_t kEnough = size_t{64} * 1024;

// Two ends and the bytes between them.
class GrpcStreamTest : public ::testing::Test {
 protected:
  // Carries bytes in pieces of `piece` until neither end has more to say.
  void Carry(size_t piece = kEnough) {
    for (bool moved = true; moved;) {
      moved = Move(client_, server_, piece, at_server_);
      moved = Move(server_, client_, piece, at_client_) || moved;
    }
  }
  static void Send(GrpcStream& from, std::string_view message) {
    from.BeginMessage().append(message);
    from.Send();
  }
  void Greet() {
    Send(client_, "hello");
    Carry();
    server_.SetGreeted(kMaxMessage);
  }

  GrpcClientStream client_{kPath, "there:1", kMaxMessage};
  GrpcServerStream server_{kPath};
  std::vector<std::string> at_server_;
  std::vector<std::string> at_client_;

 private:
  static bool Move(GrpcStream& from, GrpcStream& to, size_t piece,
                   std::vector<std::string>& messages) {
    std::string bytes;
    from.Give(bytes, kEnough);
    for (size_t at = 0; at < bytes.size(); at += piece) {
      to.Take(std::string_view(bytes).substr(at, piece), 0);
      while (const auto message = to.NextMessage()) messages.emplace_back(*message);
    }
    return !bytes.empty();
  }
};

TEST_F(GrpcStreamTest, MessagesArriveInBothDirectionsWhateverThePieces) {
  for (const size_t piece : {size_t{1}, size_t{7}, kEnough}) {
    Send(client_, "hello");
    EXPECT_FALSE(client_.sent());
    Carry(piece);
    EXPECT_TRUE(client_.sent());
    EXPECT_TRUE(client_.settled());
    EXPECT_TRUE(server_.called());
    server_.SetGreeted(kMaxMessage);
    Send(server_, "welcome");
    Carry(piece);
  }
  EXPECT_EQ(at_server_, std::vector<std::string>(3, "hello"));
  EXPECT_EQ(at_client_, std::vector<std::string>(3, "welcome"));
  EXPECT_FALSE(client_.end().has_value());
  EXPECT_FALSE(server_.end().has_value());
}

TEST_F(GrpcStreamTest, AMessageLargerThanTheWindowsPassesBothWays) {
  Greet();
  const std::string large(kMaxMessage, 'x');
  Send(client_, large);
  Carry();
  EXPECT_TRUE(client_.sent());
  EXPECT_EQ(at_server_.back(), large);
  Send(server_, large);
  Carry();
  EXPECT_EQ(at_client_.back(), large);
}

TEST_F(GrpcStreamTest, GivesNoMoreAtOnceThanIsAskedFor) {
  Greet();
  Send(client_, std::string(400'000, 'x'));
  std::string bytes;
  client_.Give(bytes, kEnough);
  EXPECT_GE(bytes.size(), kEnough);
  EXPECT_LE(bytes.size(), kEnough + 17'000);  // and the frame that passes it
  EXPECT_FALSE(client_.sent());
}

TEST_F(GrpcStreamTest, ARefusalHasTheServersWordsAndItsEpoch) {
  Send(client_, "hello");
  Carry();
  server_.Finish(NewerStreamStatus("a newer stream\nis here: 100 %", 42), 42);
  Carry();
  ASSERT_TRUE(client_.end().has_value());
  EXPECT_EQ(client_.end()->code, absl::StatusCode::kAborted);
  EXPECT_EQ(client_.end()->reason.kind, CloseKind::kNewerStream);
  EXPECT_EQ(client_.end()->reason.text, "a newer stream\nis here: 100 %");
  EXPECT_EQ(client_.end()->reason.newer_epoch_ns, 42U);
  EXPECT_TRUE(client_.closing());
  EXPECT_TRUE(server_.closing());
}

TEST_F(GrpcStreamTest, AStatusFollowsTheMessagesThatWereSentBefore) {
  Greet();
  Send(server_, "welcome");
  server_.Finish(absl::UnavailableError("Clark is stopping"), 0);
  Carry();
  EXPECT_EQ(at_client_, std::vector<std::string>{"welcome"});
  ASSERT_TRUE(client_.end().has_value());
  EXPECT_EQ(client_.end()->reason.kind, CloseKind::kNotServing);
  EXPECT_EQ(client_.end()->reason.text, "Clark is stopping");
}

TEST_F(GrpcStreamTest, AClientThatLeavesIsSeenAsCancelled) {
  Greet();
  client_.Abort();
  Carry();
  ASSERT_TRUE(server_.end().has_value());
  EXPECT_EQ(server_.end()->code, absl::StatusCode::kCancelled);
  EXPECT_EQ(server_.end()->reason.kind, CloseKind::kBroken);
  EXPECT_EQ(server_.end()->reason.text, "the stream was cancelled");
  EXPECT_TRUE(server_.closing());
}

TEST_F(GrpcStreamTest, AnotherPathIsUnimplemented) {
  GrpcClientStream other("/other.Service/Method", "there:1", kMaxMessage);
  std::string bytes;
  other.Give(bytes, kEnough);
  server_.Take(bytes, 0);
  EXPECT_FALSE(server_.called());
  bytes.clear();
  server_.Give(bytes, kEnough);
  other.Take(bytes, 0);
  EXPECT_EQ(other.NextMessage(), std::nullopt);
  ASSERT_TRUE(other.end().has_value());
  EXPECT_EQ(other.end()->code, absl::StatusCode::kUnimplemented);
  EXPECT_EQ(other.end()->reason.kind, CloseKind::kNotALink);
}

TEST_F(GrpcStreamTest, OnlyAGreetedClientMaySendLongMessages) {
  Send(client_, std::string(kMaxGreetingMessageBytes + 1, 'x'));
  Carry();
  EXPECT_EQ(at_server_.size(), 0U);
  ASSERT_TRUE(server_.end().has_value());
  EXPECT_EQ(server_.end()->limit, StreamLimit::kMessageBytes);
  ASSERT_TRUE(client_.end().has_value());
  EXPECT_EQ(client_.end()->code, absl::StatusCode::kResourceExhausted);
}

TEST_F(GrpcStreamTest, AMessageBeyondTheLimitEndsTheStreamAtEitherEnd) {
  Greet();
  Send(client_, std::string(kMaxMessage + 1, 'x'));
  Carry();
  ASSERT_TRUE(server_.end().has_value());
  EXPECT_EQ(server_.end()->limit, StreamLimit::kMessageBytes);
}

TEST_F(GrpcStreamTest, AnAnswerBeyondTheLimitEndsTheStream) {
  Greet();
  Send(server_, std::string(kMaxMessage + 1, 'x'));
  Carry();
  ASSERT_TRUE(client_.end().has_value());
  EXPECT_EQ(client_.end()->limit, StreamLimit::kMessageBytes);
  EXPECT_EQ(client_.end()->reason.kind, CloseKind::kOverLimit);
}

#ifndef NDEBUG

TEST_F(GrpcStreamTest, DiesOfASecondMessageBeforeTheFirstIsSent) {
  Send(client_, "one");
  EXPECT_DEATH(client_.BeginMessage(), "sent");
}

TEST_F(GrpcStreamTest, DiesOfAnAnswerBeforeTheCall) {
  EXPECT_DEATH((void)server_.timeout_ns(), "called_");
  EXPECT_DEATH(server_.Finish(absl::OkStatus(), 0), "called_");
}

#endif

}  // namespace
}  // namespace proxyherd::peer
