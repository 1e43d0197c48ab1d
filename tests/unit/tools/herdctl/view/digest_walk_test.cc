// Tests the walk down to the clients that differ, on nodes that are tables in memory.
#include "tools/herdctl/view/digest_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace proxyherd::tools {
namespace {

using ::testing::ElementsAre;

constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;

// Spreads numbers over all hashes, in the same way at all nodes.
uint64_t HashOf(uint64_t number) { return (number + 1) * kOdd; }

// A node's table: clients by hash, each with a report.
struct FakeNode {
  std::map<uint64_t, std::pair<std::string, KnownReport>> clients;

  void Set(uint64_t number, int64_t reported_ns) { SetAt(HashOf(number), number, reported_ns); }
  void SetAt(uint64_t hash, uint64_t number, int64_t reported_ns) {
    KnownReport report;
    report.reported_ns = reported_ns;
    clients[hash] = {"client" + std::to_string(number), report};
  }

  static uint64_t Last(const DigestRange& range) {
    return range.bits == 0 ? ~uint64_t{0} : range.first | (~uint64_t{0} >> range.bits);
  }

  std::vector<PartSum> Parts(const DigestRange& range) const {
    const uint32_t more = range.bits < 12 ? 6 : 4;
    std::vector<PartSum> parts;
    for (uint64_t i = 0; i < uint64_t{1} << more; ++i) {
      PartSum part;
      part.range = {range.first | i << (64 - range.bits - more), range.bits + more};
      const auto end = clients.upper_bound(Last(part.range));
      for (auto it = clients.lower_bound(part.range.first); it != end; ++it) {
        part.sum += it->first * kOdd + static_cast<uint64_t>(it->second.second.reported_ns) * 977;
        ++part.records;
      }
      parts.push_back(part);
    }
    return parts;
  }

  ListedClients List(const DigestRange& range) const {
    ListedClients listed;
    const auto end = clients.upper_bound(Last(range));
    for (auto it = clients.lower_bound(range.first); it != end; ++it) {
      listed.clients.push_back(it->second);
    }
    return listed;
  }
};

struct Cost {
  size_t rounds = 0;
  size_t parts = 0;
  size_t listed = 0;
};

DigestLook Look(const std::vector<FakeNode>& nodes, Cost* cost = nullptr,
                size_t answered = DigestWalk::kMaxRanges) {
  Cost unused;
  if (cost == nullptr) cost = &unused;
  DigestWalk walk(nodes.size());
  while (const auto question = walk.Next()) {
    ++cost->rounds;
    EXPECT_LE(question->ranges.size(), DigestWalk::kMaxRanges);
    if (question->for_clients) {
      EXPECT_LE(question->ranges.size(), DigestWalk::kMaxListed);
      std::vector<std::vector<ListedClients>> by_range;
      for (const DigestRange& range : question->ranges) {
        auto& by_node = by_range.emplace_back();
        for (const FakeNode& node : nodes) {
          by_node.push_back(node.List(range));
          cost->listed += by_node.back().clients.size();
        }
      }
      walk.OnClients(by_range);
      continue;
    }
    std::vector<std::vector<std::vector<PartSum>>> by_node;
    for (const FakeNode& node : nodes) {
      auto& ranges = by_node.emplace_back();
      for (size_t i = 0; i < std::min(answered, question->ranges.size()); ++i) {
        ranges.push_back(node.Parts(question->ranges[i]));
        cost->parts += ranges.back().size();
      }
    }
    EXPECT_TRUE(walk.OnSums(*question, by_node));
    if (cost->rounds > 100'000) break;
  }
  return walk.TakeLook();
}

std::vector<FakeNode> Herd(size_t nodes, uint64_t clients) {
  FakeNode node;
  for (uint64_t i = 0; i < clients; ++i) node.Set(i, 1);
  return std::vector<FakeNode>(nodes, node);
}

std::vector<std::string> Names(const DigestLook& look) {
  std::vector<std::string> names;
  for (const ClientStates& client : look.clients) names.push_back(client.client);
  std::sort(names.begin(), names.end());
  return names;
}

TEST(DigestWalkTest, EqualTablesCostOneQuestion) {
  Cost cost;
  const DigestLook look = Look(Herd(5, 10'000), &cost);
  EXPECT_TRUE(look.clients.empty());
  EXPECT_TRUE(look.complete);
  EXPECT_EQ(cost.rounds, 1U);
}

TEST(DigestWalkTest, FindsWhatIsMissingAndWhatIsOlder) {
  std::vector<FakeNode> nodes = Herd(3, 10'000);
  nodes[1].clients.erase(HashOf(77));
  nodes[2].Set(4711, 2);
  const DigestLook look = Look(nodes);
  ASSERT_THAT(Names(look), ElementsAre("client4711", "client77"));
  EXPECT_TRUE(look.complete);
  for (const ClientStates& client : look.clients) {
    ASSERT_EQ(client.at.size(), 3U);
    if (client.client == "client77") {
      EXPECT_TRUE(client.at[0].has_value());
      EXPECT_FALSE(client.at[1].has_value());
    } else {
      EXPECT_EQ(client.at[0]->reported_ns, 1);
      EXPECT_EQ(client.at[2]->reported_ns, 2);
    }
  }
}

TEST(DigestWalkTest, CostIsProportionalToTheDifference) {
  std::vector<FakeNode> nodes = Herd(2, 200'000);
  Cost one;
  nodes[1].clients.erase(HashOf(1234));
  EXPECT_EQ(Look(nodes, &one).clients.size(), 1U);
  // The whole, a group, a bucket (of 49 clients), and its list.
  EXPECT_LE(one.rounds, 4U);
  EXPECT_LE(one.parts, 2U * (64 + 64 + 16));
  EXPECT_LE(one.listed, 2 * DigestWalk::kFewClients);
  Cost ten;
  for (uint64_t i = 0; i < 9; ++i) nodes[0].clients.erase(HashOf(i * 20'000));
  EXPECT_EQ(Look(nodes, &ten).clients.size(), 10U);
  EXPECT_LE(ten.parts, 2U * (64 + 10 * (64 + 16)));
  EXPECT_LE(ten.listed, 20 * DigestWalk::kFewClients);
}

TEST(DigestWalkTest, GoesDeeperWhereManyClientsFallTogether) {
  std::vector<FakeNode> nodes(2);
  for (uint64_t i = 0; i < 1000; ++i) {
    for (FakeNode& node : nodes) node.SetAt(i << 44, i, 1);  // all in the first 22 bits
  }
  nodes[1].clients.erase(uint64_t{500} << 44);
  Cost cost;
  EXPECT_THAT(Names(Look(nodes, &cost)), ElementsAre("client500"));
  EXPECT_LE(cost.listed, 2 * DigestWalk::kFewClients);
}

TEST(DigestWalkTest, EndsWhereNothingCanBeDivided) {
  std::vector<FakeNode> nodes(2);
  for (uint64_t i = 0; i < 300; ++i) {
    for (FakeNode& node : nodes) node.SetAt(i & 15 ? i : i << 8, i, 1);  // in the last bits
  }
  nodes[1].clients.erase(17);
  EXPECT_THAT(Names(Look(nodes)), ElementsAre("client17"));
}

TEST(DigestWalkTest, AsksAgainForWhatWasLeftOver) {
  std::vector<FakeNode> nodes = Herd(2, 50'000);
  for (uint64_t i = 0; i < 100; ++i) nodes[1].clients.erase(HashOf(i * 500));
  for (const size_t answered : {1U, 3U}) {
    EXPECT_EQ(Look(nodes, nullptr, answered).clients.size(), 100U) << answered;
  }
}

TEST(DigestWalkTest, AnEmptyNodeEndsTheWalkEarly) {
  std::vector<FakeNode> nodes = Herd(2, 30'000);
  nodes[1].clients.clear();
  const DigestLook look = Look(nodes);
  EXPECT_FALSE(look.complete);
  EXPECT_GE(look.clients.size(), DigestWalk::kMaxClients);
  EXPECT_LE(look.clients.size(),
            DigestWalk::kMaxClients + DigestWalk::kMaxListed * DigestWalk::kFewClients);
}

TEST(DigestWalkTest, AnswersThatDoNotFitAreRefused) {
  const FakeNode node;
  const DigestQuestion whole{false, {DigestRange{}}};
  const std::vector<PartSum> parts = node.Parts({});
  std::vector<PartSum> fewer(parts.begin(), parts.end() - 1);
  std::vector<PartSum> not_deeper = {{DigestRange{}, 1, 1}};
  EXPECT_TRUE(DigestWalk(2).OnSums(whole, {{parts}, {parts}}));
  EXPECT_FALSE(DigestWalk(2).OnSums(whole, {{parts}}));
  EXPECT_FALSE(DigestWalk(2).OnSums(whole, {{parts}, {}}));
  EXPECT_FALSE(DigestWalk(2).OnSums(whole, {{parts}, {fewer}}));
  EXPECT_FALSE(DigestWalk(2).OnSums(whole, {{fewer}, {parts}}));
  EXPECT_FALSE(DigestWalk(2).OnSums(whole, {{not_deeper}, {not_deeper}}));
}

TEST(DigestWalkTest, AListThatIsCutIsSaidSo) {
  DigestWalk walk(1);
  walk.OnClients({{ListedClients{{}, false}}});
  EXPECT_FALSE(walk.TakeLook().complete);
}

}  // namespace
}  // namespace proxyherd::tools
