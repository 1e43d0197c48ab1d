// Tests blocks, the validity rule and the total order.
#include "core/record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace proxyherd {
namespace {

RecordView Kiwi() {
  return {7,
          1621464827959498503,
          1621464828000000000,
          "kiwi.cs.ucla.edu",
          "+34.068930-118.445127",
          "1621464827.95949850300"};
}

std::string Encode(const RecordView& record) {
  std::string block(record.Bytes(), '\0');
  EncodeRecord(record, block.data());
  return block;
}

TEST(Record, DecodesWhatWasEncodedAndIgnoresWhatFollows) {
  const std::string bytes = Encode(Kiwi()) + "more";
  const auto record = DecodeRecord(bytes);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->origin, 7);
  EXPECT_EQ(record->effective_ns, Kiwi().effective_ns);
  EXPECT_EQ(record->received_ns, Kiwi().received_ns);
  EXPECT_EQ(record->client, Kiwi().client);
  EXPECT_EQ(record->location, Kiwi().location);
  EXPECT_EQ(record->time, Kiwi().time);
  EXPECT_EQ(record->Bytes(), bytes.size() - 4);
}

TEST(Record, RefusesEveryTruncation) {
  const std::string bytes = Encode(Kiwi());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeRecord(std::string_view(bytes).substr(0, size)).has_value()) << size;
  }
}

TEST(Record, RefusesSizesThatContradictEachOther) {
  std::string bytes = Encode(Kiwi());
  bytes[4] = static_cast<char>(0xff);  // a client id longer than the block
  EXPECT_FALSE(DecodeRecord(bytes).has_value());
  bytes = Encode(Kiwi()) + std::string(kMaxRecordBytes, 'x');
  bytes[2] = 0x01;
  bytes[3] = 0x20;  // 8193 bytes
  EXPECT_FALSE(DecodeRecord(bytes).has_value());
}

TEST(Record, IsValidExactlyWhenEveryFieldIs) {
  EXPECT_TRUE(IsValidRecord(Kiwi()));
  const auto valid_with = [](auto change) {
    RecordView record = Kiwi();
    change(record);
    return IsValidRecord(record);
  };
  const std::string long_id(kMaxRecordBytes, 'x');
  EXPECT_FALSE(valid_with([](RecordView& r) { r.client = ""; }));
  EXPECT_FALSE(valid_with([](RecordView& r) { r.client = "a b"; }));
  EXPECT_FALSE(valid_with([](RecordView& r) { r.client = "a\vb"; }));
  EXPECT_FALSE(valid_with([&](RecordView& r) { r.client = long_id; }));
  EXPECT_TRUE(valid_with([](RecordView& r) { r.client = "\xc2\xa0\x1c\xff"; }));
  EXPECT_FALSE(valid_with([](RecordView& r) { r.location = "34.0-118.4"; }));
  EXPECT_FALSE(valid_with([](RecordView& r) { r.time = "-1"; }));
  EXPECT_FALSE(valid_with([](RecordView& r) { r.received_ns = -1; }));
  EXPECT_FALSE(valid_with([](RecordView& r) { r.effective_ns = -1; }));
  EXPECT_FALSE(valid_with([](RecordView& r) { ++r.effective_ns; })) << "later than the client said";
  EXPECT_TRUE(valid_with([](RecordView& r) { --r.effective_ns; })) << "judged by the origin";
}

TEST(Record, OrdersByEffectiveTimeThenTheRestInAFixedOrder) {
  struct Named {
    RecordView record;
    std::string origin;
  };
  std::vector<Named> ascending(7, {Kiwi(), "Clark"});
  ascending[1].record.time = "1621464827.959498503001";
  ascending[2].record.location = "+34.068930-118.445128";
  ascending[3].record.location = "+34.068930-118.4451270";
  ascending[4].origin = "Jaquez";
  ascending[5].record.received_ns -= 1;  // the earlier receipt wins
  ascending[6].record.effective_ns += 1;
  // "...127" + "0" sorts before "...128": a longer text wins only over its own prefixes.
  std::swap(ascending[2], ascending[3]);
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      const int order = CompareRecords(ascending[i].record, ascending[i].origin,
                                       ascending[j].record, ascending[j].origin);
      EXPECT_EQ(order > 0, i > j) << i << " " << j;
      EXPECT_EQ(order < 0, i < j) << i << " " << j;
    }
  }
}

TEST(Record, LeavesTheUsualTextOfItsTimeOut) {
  EXPECT_EQ(StoredTimeText("1621464827.959498503", 1621464827959498503, 1621464827959498503), "");
  EXPECT_EQ(StoredTimeText("1621464827.959498503", 1621464827959498503, 1621464827959498502),
            "1621464827.959498503")
      << "judged by the origin";
  for (const std::string text :
       {"1621464827.95949850300", "01621464827.959498503", "1621464827.9"}) {
    const int64_t ns = ParseTimeNs(text).value();
    EXPECT_EQ(StoredTimeText(text, ns, ns), text);
  }
  RecordView record = Kiwi();
  record.time = {};
  EXPECT_TRUE(IsValidRecord(record));
  EXPECT_EQ(TimeText(record).text(), "1621464827.959498503");
  EXPECT_EQ(ClientTimeNs(record), 1621464827959498503);
  record.time = "1621464827.959498503";
  EXPECT_FALSE(IsValidRecord(record)) << "could be left out: two blocks would be one report";
}

TEST(Record, OrdersATextThatIsLeftOutAsIfItWereThere) {
  RecordView usual = Kiwi();
  RecordView longer = Kiwi();
  usual.time = {};
  EXPECT_LT(CompareRecords(usual, "Clark", longer, "Clark"), 0);
  EXPECT_GT(CompareRecords(longer, "Clark", usual, "Clark"), 0);
  EXPECT_EQ(CompareRecords(usual, "Clark", usual, "Clark"), 0);
}

TEST(Record, ComparesTextsAsUnsignedBytes) {
  RecordView low = Kiwi();
  RecordView high = Kiwi();
  low.location = "\x7f";
  high.location = "\x80";
  EXPECT_GT(CompareRecords(high, "Clark", low, "Clark"), 0);
}

TEST(NodeName, IsLettersDigitsAndThreeSigns) {
  for (const char* name : {"Clark", "a", "node-1_x.y"}) EXPECT_TRUE(IsNodeName(name)) << name;
  for (const char* name : {"", "a b", "a/b", "\xc3\xa4"}) EXPECT_FALSE(IsNodeName(name)) << name;
  EXPECT_TRUE(IsNodeName(std::string(64, 'x')));
  EXPECT_FALSE(IsNodeName(std::string(65, 'x')));
}

}  // namespace
}  // namespace proxyherd
