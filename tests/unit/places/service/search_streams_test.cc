// Tests SearchStream through a real gRPC server and channel, with a played provider.
#include "places/service/search_streams.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "base/env.h"
#include "base/mutex.h"
#include "places/provider/errors.h"
#include "places/service/places_service.h"
#include "places/wire/search_turns.h"
#include "rpc/deadline.h"
#include "tests/support/scripted_provider.h"

namespace proxyherd::places {
namespace {

using testing::HasSubstr;

constexpr int64_t kMaxBudgetNs = 10 * kSecond;

class SearchStreamsTest : public testing::Test {
 protected:
  using Stream = grpc::ClientReaderWriter<v1::SearchStreamRequest, v1::SearchStreamResponse>;

  // A caller with its stream; the test waits for it without a deadline.
  struct Caller {
    explicit Caller(v1::PlacesService::Stub& stub) : stream(stub.SearchStream(&context)) {}

    // Adds a search that the provider identifies by its radius.
    static void Add(v1::SearchStreamRequest& request, uint64_t number, double radius_m) {
      auto& search = *request.add_searches();
      search.set_number(number);
      search.mutable_search()->set_radius_meters(radius_m);
    }
    bool Ask(uint64_t number, double radius_m) {
      v1::SearchStreamRequest request;
      Add(request, number, radius_m);
      return stream->Write(request);
    }
    // Returns the next answer; a message may contain several.
    v1::NumberedAnswer Answer() {
      v1::SearchStreamResponse response;
      while (answers.empty() && stream->Read(&response)) {
        for (const auto& answer : response.answers()) answers.push_back(answer);
      }
      if (answers.empty()) return {};
      v1::NumberedAnswer answer = answers.front();
      answers.erase(answers.begin());
      return answer;
    }

    grpc::ClientContext context;
    std::unique_ptr<Stream> stream;
    std::vector<v1::NumberedAnswer> answers;
  };

  SearchStreamsTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::PlacesService::NewStub(server_->InProcessChannel({}));
  }
  ~SearchStreamsTest() override { server_->Shutdown(rpc::DeadlineAfter(0)); }

  // A radius of 1 is answered at once, one of 2 fails, others wait for Release.
  void Search(const SearchRequest& request, int64_t budget_ns, const Provider::Done& done) {
    budget_ns_ = budget_ns;
    if (request.radius_m == 1) return done(SearchAnswer{"{}", "scripted", "why"});
    if (request.radius_m == 2) {
      absl::Status status = absl::PermissionDeniedError("no");
      SetUpstreamHttpStatus(status, 403);
      return done(status);
    }
    MutexLock lock(&mu_);
    held_.emplace(static_cast<int>(request.radius_m), done);
  }
  void Release(int radius_m) {
    Provider::Done done;
    {
      MutexLock lock(&mu_);
      done = held_.at(radius_m);
      held_.erase(radius_m);
    }
    done(SearchAnswer{"{}", "scripted"});
  }

  Mutex mu_;
  std::map<int, Provider::Done> held_;
  std::atomic<int64_t> budget_ns_ = 0;
  ScriptedProvider provider_{
      [this](const SearchRequest& request, int64_t budget_ns, const Provider::Done& done) {
        Search(request, budget_ns, done);
      }};
  PlacesServiceImpl service_{provider_, kMaxBudgetNs};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PlacesService::Stub> stub_;
};

TEST_F(SearchStreamsTest, AnswersWithTheNumberOfTheSearch) {
  Caller caller(*stub_);
  ASSERT_TRUE(caller.Ask(7, 1));
  const v1::NumberedAnswer answer = caller.Answer();
  EXPECT_EQ(answer.number(), 7);
  EXPECT_EQ(answer.found().json(), "{}");
  EXPECT_EQ(answer.found().provider(), "scripted");
  EXPECT_EQ(answer.found().reason(), "why");
}

TEST_F(SearchStreamsTest, AFailureIsAnAnswerAndTheStreamGoesOn) {
  Caller caller(*stub_);
  ASSERT_TRUE(caller.Ask(1, 2));
  const v1::NumberedAnswer failed = caller.Answer();
  EXPECT_EQ(failed.failure().code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(failed.failure().message(), "no");
  EXPECT_EQ(failed.failure().http_status(), 403);
  ASSERT_TRUE(caller.Ask(2, 0));
  const v1::NumberedAnswer refused = caller.Answer();
  EXPECT_EQ(refused.failure().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refused.failure().message(), HasSubstr("radius_meters must be in (0, 50000]"));
  ASSERT_TRUE(caller.Ask(3, 1));
  EXPECT_TRUE(caller.Answer().has_found());
}

TEST_F(SearchStreamsTest, OneThatWaitsHoldsUpNoOther) {
  Caller caller(*stub_);
  ASSERT_TRUE(caller.Ask(1, 100));
  ASSERT_TRUE(caller.Ask(2, 1));
  EXPECT_EQ(caller.Answer().number(), 2);
  Release(100);
  EXPECT_EQ(caller.Answer().number(), 1);
}

TEST_F(SearchStreamsTest, AMessageWithoutSearchesIsAnsweredByOneWithoutAnswers) {
  Caller caller(*stub_);
  ASSERT_TRUE(caller.stream->Write(v1::SearchStreamRequest()));
  v1::SearchStreamResponse response;
  ASSERT_TRUE(caller.stream->Read(&response));
  EXPECT_EQ(response.answers_size(), 0);
}

TEST_F(SearchStreamsTest, TheTimeThatIsLeftIsPassedOnWithinTheBound) {
  struct Case {
    uint32_t time_left_ms;
    int64_t budget_ns;
  };
  for (const Case& c :
       {Case{250, 250 * kMillisecond}, Case{0, kMaxBudgetNs}, Case{4'000'000'000, kMaxBudgetNs}}) {
    Caller caller(*stub_);
    v1::SearchStreamRequest request;
    Caller::Add(request, 1, 1);
    request.mutable_searches(0)->set_time_left_ms(c.time_left_ms);
    ASSERT_TRUE(caller.stream->Write(request));
    ASSERT_TRUE(caller.Answer().has_found());
    EXPECT_EQ(budget_ns_.load(), c.budget_ns) << c.time_left_ms;
  }
}

TEST_F(SearchStreamsTest, TooManySearchesInAMessageEndTheStreamUnasked) {
  Caller caller(*stub_);
  v1::SearchStreamRequest request;
  for (int i = 0; i <= kMaxSearchesInMessage; ++i) Caller::Add(request, 1, 100 + i);
  caller.stream->Write(request);
  EXPECT_EQ(caller.Answer().number(), 0);
  EXPECT_EQ(caller.stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  MutexLock lock(&mu_);
  EXPECT_TRUE(held_.empty());
}

TEST_F(SearchStreamsTest, EndsInOrderWhenTheCallerSaysNoMore) {
  Caller caller(*stub_);
  ASSERT_TRUE(caller.Ask(1, 1));
  caller.stream->WritesDone();
  EXPECT_EQ(caller.Answer().number(), 1);
  EXPECT_TRUE(caller.stream->Finish().ok());
}

TEST_F(SearchStreamsTest, StopAnswersWhatWasReadAndRefusesWhatComes) {
  Caller caller(*stub_);
  ASSERT_TRUE(caller.Ask(1, 100));
  ASSERT_TRUE(caller.Ask(2, 1));
  ASSERT_EQ(caller.Answer().number(), 2) << "so both have begun";
  service_.EndStreams();
  Release(100);
  EXPECT_EQ(caller.Answer().number(), 1);
  EXPECT_EQ(caller.Answer().number(), 0);
  EXPECT_EQ(caller.stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  Caller late(*stub_);
  EXPECT_EQ(late.Answer().number(), 0);
  EXPECT_EQ(late.stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(SearchStreamsTest, AnAnswerForACallerThatWentAwayIsForNobody) {
  {
    Caller caller(*stub_);
    ASSERT_TRUE(caller.Ask(1, 100));
    ASSERT_TRUE(caller.Ask(2, 1));
    ASSERT_EQ(caller.Answer().number(), 2);
    caller.context.TryCancel();
    EXPECT_EQ(caller.stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  server_->Shutdown(rpc::DeadlineAfter(0));  // all streams are gone
  Release(100);
}

TEST_F(SearchStreamsTest, ThereIsAMostOfStreams) {
  std::vector<std::unique_ptr<Caller>> callers;
  for (size_t i = 0; i < SearchStreams::kMaxStreams; ++i) {
    callers.push_back(std::make_unique<Caller>(*stub_));
    ASSERT_TRUE(callers.back()->Ask(1, 1));
    ASSERT_TRUE(callers.back()->Answer().has_found());
  }
  Caller one_too_many(*stub_);
  EXPECT_EQ(one_too_many.Answer().number(), 0);
  EXPECT_EQ(one_too_many.stream->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

}  // namespace
}  // namespace proxyherd::places
