// Tests splitting bytes into messages, and which bytes may be granted again.
#include "peer/http2/message_reader.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace proxyherd::peer {
namespace {

std::string Framed(std::string_view message) {
  std::string bytes(kGrpcPrefixBytes, '\0');
  WriteGrpcPrefix(bytes.data(), message.size());
  return bytes.append(message);
}

TEST(MessageReaderTest, ThePrefixIsBigEndian) {
  std::string prefix(kGrpcPrefixBytes, 'x');
  WriteGrpcPrefix(prefix.data(), 0x01020304);
  EXPECT_EQ(prefix, std::string("\0\1\2\3\4", kGrpcPrefixBytes));
}

TEST(MessageReaderTest, BytesMayComeInAnyPieces) {
  const std::string bytes = Framed("first") + Framed("") + Framed(std::string(300, 'x'));
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    MessageReader reader(300);
    std::string got;
    size_t consumed = 0;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      reader.Add(std::string_view(bytes).substr(at, piece));
      while (const auto message = reader.Next()) got.append(*message).push_back('|');
      consumed += reader.TakeConsumed();
    }
    EXPECT_EQ(got, "first||" + std::string(300, 'x') + "|") << piece;
    EXPECT_EQ(consumed, bytes.size()) << piece;
    EXPECT_EQ(reader.fault(), MessageReader::Fault::kNone);
  }
}

TEST(MessageReaderTest, WhatFollowsAFinishedMessageIsNotConsumedBeforeIt) {
  MessageReader reader(100);
  const std::string first = Framed("one");
  const std::string second = Framed("two");
  reader.Add(first + second + "\0\0");
  EXPECT_EQ(reader.TakeConsumed(), 0U);
  EXPECT_EQ(reader.Next(), "one");
  EXPECT_EQ(reader.TakeConsumed(), first.size());
  EXPECT_EQ(reader.Next(), "two");
  EXPECT_EQ(reader.TakeConsumed(), second.size());
}

TEST(MessageReaderTest, AMessageUnderAssemblyIsConsumedAsItComes) {
  MessageReader reader(100);
  const std::string bytes = Framed(std::string(100, 'x'));
  reader.Add(bytes.substr(0, 60));
  EXPECT_EQ(reader.Next(), std::nullopt);
  EXPECT_EQ(reader.TakeConsumed(), 60U);
  EXPECT_EQ(reader.Next(), std::nullopt);
  EXPECT_EQ(reader.TakeConsumed(), 0U);
  reader.Add(bytes.substr(60));
  EXPECT_EQ(reader.Next(), std::string(100, 'x'));
  EXPECT_EQ(reader.TakeConsumed(), bytes.size() - 60);
}

TEST(MessageReaderTest, ThePrefixAloneShowsAFault) {
  using Fault = MessageReader::Fault;
  const struct {
    std::string prefix;
    Fault fault;
  } cases[] = {{std::string("\0\0\0\0\x65", 5), Fault::kTooLarge},
               {std::string("\0\xff\xff\xff\xff", 5), Fault::kTooLarge},
               {std::string("\1\0\0\0\1", 5), Fault::kCompressed},
               {std::string("\2\0\0\0\1", 5), Fault::kMalformed}};
  for (const auto& test : cases) {
    MessageReader reader(100);
    reader.Add(Framed("good") + test.prefix);
    EXPECT_EQ(reader.Next(), "good");
    EXPECT_EQ(reader.fault(), Fault::kNone);
    EXPECT_EQ(reader.Next(), std::nullopt);
    EXPECT_EQ(reader.fault(), test.fault);
    reader.Add("more");
    EXPECT_EQ(reader.Next(), std::nullopt);
  }
}

}  // namespace
}  // namespace proxyherd::peer
