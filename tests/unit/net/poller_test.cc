// Tests waiting for sockets, tasks and a time.
#include "net/poller.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>
#include <vector>

#include "base/env.h"

namespace proxyherd::net {
namespace {

class Recorder : public Poller::Watcher {
 public:
  void OnReady(uint32_t events) override { events_.push_back(events); }
  std::vector<uint32_t> TakeEvents() { return std::exchange(events_, {}); }

 private:
  std::vector<uint32_t> events_;
};

class PollerTest : public ::testing::Test {
 protected:
  PollerTest() {
    EXPECT_TRUE(poller_.Open([this] { ++fired_; }).ok());
    int pair[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    ours_ = Descriptor(pair[0]);
    theirs_ = Descriptor(pair[1]);
  }

  // Without an event a poller would wait forever: a task ends the turn.
  void TurnWithATask() {
    poller_.Post([] {});
    poller_.Turn();
  }

  Poller poller_;
  Descriptor ours_;
  Descriptor theirs_;
  Recorder recorder_;
  int fired_ = 0;
};

TEST_F(PollerTest, TellsWhatIsReadyAsLongAsItIs) {
  ASSERT_TRUE(poller_.Watch(ours_.fd(), Poller::kReadable, recorder_));
  TurnWithATask();
  EXPECT_EQ(recorder_.TakeEvents(), std::vector<uint32_t>{});
  ASSERT_EQ(send(theirs_.fd(), "x", 1, 0), 1);
  poller_.Turn();
  poller_.Turn();
  EXPECT_EQ(recorder_.TakeEvents(), (std::vector<uint32_t>{EPOLLIN, EPOLLIN}));
}

TEST_F(PollerTest, TellsOnlyWhatIsWantedButAlwaysThatTheOtherSideIsGone) {
  ASSERT_TRUE(poller_.Watch(ours_.fd(), Poller::kReadable | Poller::kWritable, recorder_));
  poller_.Turn();
  EXPECT_EQ(recorder_.TakeEvents(), std::vector<uint32_t>{EPOLLOUT});
  ASSERT_TRUE(poller_.Change(ours_.fd(), Poller::kNothing, recorder_));
  ASSERT_EQ(send(theirs_.fd(), "x", 1, 0), 1);
  TurnWithATask();
  EXPECT_EQ(recorder_.TakeEvents(), std::vector<uint32_t>{});
  theirs_.Reset();
  poller_.Turn();
  EXPECT_EQ(recorder_.TakeEvents(), std::vector<uint32_t>{EPOLLHUP});
}

TEST_F(PollerTest, ForgetsAClosedSocket) {
  ASSERT_TRUE(poller_.Watch(ours_.fd(), Poller::kWritable, recorder_));
  ours_.Reset();
  TurnWithATask();
  EXPECT_EQ(recorder_.TakeEvents(), std::vector<uint32_t>{});
}

TEST_F(PollerTest, RunsTheTasksOfOtherThreadsInTheirOrder) {
  constexpr int kTasks = 10'000;
  std::vector<int> ran;
  std::thread other([&] {
    for (int task = 0; task < kTasks; ++task) {
      poller_.Post([&ran, task] { ran.push_back(task); });
    }
  });
  while (ran.size() < kTasks) poller_.Turn();
  other.join();
  for (int task = 0; task < kTasks; ++task) EXPECT_EQ(ran[static_cast<size_t>(task)], task);
}

TEST_F(PollerTest, ATaskMayPostTheNext) {
  int ran = 0;
  poller_.Post([&] { poller_.Post([&] { ++ran; }); });
  poller_.Turn();
  EXPECT_EQ(ran, 0);
  poller_.Turn();
  EXPECT_EQ(ran, 1);
}

TEST_F(PollerTest, KnowsOfTasksUntilTheyRun) {
  EXPECT_FALSE(poller_.HasTasks());
  bool had = true;
  poller_.Post([&] { had = poller_.HasTasks(); });
  EXPECT_TRUE(poller_.HasTasks());
  poller_.Turn();
  EXPECT_FALSE(had);  // it runs, so it waits no more
  poller_.Post([&] { poller_.Post([] {}); });
  poller_.Turn();
  EXPECT_TRUE(poller_.HasTasks());
}

TEST_F(PollerTest, TheTimerFiresOnceEachTimeItIsSet) {
  for (int fired = 1; fired <= 3; ++fired) {
    poller_.SetTimer(1);
    poller_.Turn();  // wakes up for the timer alone
    EXPECT_EQ(fired_, fired);
    TurnWithATask();
    EXPECT_EQ(fired_, fired);
  }
}

TEST_F(PollerTest, ATimeReplacesTheOneSetBefore) {
  poller_.SetTimer(3600 * kSecond);
  poller_.SetTimer(1);
  poller_.Turn();
  EXPECT_EQ(fired_, 1);
}

// Release builds have no assertions.
#ifndef NDEBUG

TEST(PollerDeathTest, IsOpenedOnceBeforeAllElse) {
  Poller poller;
  EXPECT_DEATH(poller.Post([] {}), "wake_.Open");
  EXPECT_DEATH(poller.Turn(), "epoll_.Open");
  EXPECT_DEATH(poller.SetTimer(1), "timer_.Open");
  ASSERT_TRUE(poller.Open([] {}).ok());
  EXPECT_DEATH((void)poller.Open([] {}), "!epoll_.Open");
  EXPECT_DEATH(poller.SetTimer(0), "delay_ns > 0");
}

#endif

}  // namespace
}  // namespace proxyherd::net
