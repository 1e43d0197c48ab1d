// Tests searches through herd-places, with a real PlacesService on 127.0.0.1.
#include "places/remote/client/remote_provider.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "base/env.h"
#include "places/provider/errors.h"
#include "places/service/places_service.h"
#include "rpc/deadline.h"
#include "runtime/real_env.h"
#include "runtime/timer_thread.h"
#include "tests/support/scripted_provider.h"

namespace proxyherd::places {
namespace {

using testing::HasSubstr;

class RemoteProviderTest : public testing::Test {
 protected:
  RemoteProviderTest() { Serve(); }
  ~RemoteProviderTest() override {
    places_ = nullptr;
    EndService();
  }

  void Serve() {
    service_ = std::make_unique<PlacesServiceImpl>(provider_);
    grpc::ServerBuilder builder;
    builder.AddListeningPort(absl::StrCat("127.0.0.1:", port_), grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    if (places_ == nullptr) places_ = MakeProvider(port_);
  }
  void EndService() {
    if (server_ == nullptr) return;
    service_->EndStreams();
    server_->Shutdown(rpc::DeadlineAfter(0));
    server_.reset();
  }

  // Returns the JSON and provider, or the error with its HTTP status in front.
  static std::string Words(const absl::StatusOr<SearchAnswer>& answer) {
    if (answer.ok()) return absl::StrCat(answer->json, answer->provider);
    const absl::Status& error = answer.status();
    return absl::StrCat(HttpStatusOf(error), " ", absl::StatusCodeToString(error.code()), " ",
                        error.message());
  }
  static std::future<std::string> Look(Provider& places, double radius_m = 1) {
    SearchRequest request;
    request.radius_m = radius_m;
    request.max_results = 5;
    auto promise = std::make_shared<std::promise<std::string>>();
    places.Search(request, 5 * kSecond, [promise](const absl::StatusOr<SearchAnswer>& answer) {
      promise->set_value(Words(answer));
    });
    return promise->get_future();
  }
  std::future<std::string> Look(double radius_m = 1) { return Look(*places_, radius_m); }

  std::unique_ptr<RemoteProvider> MakeProvider(int port) {
    return std::make_unique<RemoteProvider>(
        absl::StrCat("127.0.0.1:", port), rpc::MakePlainChannel, runtime::RealEnv(), timers_,
        RemoteProvider::Counters{[this] { ++too_many_; }, [] {}});
  }

  ScriptedProvider::Script script_ = [](const SearchRequest& request, int64_t,
                                        const Provider::Done& done) {
    done(SearchAnswer{absl::StrCat("{", request.max_results, "}"), " by scripted"});
  };
  ScriptedProvider provider_{
      [this](const SearchRequest& request, int64_t budget_ns, const Provider::Done& done) {
        script_(request, budget_ns, done);
      }};
  runtime::TimerThread timers_{runtime::RealEnv()};
  std::atomic<int> too_many_ = 0;
  int port_ = 0;
  std::unique_ptr<PlacesServiceImpl> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<RemoteProvider> places_;
};

TEST_F(RemoteProviderTest, BringsTheAnswer) { EXPECT_EQ(Look().get(), "{5} by scripted"); }

TEST_F(RemoteProviderTest, ManyAtATimeEachGetTheirOwn) {
  script_ = [](const SearchRequest& request, int64_t, const Provider::Done& done) {
    done(SearchAnswer{absl::StrCat(request.radius_m), ""});
  };
  std::vector<std::future<std::string>> answers;
  for (int i = 1; i <= 1000; ++i) answers.push_back(Look(i));
  for (int i = 1; i <= 1000; ++i) EXPECT_EQ(answers[i - 1].get(), absl::StrCat(i));
}

TEST_F(RemoteProviderTest, BringsTheErrorWithTheUpstreamsStatus) {
  script_ = [](const SearchRequest&, int64_t, const Provider::Done& done) {
    absl::Status status = absl::InvalidArgumentError("bad key");
    SetUpstreamHttpStatus(status, 418);
    done(status);
  };
  EXPECT_EQ(Look().get(), "418 INVALID_ARGUMENT bad key");
}

TEST_F(RemoteProviderTest, FailsFastWhileTheServiceIsAwayAndFindsItAgain) {
  EXPECT_EQ(Look().get(), "{5} by scripted");
  EndService();
  EXPECT_THAT(Look().get(),
              HasSubstr(absl::StrCat("503 UNAVAILABLE the places service at 127.0.0.1:", port_)));
  Serve();
  std::string answer;
  while (answer != "{5} by scripted") answer = Look().get();
}

// Answers `messages` messages, and breaks off at the next one.
class BreaksOff final : public SearchStreamReactor {
 public:
  explicit BreaksOff(int messages) : left_(messages) { StartRead(&request_); }
  void OnReadDone(bool ok) override {
    if (!ok || left_-- == 0) return Finish({grpc::StatusCode::UNAVAILABLE, "broke"});
    response_.Clear();
    for (const auto& search : request_.searches()) {
      auto& answer = *response_.add_answers();
      answer.set_number(search.number());
      answer.mutable_found()->set_json("{again}");
    }
    StartWrite(&response_);
  }
  void OnWriteDone(bool /*ok*/) override { StartRead(&request_); }
  void OnDone() override { delete this; }

 private:
  int left_;
  places::v1::SearchStreamRequest request_;
  places::v1::SearchStreamResponse response_;
};

class BreakingService final : public places::v1::PlacesService::WithCallbackMethod_SearchStream<
                                  places::v1::PlacesService::Service> {
 public:
  // `messages`: the number of answers on its first, second ... stream.
  explicit BreakingService(std::vector<int> messages) : messages_(std::move(messages)) {}
  SearchStreamReactor* SearchStream(grpc::CallbackServerContext* /*context*/) override {
    return new BreaksOff(messages_.at(next_++));
  }

 private:
  const std::vector<int> messages_;
  std::atomic<size_t> next_ = 0;
};

TEST_F(RemoteProviderTest, WhatAStreamLeftUnansweredIsAskedOnceMoreAndNotTwice) {
  EndService();
  const std::vector<std::pair<std::vector<int>, const char*>> cases = {
      {{1, 9}, "{again}"}, {{1, 0, 9}, "503 UNAVAILABLE"}};
  for (const auto& [messages, answer] : cases) {
    BreakingService service(messages);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service);
    const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
    const std::unique_ptr<RemoteProvider> places = MakeProvider(port);
    EXPECT_EQ(Look(*places).get(), "{again}");
    EXPECT_THAT(Look(*places).get(), HasSubstr(answer)) << messages.size();
    places->Stop();
    server->Shutdown(rpc::DeadlineAfter(0));
  }
}

TEST_F(RemoteProviderTest, SaysHowItIs) {
  const auto state = [this] { return places_->Describe().at(0).state; };
  EXPECT_EQ(places_->Describe().at(0).name, "herd-places");
  EXPECT_EQ(state(), ProviderStatus::State::kServing);
  EndService();
  Look().get();
  EXPECT_EQ(state(), ProviderStatus::State::kUnavailable);
  EXPECT_THAT(places_->Describe().at(0).reason, HasSubstr("the places service at 127.0.0.1:"));
  Serve();
  while (state() != ProviderStatus::State::kServing) Look().get();
}

TEST_F(RemoteProviderTest, DeliversEveryFieldOfASearch) {
  SearchRequest asked;
  asked.latitude = 34;
  asked.longitude = -118;
  asked.radius_m = 1000;
  asked.max_results = 7;
  asked.types = {{"restaurant", "bar"}, {"cafe"}, {"bakery"}, {"school"}};
  asked.rank = Rank::kPopularity;
  asked.language = "pt-BR";
  asked.region = "PT";
  std::promise<SearchRequest> got;
  script_ = [&](const SearchRequest& request, int64_t budget_ns, const Provider::Done& done) {
    EXPECT_LT(budget_ns, 5 * kSecond) << "a part is kept for the way back";
    got.set_value(request);
    done(SearchAnswer{"{}", "scripted", "google: UNAVAILABLE (away)"});
  };
  std::promise<absl::StatusOr<SearchAnswer>> answer;
  places_->Search(asked, 5 * kSecond,
                  [&](absl::StatusOr<SearchAnswer> each) { answer.set_value(std::move(each)); });
  EXPECT_EQ(got.get_future().get(), asked);
  const absl::StatusOr<SearchAnswer> answered = answer.get_future().get();
  ASSERT_TRUE(answered.ok()) << answered.status();
  EXPECT_EQ(answered->reason, "google: UNAVAILABLE (away)");
}

TEST_F(RemoteProviderTest, AnswersEverybodyWhenItIsDestroyed) {
  absl::Notification began;
  script_ = [&](const SearchRequest&, int64_t, const Provider::Done&) { began.Notify(); };
  std::future<std::string> answer = Look();
  began.WaitForNotification();
  places_ = nullptr;
  EXPECT_THAT(answer.get(), HasSubstr("503 UNAVAILABLE this node is stopping"));
}

TEST_F(RemoteProviderTest, StopFailsWhatIsUnderWayAndWhatComes) {
  absl::Notification began;
  script_ = [&](const SearchRequest&, int64_t, const Provider::Done&) { began.Notify(); };
  std::future<std::string> answer = Look();
  began.WaitForNotification();
  places_->Stop();
  EXPECT_THAT(answer.get(), HasSubstr("503 UNAVAILABLE this node is stopping"));
  EXPECT_THAT(Look().get(), HasSubstr("503 UNAVAILABLE this node is stopping"));
}

TEST_F(RemoteProviderTest, TooManyAreRefusedAndCounted) {
  script_ = [](const SearchRequest&, int64_t, const Provider::Done&) {};
  std::vector<std::future<std::string>> answers;
  for (int i = 0; i < 1024; ++i) answers.push_back(Look());
  EXPECT_THAT(Look().get(), HasSubstr("429 RESOURCE_EXHAUSTED this node waits for too many"));
  EXPECT_EQ(too_many_, 1);
  places_->Stop();
}

}  // namespace
}  // namespace proxyherd::places
