// Tests asking for the addresses of a host, with a name server that the test plays.
#include "net/resolver.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "base/env.h"
#include "tests/support/played_name_server.h"

namespace proxyherd::net {
namespace {

class ResolverTest : public ::testing::Test {
 protected:
  ResolverTest() {
    EXPECT_TRUE(poller_.Open([] {}).ok());
  }

  void Ask(const std::string& host) {
    query_.emplace(poller_, host, 5050, ResolverOptions{names_.servers()}, [this] { ++progress_; });
  }
  void Turn() {
    poller_.Post([] {});
    poller_.Turn();
  }
  void TurnUntilDone() {
    while (!query_->done()) Turn();
  }
  // The last byte and the port of each address.
  std::set<std::pair<int, int>> Found() const {
    std::set<std::pair<int, int>> found;
    for (const SocketAddress& address : *query_->addresses()) {
      found.emplace(ClientAddressOf(address).back(), address.Port());
    }
    return found;
  }

  Poller poller_;
  PlayedNameServer names_;
  std::optional<HostQuery> query_;
  int progress_ = 0;
};

TEST_F(ResolverTest, FindsAllAddressesOfAHostWithItsPort) {
  Ask("clark.test.");
  EXPECT_FALSE(query_->done());
  names_.Answer({7, 8});
  names_.Answer({7, 8});
  TurnUntilDone();
  ASSERT_TRUE(query_->addresses().ok());
  EXPECT_EQ(Found(), (std::set<std::pair<int, int>>{{7, 5050}, {8, 5050}}));
  EXPECT_GT(progress_, 0);
}

TEST_F(ResolverTest, AHostWithoutAddressesIsNotFound) {
  Ask("clark.test.");
  names_.Answer({});
  names_.Answer({});
  TurnUntilDone();
  EXPECT_EQ(query_->addresses().status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ResolverTest, AsksAgainWhatWasNotAnswered) {
  Ask("clark.test.");
  while (!names_.Lose()) {
  }
  // The time of the resolver is the system's.
  bool answered = false;
  while (!query_->done()) {
    Turn();
    query_->Tick();
    while (names_.HasQuestion()) answered = names_.Answer({7}) || answered;
  }
  EXPECT_TRUE(answered);
  EXPECT_EQ(Found(), (std::set<std::pair<int, int>>{{7, 5050}}));
}

TEST_F(ResolverTest, WaitsForAnEventOnlyForAWhile) {
  Ask("clark.test.");
  EXPECT_GT(query_->WaitNs(), 0);
  EXPECT_LE(query_->WaitNs(), kSecond);
}

TEST_F(ResolverTest, MayBeGivenUpAtAnyTime) {
  Ask("clark.test.");
  query_.reset();
  Ask("clark.test.");
  names_.Answer({7});
  query_.reset();  // the answer is under way
  Turn();
  EXPECT_EQ(progress_, 0);
}

TEST_F(ResolverTest, NameServersThatCannotBeReadAreAnErrorOfTheQuery) {
  query_.emplace(poller_, "clark.test.", 5050, ResolverOptions{"nonsense"}, [] {});
  TurnUntilDone();
  EXPECT_EQ(query_->addresses().status().code(), absl::StatusCode::kUnavailable);
}

#ifndef NDEBUG

TEST_F(ResolverTest, DiesOfQuestionsAtTheWrongTime) {
  Ask("clark.test.");
  EXPECT_DEATH((void)query_->addresses(), "done");
  names_.Answer({7});
  names_.Answer({7});
  TurnUntilDone();
  EXPECT_DEATH((void)query_->WaitNs(), "done");
}

#endif

}  // namespace
}  // namespace proxyherd::net
