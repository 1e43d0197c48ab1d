// Tests each end against peers that break rules, written frame by frame.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "peer/http2/grpc_client_stream.h"
#include "peer/http2/grpc_server_stream.h"
#include "tests/support/http2_frames.h"

namespace proxyherd::peer {
namespace {

constexpr std::string_view kPath = "/test.Service/Method";
constexpr size_t kEnough = size_t{1} << 20;

class HostilePeerTest : public ::testing::Test {
 protected:
  // Gives bytes to an end; returns what it answers, by frames.
  static std::vector<SeenFrame> Exchange(GrpcStream& end, std::string_view bytes) {
    end.Take(bytes, 0);
    while (end.NextMessage().has_value()) {
    }
    std::string answer;
    end.Give(answer, kEnough);
    end.NextMessage();  // shows an end that came while giving
    return SplitFrames(answer);
  }
  std::vector<SeenFrame> Exchange(std::string_view bytes) { return Exchange(server_, bytes); }
  void Greet() {
    Exchange(CallFrames(kPath) + MessageFrame(1, "hello"));
    server_.SetGreeted(kEnough);
    ASSERT_TRUE(server_.called());
    ASSERT_FALSE(server_.end().has_value());
  }
  static bool Has(const std::vector<SeenFrame>& frames, FrameType type) {
    return std::any_of(frames.begin(), frames.end(),
                       [type](const SeenFrame& frame) { return frame.type == type; });
  }

  GrpcServerStream server_{kPath};
  GrpcClientStream client_{kPath, "there:1", kEnough};
};

TEST_F(HostilePeerTest, ASecondStreamEndsTheConnection) {
  Greet();
  const auto answer = Exchange(Frame(FrameType::kHeaders, kEndHeaders, 3,
                                     PlainFields({{":method", "POST"},
                                                  {":scheme", "http"},
                                                  {":path", std::string(kPath)},
                                                  {":authority", "a"}})));
  EXPECT_EQ(server_.end()->limit, StreamLimit::kStreams);
  EXPECT_TRUE(server_.closing());
  EXPECT_TRUE(Has(answer, FrameType::kGoaway));
}

TEST_F(HostilePeerTest, AResetEndsTheConnection) {
  Greet();
  const auto answer = Exchange(Frame(FrameType::kRstStream, 0, 1, Big32(8)));
  EXPECT_EQ(server_.end()->code, absl::StatusCode::kCancelled);
  EXPECT_TRUE(server_.closing());
  EXPECT_TRUE(Has(answer, FrameType::kGoaway));
}

TEST_F(HostilePeerTest, AStreamErrorThatWouldBeResetEndsTheConnection) {
  Greet();
  // An increment of 0 is an error of the stream.
  const auto answer = Exchange(Frame(FrameType::kWindowUpdate, 0, 1, Big32(0)));
  EXPECT_EQ(server_.end()->reason.kind, CloseKind::kUnexpected);
  EXPECT_TRUE(server_.closing());
  EXPECT_TRUE(Has(answer, FrameType::kGoaway));
}

TEST_F(HostilePeerTest, AServerMayNotPushStreams) {
  constexpr auto kPushPromise = static_cast<FrameType>(5);
  Exchange(client_, SettingsFrame({}));
  Exchange(client_, Frame(kPushPromise, kEndHeaders, 1,
                          Big32(2) + PlainFields({{":method", "GET"},
                                                  {":scheme", "http"},
                                                  {":path", "/"},
                                                  {":authority", "a"},
                                                  {"grpc-status", "0"}})));
  ASSERT_TRUE(client_.end().has_value());
  EXPECT_EQ(client_.end()->limit, StreamLimit::kStreams);
  EXPECT_TRUE(client_.closing());
}

TEST_F(HostilePeerTest, OnceClosingNothingIsReadAnyMore) {
  Greet();
  Exchange(Frame(FrameType::kRstStream, 0, 1, Big32(8)));
  EXPECT_TRUE(Exchange(Frame(FrameType::kPing, 0, 0, "12345678")).empty());
}

TEST_F(HostilePeerTest, AFloodOfFramesWithoutDataEndsTheConnection) {
  const std::string floods[] = {Frame(FrameType::kPing, 0, 0, "12345678"), SettingsFrame({}),
                                Frame(FrameType::kPriority, 0, 1, std::string("\0\0\0\0\1", 5)),
                                Frame(FrameType::kData, 0, 1, ""),
                                Frame(FrameType::kWindowUpdate, 0, 1, Big32(1))};
  for (const std::string& frame : floods) {
    GrpcServerStream server(kPath);
    Exchange(server, CallFrames(kPath) + MessageFrame(1, "hello"));
    server.SetGreeted(kEnough);
    int64_t sent = 0;
    while (!server.end().has_value() && sent < 2 * kControlFrameBurst) {
      Exchange(server, frame);
      ++sent;
    }
    EXPECT_EQ(server.end()->limit, StreamLimit::kControlFrames);
    EXPECT_GT(sent, kControlFrameBurst / 2);
  }
}

TEST_F(HostilePeerTest, AFloodThatComesAtOnceEndsTheConnectionForTheSameReason) {
  for (const std::string& frame : {Frame(FrameType::kPing, 0, 0, "12345678"), SettingsFrame({})}) {
    GrpcServerStream server(kPath);
    Exchange(server, CallFrames(kPath) + MessageFrame(1, "hello"));
    server.SetGreeted(kEnough);
    std::string flood;
    for (int64_t i = 0; i < kControlFrameBurst / 2; ++i) flood += frame;
    Exchange(server, flood);
    ASSERT_TRUE(server.end().has_value());
    EXPECT_EQ(server.end()->limit, StreamLimit::kControlFrames);
    EXPECT_TRUE(server.closing());
  }
}

TEST_F(HostilePeerTest, APingForEachRoundTripIsAnswered) {
  Greet();
  for (int64_t ms = 0; ms < 2000; ++ms) {
    server_.Take(Frame(FrameType::kPing, 0, 0, "12345678"), ms * kMillisecond);
    std::string answer;
    server_.Give(answer, kEnough);
    ASSERT_TRUE(Has(SplitFrames(answer), FrameType::kPing)) << ms;
  }
}

TEST_F(HostilePeerTest, LongFieldsEndTheConnection) {
  const std::string long_value(kMaxHeaderBytes, 'x');
  Exchange(std::string(kClientPreface) + SettingsFrame({}) +
           Frame(FrameType::kHeaders, kEndHeaders, 1,
                 PlainFields({{":method", "POST"}, {"x", long_value}})));
  EXPECT_EQ(server_.end()->limit, StreamLimit::kHeaderBytes);
  EXPECT_TRUE(server_.closing());
}

TEST_F(HostilePeerTest, ContinuationsWithoutEndAreBoundedBeforeTheHello) {
  std::string bytes = std::string(kClientPreface) + SettingsFrame({}) +
                      Frame(FrameType::kHeaders, 0, 1, PlainFields({{":method", "POST"}}));
  for (size_t i = 0; i < kMaxGreetingBytes / 9 + 1 && !server_.closing(); ++i) {
    Exchange(std::exchange(bytes, "") + Frame(FrameType::kContinuation, 0, 1, ""));
  }
  EXPECT_TRUE(server_.closing());
  EXPECT_TRUE(server_.end().has_value());
}

TEST_F(HostilePeerTest, MuchBeforeTheHelloEndsTheConnection) {
  Exchange(CallFrames(kPath));
  std::string ping;
  while (ping.size() < kMaxGreetingBytes) ping += Frame(FrameType::kPing, 0, 0, "12345678");
  Exchange(ping);
  EXPECT_EQ(server_.end()->limit, StreamLimit::kGreetingBytes);
}

TEST_F(HostilePeerTest, RequestsThatAreNoCallsAreRefusedInTheirLanguage) {
  using Fields = std::vector<std::pair<std::string, std::string>>;
  const Fields good = {
      {":method", "POST"}, {":scheme", "http"}, {":path", std::string(kPath)},
      {":authority", "a"}, {"te", "trailers"},  {"content-type", "application/grpc+proto"}};
  const struct {
    std::string name, value;
    bool called;
    absl::StatusCode code;
  } cases[] = {{"content-type", "application/grpc+proto", true, absl::StatusCode::kOk},
               {"content-type", "application/grpc;v=1", true, absl::StatusCode::kOk},
               {"grpc-timeout", "5S", true, absl::StatusCode::kOk},
               {"content-type", "application/json", false, absl::StatusCode::kInvalidArgument},
               {"content-type", "application/grpcx", false, absl::StatusCode::kInvalidArgument},
               {":method", "PUT", false, absl::StatusCode::kInvalidArgument},
               {":path", "/other", false, absl::StatusCode::kUnimplemented},
               {"te", "", false, absl::StatusCode::kInternal},
               {"grpc-timeout", "soon", false, absl::StatusCode::kInternal}};
  for (const auto& test : cases) {
    Fields fields = good;
    std::erase_if(fields, [&](const auto& field) { return field.first == test.name; });
    const auto at = test.name[0] == ':' ? fields.begin() : fields.end();
    if (!test.value.empty()) fields.emplace(at, test.name, test.value);
    GrpcServerStream server(kPath);
    Exchange(server, std::string(kClientPreface) + SettingsFrame({}) +
                         Frame(FrameType::kHeaders, kEndHeaders, 1, PlainFields(fields)));
    EXPECT_EQ(server.called(), test.called) << test.name << " " << test.value;
    EXPECT_EQ(server.end().has_value(), !test.called);
    EXPECT_EQ(server.closing(), !test.called);
    if (server.end().has_value()) {
      EXPECT_EQ(server.end()->code, test.code);
    }
  }
}

TEST_F(HostilePeerTest, ACompressedMessageIsUnimplemented) {
  Greet();
  Exchange(Frame(FrameType::kData, 0, 1, std::string("\1\0\0\0\1x", 6)));
  EXPECT_EQ(server_.end()->code, absl::StatusCode::kUnimplemented);
  EXPECT_TRUE(server_.closing());
}

TEST_F(HostilePeerTest, TheEndOfTheClientsPartIsAnOrderlyEnd) {
  Greet();
  Exchange(MessageFrame(1, "last", kEndStream));
  EXPECT_EQ(server_.end()->reason.kind, CloseKind::kEnded);
  EXPECT_FALSE(server_.closing());
  server_.Finish(absl::OkStatus(), 0);
  Exchange("");
  EXPECT_TRUE(server_.closing());
}

TEST_F(HostilePeerTest, WhatIsNotHttp2IsNamed) {
  const std::pair<std::string, std::string> cases[] = {
      {"HTTP/1.1 400 Bad Request\r\n\r\n", "its port speaks HTTP/1, not gRPC"},
      {"SSH-2.0-OpenSSH_9.2\r\n", "its port does not speak HTTP/2"},
      {Frame(FrameType::kPing, 0, 0, "12345678"), "its port does not speak HTTP/2"}};
  for (const auto& [bytes, text] : cases) {
    GrpcClientStream client(kPath, "there:1", kEnough);
    for (const char byte : bytes) Exchange(client, {&byte, 1});
    ASSERT_TRUE(client.end().has_value()) << bytes;
    EXPECT_EQ(client.end()->reason.kind, CloseKind::kNotALink);
    EXPECT_EQ(client.end()->reason.text, text);
    EXPECT_FALSE(client.settled());
  }
}

TEST_F(HostilePeerTest, AnswersThatAreNoGrpcAreNamed) {
  const struct {
    std::vector<std::pair<std::string, std::string>> fields;
    uint8_t flags;
    CloseKind kind;
  } cases[] = {
      {{{":status", "503"}, {"content-type", "text/html"}}, 0, CloseKind::kNotALink},
      {{{":status", "200"}, {"content-type", "text/html"}}, 0, CloseKind::kNotALink},
      {{{":status", "200"}, {"content-type", "application/grpc"}}, kEndStream, CloseKind::kBroken},
      {{{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "7"}},
       kEndStream,
       CloseKind::kNotANeighbour}};
  for (const auto& test : cases) {
    GrpcClientStream client(kPath, "there:1", kEnough);
    Exchange(client, "");
    Exchange(client, SettingsFrame({}) + Frame(FrameType::kHeaders, kEndHeaders | test.flags, 1,
                                               PlainFields(test.fields)));
    ASSERT_TRUE(client.end().has_value());
    EXPECT_EQ(client.end()->reason.kind, test.kind) << client.end()->reason.text;
  }
}

TEST_F(HostilePeerTest, AnInterimAnswerIsNotTheAnswer) {
  Exchange(client_, "");
  Exchange(client_, SettingsFrame({}) + Frame(FrameType::kHeaders, kEndHeaders, 1,
                                              PlainFields({{":status", "103"}})));
  EXPECT_FALSE(client_.end().has_value());
}

TEST_F(HostilePeerTest, AServerThatGoesAwayEndsTheStream) {
  Exchange(client_, SettingsFrame({}) + Frame(FrameType::kGoaway, 0, 0, Big32(1) + Big32(0)));
  ASSERT_TRUE(client_.end().has_value());
  EXPECT_EQ(client_.end()->reason.kind, CloseKind::kBroken);
  EXPECT_TRUE(client_.closing());
}

TEST_F(HostilePeerTest, SmallWindowsAreObeyed) {
  constexpr uint16_t kInitialWindow = 4;
  Exchange(client_, SettingsFrame({{kInitialWindow, 16 * 1024}}));
  client_.BeginMessage().append(100'000, 'x');
  client_.Send();
  size_t sent = 0;
  for (int round = 0; round < 20 && !client_.sent(); ++round) {
    size_t now = 0;
    for (const SeenFrame& frame : Exchange(client_, "")) {
      if (frame.type == FrameType::kData) now += frame.payload.size();
    }
    EXPECT_LE(now, size_t{16} * 1024);
    sent += now;
    Exchange(client_, "");
    client_.Take(Frame(FrameType::kWindowUpdate, 0, 1, Big32(16 * 1024)) +
                     Frame(FrameType::kWindowUpdate, 0, 0, Big32(16 * 1024)),
                 0);
  }
  EXPECT_TRUE(client_.sent());
  EXPECT_EQ(sent, 100'000 + kGrpcPrefixBytes);
}

}  // namespace
}  // namespace proxyherd::peer
