// Tests that reading ahead finds the same lines as reading one by one, and reports why it stopped.
#include "gateway/session/lines_ahead.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace proxyherd::gateway {
namespace {

class LinesAheadTest : public testing::Test {
 protected:
  void Read(std::string_view bytes) { ahead_.Read(bytes, kMaxLineBytes, table_); }

  static constexpr size_t kMaxLineBytes = 40;
  Table table_{{.herd = "seed", .node = "Clark"}};
  LinesAhead ahead_;
};

TEST_F(LinesAheadTest, ParsesEachLineAndKnowsItsClient) {
  Read("IAMAT a +1-1 5\r\nWHATSAT b 1 1\nfoo\n");
  ASSERT_EQ(ahead_.lines().size(), 3U);
  EXPECT_EQ(std::get<Iamat>(ahead_.lines()[0].command).report.client, "a");
  EXPECT_EQ(ahead_.lines()[0].key.shared_hash, table_.KeyOf("a").shared_hash);
  EXPECT_EQ(ahead_.lines()[0].consumed, 16U);
  EXPECT_EQ(std::get<Whatsat>(ahead_.lines()[1].command).client, "b");
  EXPECT_EQ(ahead_.lines()[1].key.probe_hash, table_.KeyOf("b").probe_hash);
  EXPECT_TRUE(std::holds_alternative<InvalidCommand>(ahead_.lines()[2].command));
  EXPECT_EQ(ahead_.lines()[2].text, "foo");
  EXPECT_EQ(ahead_.stop().status, LineStatus::kIncomplete);
}

TEST_F(LinesAheadTest, StopsAtALineThatIsTooLong) {
  Read("foo\n" + std::string(kMaxLineBytes + 2, 'x'));
  ASSERT_EQ(ahead_.lines().size(), 1U);
  EXPECT_EQ(ahead_.stop().status, LineStatus::kTooLong);
}

TEST_F(LinesAheadTest, ReadsABoundedNumber) {
  std::string lines;
  for (size_t i = 0; i < LinesAhead::kMax + 1; ++i) lines += std::to_string(i) + "\n";
  Read(lines);
  ASSERT_EQ(ahead_.lines().size(), LinesAhead::kMax);
  EXPECT_EQ(ahead_.lines().back().text, std::to_string(LinesAhead::kMax - 1));
  EXPECT_EQ(ahead_.stop().status, LineStatus::kComplete);
  Read("");
  EXPECT_TRUE(ahead_.lines().empty());
  EXPECT_EQ(ahead_.stop().status, LineStatus::kIncomplete);
}

}  // namespace
}  // namespace proxyherd::gateway
