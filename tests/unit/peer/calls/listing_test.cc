// Tests paging through the table.
#include "peer/calls/listing.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace proxyherd::peer {
namespace {

class ListingTest : public ::testing::Test {
 protected:
  void Add(int first, int count) {
    for (int i = first; i < first + count; ++i) {
      table_.TakeReport({"client" + std::to_string(i), "+1-1", "1"}, 1);
    }
  }
  Table table_{{.herd = "test", .node = "Clark", .probe_seed = 1}};
};

TEST_F(ListingTest, EveryClientIsOnExactlyOnePage) {
  Add(0, 1000);
  for (size_t page_size : {1U, 7U, 999U, 1000U, 1001U}) {
    std::multiset<std::string> seen;
    std::string token;
    do {
      const auto page = ReadPage(table_, token, page_size);
      ASSERT_TRUE(page.has_value());
      EXPECT_LE(page->clients.size(), page_size);
      for (const ListedClient& client : page->clients) seen.insert(client.client);
      token = page->next_token;
    } while (!token.empty());
    EXPECT_EQ(seen.size(), 1000U);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 1000U);
  }
}

TEST_F(ListingTest, ClientsThatAppearMeanwhileDoNotDisturbTheOthers) {
  Add(0, 500);
  std::multiset<std::string> seen;
  std::string token;
  int next = 500;
  do {
    const auto page = ReadPage(table_, token, 10);
    for (const ListedClient& client : page->clients) seen.insert(client.client);
    token = page->next_token;
    Add(next, 10);
    next += 10;
  } while (!token.empty());
  for (int i = 0; i < 500; ++i) EXPECT_EQ(seen.count("client" + std::to_string(i)), 1U) << i;
}

TEST_F(ListingTest, PagesOfLongIdsAreShorter) {
  for (int i = 0; i < 300; ++i) {
    table_.TakeReport({std::string(4000, '\xff') + std::to_string(i), "+1-1", "1"}, 1);
  }
  size_t seen = 0;
  std::string token;
  do {
    const auto page = ReadPage(table_, token, 1000);
    EXPECT_LT(page->clients.size(), 70U);
    seen += page->clients.size();
    token = page->next_token;
  } while (!token.empty());
  EXPECT_EQ(seen, 300U);
}

TEST_F(ListingTest, RefusesTokensThatAreNotOurs) {
  for (const char* token : {"x", "0123456789abcdef", "0123456789abcdeg.a", "0123456789abcdef.\\q",
                            "0123456789ABCDEFa"}) {
    EXPECT_FALSE(ReadPage(table_, token, 10).has_value()) << token;
  }
}

TEST_F(ListingTest, AnEmptyTableHasOneEmptyPage) {
  const auto page = ReadPage(table_, "", 10);
  EXPECT_TRUE(page->clients.empty());
  EXPECT_EQ(page->next_token, "");
}

}  // namespace
}  // namespace proxyherd::peer
