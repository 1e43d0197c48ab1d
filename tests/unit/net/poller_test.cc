// Tests waiting for sockets, tasks and ticks.
#include "net/poller.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>
#include <vector>

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
    EXPECT_TRUE(poller_.Open(1'000'000, [this] { ++ticks_; }).ok());
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
  int ticks_ = 0;
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

TEST_F(PollerTest, TicksAgainAndAgain) {
  while (ticks_ < 3) poller_.Turn();
}

// Release builds have no assertions.
#ifndef NDEBUG

TEST(PollerDeathTest, IsOpenedOnceBeforeAllElse) {
  Poller poller;
  EXPECT_DEATH(poller.Post([] {}), "wake_.Open");
  EXPECT_DEATH(poller.Turn(), "epoll_.Open");
  ASSERT_TRUE(poller.Open(1'000'000, [] {}).ok());
  EXPECT_DEATH((void)poller.Open(1'000'000, [] {}), "!epoll_.Open");
}

#endif

}  // namespace
}  // namespace proxyherd::net
