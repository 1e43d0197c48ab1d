// Tests that replies are found wherever the pieces are cut in which they arrive.
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "bench/loader/make_reply_framer.h"

namespace proxyherd::bench {
namespace {

struct Case {
  std::string name;
  Work work;
  std::string bytes;
  uint64_t complete;
  uint64_t wrong;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const std::string kAt = "AT Clark +0.000000012 kiwi +34.1-118.4 1621464827.959498503\n";
const std::string kPlaces = "{\n  \"places\": [\n    {\n      \"id\": \"a\"\n    }\n  ]\n}\n\n";

std::string Times(int times, const std::string& text) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"lines", Work::kIamat, kAt + kAt + kAt, 3, 0},
      {"a line that has not ended", Work::kIamat, kAt + "AT Clark", 1, 0},
      {"a refused line", Work::kIamat, kAt + "? IAMAT kiwi\n" + kAt, 3, 1},
      {"a line shorter than its head", Work::kIamat, "AT\n\nA\n" + kAt, 4, 3},
      {"a line that begins as its head only", Work::kIamat, "AT\tClark\n", 1, 1},
      {"echoed lines", Work::kEcho, "IAMAT a b c\nIAMAT \nIAMA\n", 3, 1},
      {"answers without places", Work::kWhatsat, kAt + "{}\n\n" + kAt + "{}\n\n", 2, 0},
      {"answers with places", Work::kWhatsat, kAt + kPlaces + kAt + kPlaces, 2, 0},
      {"an unknown client", Work::kWhatsat, kAt + "{}\n\n? WHATSAT x 0 0\n" + kAt + "{}\n\n", 3, 1},
      {"an answer without its end", Work::kWhatsat, kAt + "{}\n", 0, 0},
      {"places that cannot be had", Work::kWhatsat,
       kAt + "{\"error\": {\"code\": 503}}\n\n" + kAt + "{}\n\n", 2, 1},
      {"the word error in a place", Work::kWhatsat, kAt + "{\n{\"error\"\n\n", 1, 0},
      {"both kinds", Work::kMixed,
       Times(9, kAt) + kAt + kPlaces + Times(9, kAt) + kAt + "{}\n\n" + kAt, 21, 0},
      {"both kinds, one refused", Work::kMixed, Times(9, kAt) + "? WHATSAT x 0 0\n" + kAt, 11, 1},
      {"OK", Work::kSet, "+OK\r\n+OK\r\n", 2, 0},
      {"an error", Work::kSet, "+OK\r\n-ERR it's full\r\n+OK\r\n", 3, 1},
      {"numbers", Work::kGeoAdd, ":0\r\n:1\r\n:-1\r\n:100000000000\r\n", 4, 0},
      {"another kind", Work::kHset, ":0\r\n+OK\r\n:0\r\n", 3, 1},
      {"what is no kind", Work::kHset, "hello\r\n:0\r\n", 2, 1},
      {"an empty array", Work::kGeoSearch, "*0\r\n*-1\r\n", 2, 0},
      {"arrays", Work::kGeoSearch, "*2\r\n$3\r\nabc\r\n$0\r\n\r\n*1\r\n$-1\r\n", 2, 0},
      {"bulk strings that look like replies", Work::kGeoSearch,
       "*2\r\n$6\r\n*3\r\n+\r\r\n$4\r\n-ERR\r\n*0\r\n", 2, 0},
      {"nested arrays", Work::kGeoSearch,
       "*2\r\n*2\r\n$1\r\na\r\n*2\r\n:1\r\n:2\r\n*0\r\n*1\r\n+x\r\n*1\r\n:1\r\n", 3, 0},
      {"an error within", Work::kGeoSearch, "*2\r\n:1\r\n-ERR x\r\n*0\r\n", 2, 1},
      {"a nested array that has not ended", Work::kGeoSearch, "*2\r\n*1\r\n:1\r\n", 0, 0},
  };
  return cases;
}

class ReplyFramerTest : public testing::TestWithParam<Case> {
 protected:
  void Expect(const Replies& replies) {
    EXPECT_EQ(replies.complete, GetParam().complete);
    EXPECT_EQ(replies.wrong, GetParam().wrong);
    EXPECT_EQ(replies.first_wrong.empty(), GetParam().wrong == 0);
  }
};

TEST_P(ReplyFramerTest, InOnePiece) {
  Replies replies;
  MakeReplyFramer(GetParam().work)->Feed(GetParam().bytes, replies);
  Expect(replies);
}

TEST_P(ReplyFramerTest, CutInTwoAnywhere) {
  const std::string_view bytes = GetParam().bytes;
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    SCOPED_TRACE(cut);
    Replies replies;
    const std::unique_ptr<ReplyFramer> framer = MakeReplyFramer(GetParam().work);
    framer->Feed(bytes.substr(0, cut), replies);
    framer->Feed(bytes.substr(cut), replies);
    EXPECT_EQ(replies.complete, GetParam().complete);
    EXPECT_EQ(replies.wrong, GetParam().wrong);
  }
}

TEST_P(ReplyFramerTest, ByteByByte) {
  Replies replies;
  const std::unique_ptr<ReplyFramer> framer = MakeReplyFramer(GetParam().work);
  for (const char& byte : GetParam().bytes) framer->Feed({&byte, 1}, replies);
  EXPECT_EQ(replies.complete, GetParam().complete);
  EXPECT_EQ(replies.wrong, GetParam().wrong);
}

INSTANTIATE_TEST_SUITE_P(All, ReplyFramerTest, testing::ValuesIn(Cases()));

TEST(FirstWrongTest, TellsHowTheFirstWrongReplyBegins) {
  Replies replies;
  MakeReplyFramer(Work::kIamat)->Feed(kAt + "? first\n? second\n", replies);
  EXPECT_EQ(replies.first_wrong, "? first");
  Replies resp;
  MakeReplyFramer(Work::kSet)->Feed("+OK\r\n-ERR full\r\n", resp);
  EXPECT_EQ(resp.first_wrong, "-ERR full");
}

}  // namespace
}  // namespace proxyherd::bench
