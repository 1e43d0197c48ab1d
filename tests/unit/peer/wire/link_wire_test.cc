// Tests that a link's messages survive the wire, and that fields which a node of the last release
// does not send have their defaults.
#include "peer/wire/link_wire.h"

#include <gtest/gtest.h>

#include <utility>
#include <variant>

namespace proxyherd::peer {
namespace {

// Returns the message as the other end reads it.
template <typename Wire, typename Kind, typename Message>
Kind Sent(Kind kind) {
  Wire wire;
  ToWire(Message(std::move(kind)), wire);
  Wire read;
  EXPECT_TRUE(read.ParseFromString(wire.SerializeAsString()));
  return std::get<Kind>(FromWire(read));
}
template <typename Kind>
Kind ToReceiver(Kind kind) {
  return Sent<v1::LinkRequest, Kind, SenderMessage>(std::move(kind));
}
template <typename Kind>
Kind ToSender(Kind kind) {
  return Sent<v1::LinkResponse, Kind, ReceiverMessage>(std::move(kind));
}

TEST(LinkWire, TellsOfLateAcknowledgements) {
  Hello hello;
  EXPECT_FALSE(ToReceiver(hello).late_acknowledgements);
  EXPECT_FALSE(ToSender(hello).late_acknowledgements);
  hello.late_acknowledgements = true;
  EXPECT_TRUE(ToReceiver(hello).late_acknowledgements);
  EXPECT_TRUE(ToSender(hello).late_acknowledgements);
}

TEST(LinkWire, ABatchAsksForItsAcknowledgement) {
  Batch batch;
  EXPECT_FALSE(ToReceiver(batch).acknowledge_now);
  batch.acknowledge_now = true;
  EXPECT_TRUE(ToReceiver(batch).acknowledge_now);
  EXPECT_FALSE(ToReceiver(batch).repair);
}

TEST(LinkWire, AnswersAcknowledge) {
  Heartbeat beat;
  EXPECT_EQ(ToSender(beat).merged_batch, 0U);
  beat.merged_batch = 7;
  EXPECT_EQ(ToSender(beat).merged_batch, 7U);
  RepairReply reply;
  EXPECT_EQ(ToSender(reply).merged_batch, 0U);
  reply.merged_batch = 7;
  EXPECT_EQ(ToSender(reply).merged_batch, 7U);
}

}  // namespace
}  // namespace proxyherd::peer
