// Tests the stream to herd-places, step by step: without a real stream, with the test's time.
#include "places/remote/remote_searches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/fake_clock.h"

namespace proxyherd::places {
namespace {

using State = RemoteSearches::State;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr int64_t kBudget = 5 * kSecond;
constexpr int64_t kBeatNs = RemoteSearches::kBeatNs;

// The machine's effects, as text: "open", "write 1 2" (searches by name; "write" for a
// beat), "cancel", "timer", "too many", "silence", "NAME: answer".
class RemoteSearchesTest : public testing::Test, protected RemoteSearches::Effects {
 protected:
  // Events. Each returns the effects that it causes.
  using Words = std::vector<std::string>;

  Words Search(int name, int64_t budget_ns = kBudget) {
    SearchRequest request;
    request.radius_m = name;
    const std::string prefix = absl::StrCat(name, ": ");
    searches_.OnSearch(now_ns_, request, budget_ns,
                       [this, prefix](const absl::StatusOr<SearchAnswer>& answer) {
                         words_.push_back(prefix + Text(answer));
                       });
    return Take();
  }
  // Advances the time by `ns`; returns all effects until then.
  Words Wait(int64_t ns) {
    const int64_t end_ns = now_ns_ + ns;
    while (timer_ns_ != 0 && timer_ns_ <= end_ns) {
      now_ns_ = std::exchange(timer_ns_, 0);
      searches_.OnTimer(now_ns_);
    }
    now_ns_ = end_ns;
    return Take();
  }
  Words Written() {
    searches_.OnWritten(now_ns_);
    return Take();
  }
  // The service answers the searches with these numbers, which start at 1.
  Words Message(const std::vector<uint64_t>& numbers) {
    places::v1::SearchStreamResponse message;
    for (const uint64_t number : numbers) {
      auto& answer = *message.add_answers();
      answer.set_number(number);
      answer.mutable_found()->set_json("{}");
    }
    searches_.OnMessage(now_ns_, message);
    return Take();
  }
  Words Answered() {
    searches_.OnAnswered(now_ns_);
    return Take();
  }
  Words End(const absl::Status& status = absl::UnavailableError("broken")) {
    searches_.OnEnded(now_ns_, status);
    return Take();
  }
  Words Stop() {
    searches_.OnStop();
    return Take();
  }

  // The service completes a write and answers.
  Words Serve(const std::vector<uint64_t>& numbers) {
    Words words = Written();
    for (Words more : {Message(numbers), Answered()}) {
      words.insert(words.end(), more.begin(), more.end());
    }
    return words;
  }
  // Opens the stream with search 1, which is answered.
  void BeOpen() {
    Search(1);
    ASSERT_THAT(Serve({1}), ElementsAre("1: {}"));
    ASSERT_EQ(searches_.state(), State::kOpen);
  }

  Words Take() { return std::exchange(words_, {}); }
  static std::string Text(const absl::StatusOr<SearchAnswer>& answer) {
    return answer.ok() ? answer->json : answer.status().ToString();
  }

  void Open() override { words_.emplace_back("open"); }
  void Write(places::v1::SearchStreamRequest message) override {
    std::string names = "write";
    for (const auto& search : message.searches()) {
      absl::StrAppend(&names, " ", search.search().radius_meters());
    }
    words_.push_back(std::move(names));
  }
  void Cancel() override { words_.emplace_back("cancel"); }
  void SetTimer(int64_t delay_ns) override {
    ASSERT_EQ(timer_ns_, 0) << "one timer is set already";
    timer_ns_ = now_ns_ + delay_ns;
  }
  void Answer(Provider::Done done, absl::StatusOr<SearchAnswer> answer) override {
    done(std::move(answer));
  }
  void CountTooMany() override { words_.emplace_back("too many"); }
  void CountSilence() override { words_.emplace_back("silence"); }

  int64_t now_ns_ = 1'000 * kSecond;
  int64_t timer_ns_ = 0;  // 0: not set
  Words words_;
  FakeClock env_;
  RemoteSearches searches_{"places:1", env_, *this};
};

TEST_F(RemoteSearchesTest, TheFirstSearchOpensTheStream) {
  EXPECT_EQ(searches_.state(), State::kIdle);
  EXPECT_THAT(Search(1), ElementsAre("open", "write 1"));
  EXPECT_EQ(searches_.state(), State::kConnecting);
  EXPECT_THAT(Written(), IsEmpty());
  EXPECT_THAT(Message({1}), ElementsAre("1: {}"));
  EXPECT_EQ(searches_.state(), State::kOpen);
  EXPECT_THAT(Answered(), IsEmpty());
}

TEST_F(RemoteSearchesTest, SearchesThatArriveBeforeTheAnswerShareAMessage) {
  Search(1);
  EXPECT_THAT(Search(2), IsEmpty());
  EXPECT_THAT(Written(), IsEmpty());
  EXPECT_THAT(Search(3), IsEmpty());
  EXPECT_THAT(Message({1}), ElementsAre("1: {}"));
  EXPECT_THAT(Search(4), IsEmpty()) << "answers are still being delivered";
  EXPECT_THAT(Answered(), ElementsAre("write 2 3 4"));
}

TEST_F(RemoteSearchesTest, AnAnswerMayOvertakeTheEndOfItsWrite) {
  Search(1);
  Search(2);
  EXPECT_THAT(Message({1}), ElementsAre("1: {}"));
  EXPECT_THAT(Answered(), IsEmpty()) << "gRPC takes one write at a time";
  EXPECT_THAT(Written(), ElementsAre("write 2"));
}

TEST_F(RemoteSearchesTest, AMessageMayAnswerSearchesOfEarlierOnes) {
  Search(1);
  Search(2);
  EXPECT_THAT(Serve({}), ElementsAre("write 2"));
  EXPECT_THAT(Serve({2, 1, 77}), ElementsAre("2: {}", "1: {}"));
}

TEST_F(RemoteSearchesTest, BeatsEveryHalfSecondAsLongAsTheStreamIsThere) {
  BeOpen();
  EXPECT_THAT(Wait(kBeatNs - 1), IsEmpty());
  EXPECT_THAT(Wait(1), ElementsAre("write"));
  EXPECT_THAT(Serve({}), IsEmpty());
  EXPECT_THAT(Wait(kBeatNs), ElementsAre("write"));
  Serve({});
  End();
  EXPECT_THAT(Wait(10 * kSecond), IsEmpty());
}

TEST_F(RemoteSearchesTest, ABeatThatIsDueDuringAMessageFollowsIt) {
  BeOpen();
  EXPECT_THAT(Search(2), ElementsAre("write 2"));
  EXPECT_THAT(Wait(kBeatNs), IsEmpty());
  EXPECT_THAT(Serve({2}), ElementsAre("2: {}", "write"));
}

TEST_F(RemoteSearchesTest, AStreamOfTwoSecondsSilenceIsCut) {
  BeOpen();
  EXPECT_THAT(Wait(RemoteSearches::kMaxSilenceNs - 1), ElementsAre("write"));
  EXPECT_THAT(Wait(1), ElementsAre("silence", "cancel"));
  EXPECT_EQ(searches_.state(), State::kIdle);
  EXPECT_EQ(searches_.reason(), absl::UnavailableError("the places service at places:1: has said "
                                                       "nothing for 2 s"));
  EXPECT_THAT(Search(2), ElementsAre("open", "write 2"));
}

TEST_F(RemoteSearchesTest, AMessageIsASignOfLife) {
  BeOpen();
  Wait(RemoteSearches::kMaxSilenceNs - 1);
  Message({});
  EXPECT_THAT(Wait(RemoteSearches::kMaxSilenceNs - 1), IsEmpty());
  EXPECT_EQ(searches_.state(), State::kOpen);
  EXPECT_THAT(Wait(kBeatNs), ElementsAre("silence", "cancel"));
}

TEST_F(RemoteSearchesTest, AStreamThatNeverAnswersIsCutAndItsSearchesFail) {
  Search(1);
  EXPECT_THAT(Wait(RemoteSearches::kMaxSilenceNs),
              ElementsAre("silence", "cancel",
                          "1: UNAVAILABLE: the places service at places:1: has said nothing for "
                          "2 s"));
  EXPECT_EQ(searches_.state(), State::kWaiting);
}

TEST_F(RemoteSearchesTest, WhatASilentStreamLeftUnansweredIsAskedOverANewOne) {
  BeOpen();
  Search(2);
  EXPECT_THAT(Wait(RemoteSearches::kMaxSilenceNs),
              ElementsAre("silence", "cancel", "open", "write 2"));
  EXPECT_EQ(searches_.state(), State::kConnecting);
  EXPECT_THAT(Serve({2}), ElementsAre("2: {}"));
}

TEST_F(RemoteSearchesTest, FailsFastDuringTheBackOff) {
  env_.SetRandom([] { return uint64_t{50 * kMillisecond}; });  // the longest first wait
  Search(1);
  const std::string why = "UNAVAILABLE: the places service at places:1: broken";
  EXPECT_THAT(End(), ElementsAre("1: " + why));
  EXPECT_EQ(searches_.state(), State::kWaiting);
  EXPECT_THAT(Search(2), ElementsAre("2: " + why));
  Wait(100 * kMillisecond - 1);
  EXPECT_THAT(Search(3), ElementsAre("3: " + why));
  Wait(1);
  EXPECT_THAT(Search(4), ElementsAre("open", "write 4"));
}

TEST_F(RemoteSearchesTest, TheBackOffDoublesToASecondAndBeginsAnewAfterAnAnswer) {
  // Without randomness the waits are the shortest, which are halves.
  for (const int64_t backoff_ms : {50, 100, 200, 400, 500, 500}) {
    EXPECT_THAT(Search(1), ElementsAre("open", "write 1"));
    End();
    Wait(backoff_ms * kMillisecond - 1);
    Search(2);
    EXPECT_EQ(searches_.state(), State::kWaiting) << backoff_ms;
    Wait(1);
  }
  Search(1);
  Message({});  // no answer for it yet, but a sign of life
  End();        // search 1 is asked once more
  EXPECT_EQ(searches_.state(), State::kConnecting);
  End();
  Wait(50 * kMillisecond - 1);
  Search(3);
  EXPECT_EQ(searches_.state(), State::kWaiting);
  Wait(1);
  EXPECT_THAT(Search(4), ElementsAre("open", "write 4"));
}

TEST_F(RemoteSearchesTest, AnEndOfTheServicesOwnIsNoFailureToConnect) {
  BeOpen();
  EXPECT_THAT(End(absl::OkStatus()), IsEmpty());
  EXPECT_EQ(searches_.state(), State::kIdle);
  EXPECT_EQ(searches_.reason().message(), "the places service at places:1: it ended the stream");
  EXPECT_THAT(Search(2), ElementsAre("open", "write 2"));
}

TEST_F(RemoteSearchesTest, AnErrorKeepsItsCode) {
  Search(1);
  EXPECT_THAT(End(absl::UnimplementedError("no such method")),
              ElementsAre("1: UNIMPLEMENTED: the places service at places:1: no such method"));
}

TEST_F(RemoteSearchesTest, WhatAWorkingStreamLeftUnansweredIsAskedOnceMoreAndNotTwice) {
  BeOpen();
  Search(2);
  Search(3);
  EXPECT_THAT(End(), ElementsAre("open", "write 2 3"));
  EXPECT_THAT(Search(4), IsEmpty());
  EXPECT_THAT(Serve({3}), ElementsAre("3: {}", "write 4"));
  EXPECT_THAT(End(), ElementsAre("2: UNAVAILABLE: the places service at places:1: broken", "open",
                                 "write 4"));
}

TEST_F(RemoteSearchesTest, NothingIsAskedOnceMoreOverAStreamThatDoesNotConnect) {
  BeOpen();
  Search(2);
  End();
  Search(3);
  EXPECT_THAT(End(), testing::UnorderedElementsAre(
                         "2: UNAVAILABLE: the places service at places:1: broken",
                         "3: UNAVAILABLE: the places service at places:1: broken"));
}

TEST_F(RemoteSearchesTest, ASearchFailsAtTheFirstBeatAfterItsDeadline) {
  BeOpen();
  Search(2);
  Serve({});
  for (int beat = 1; beat < 10; ++beat) {
    ASSERT_THAT(Wait(kBeatNs), ElementsAre("write"));
    Serve({});
  }
  EXPECT_THAT(Wait(kBeatNs), ElementsAre("2: DEADLINE_EXCEEDED: the places service at places:1 has "
                                         "not answered in time",
                                         "write"));
  EXPECT_THAT(Serve({2}), IsEmpty()) << "nobody waits for it";
}

TEST_F(RemoteSearchesTest, ASearchWithoutTimeAsksNobody) {
  EXPECT_THAT(Search(1, 0), ElementsAre("1: DEADLINE_EXCEEDED: the places service at places:1 has "
                                        "not answered in time"));
  EXPECT_EQ(searches_.state(), State::kIdle);
}

TEST_F(RemoteSearchesTest, BeyondTheBoundSearchesAreRefusedAndCounted) {
  BeOpen();
  for (size_t i = 0; i < PendingSearches::kMax; ++i) Search(2);
  EXPECT_THAT(Search(3),
              ElementsAre("too many",
                          "3: RESOURCE_EXHAUSTED: this node waits for too many lookups of places "
                          "already; try again in a moment"));
  Serve({2});
  EXPECT_THAT(Search(4), IsEmpty()) << "there is room again";
}

TEST_F(RemoteSearchesTest, AStopFailsSearchesAndCancelsTheStream) {
  BeOpen();
  Search(2);
  EXPECT_THAT(Stop(), ElementsAre("cancel",
                                  "2: UNAVAILABLE: this node is stopping; ask another "
                                  "one"));
  EXPECT_EQ(searches_.state(), State::kStopped);
  EXPECT_THAT(Search(3), ElementsAre("3: UNAVAILABLE: this node is stopping; ask another one"));
  EXPECT_THAT(Wait(10 * kSecond), IsEmpty());
  EXPECT_THAT(Stop(), IsEmpty());
}

TEST_F(RemoteSearchesTest, AStopWithoutAStreamCancelsNothing) { EXPECT_THAT(Stop(), IsEmpty()); }

TEST_F(RemoteSearchesTest, AStreamThatFollowsAtOnceHasOneTimer) {
  BeOpen();
  End();
  Wait(kBeatNs / 2);
  Search(2);  // SetTimer fails the test if the first one's timer is still set
  Serve({2});
  EXPECT_THAT(Wait(kBeatNs), ElementsAre("write"));
}

}  // namespace
}  // namespace proxyherd::places
