// A node's lookups against a real PlacesService on 127.0.0.1.
#include "node/places/remote_places.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "places/provider/errors.h"
#include "places/service/places_service.h"
#include "runtime/real_env.h"
#include "tests/support/scripted_provider.h"

namespace proxyherd {
namespace {

using std::chrono::nanoseconds;
using testing::HasSubstr;

class RemotePlacesTest : public testing::Test {
 protected:
  RemotePlacesTest() { Serve(); }
  ~RemotePlacesTest() override {
    places_->Stop();
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
    if (places_ == nullptr) {
      places_ =
          std::make_unique<RemotePlaces>(absl::StrCat("127.0.0.1:", port_), metrics_, RealEnv(),
                                         RemotePlaces::Limits{[this] { ++too_many_; }, [] {}});
    }
  }
  void EndService() {
    if (server_ == nullptr) return;
    service_->EndStreams();
    server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }

  static std::string Words(const PlacesAnswer& answer) {
    if (const auto* json = std::get_if<std::string>(&answer)) return *json;
    const auto& failure = std::get<PlacesFailure>(answer);
    return absl::StrCat(failure.http_code, " ", failure.status, " ", failure.message);
  }
  std::future<std::string> Look(double radius_m = 1) {
    auto promise = std::make_shared<std::promise<std::string>>();
    places_->Lookup()({34, -118, radius_m, 5},
                      [promise](const PlacesAnswer& answer) { promise->set_value(Words(answer)); });
    return promise->get_future();
  }

  ScriptedProvider::Script script_ = [](const SearchRequest& request, nanoseconds,
                                        const Provider::Done& done) {
    done(SearchAnswer{absl::StrCat("{", request.max_results, "}"), "scripted"});
  };
  ScriptedProvider provider_{
      [this](const SearchRequest& request, nanoseconds budget, const Provider::Done& done) {
        script_(request, budget, done);
      }};
  prometheus::Registry registry_;
  ClientMetrics metrics_{registry_, {"proxyherd.places.v1.PlacesService"}};
  std::atomic<int> too_many_ = 0;
  int port_ = 0;
  std::unique_ptr<PlacesServiceImpl> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<RemotePlaces> places_;
};

TEST_F(RemotePlacesTest, BringsTheAnswer) { EXPECT_EQ(Look().get(), "{5}"); }

TEST_F(RemotePlacesTest, ManyAtATimeEachGetTheirOwn) {
  script_ = [](const SearchRequest& request, nanoseconds, const Provider::Done& done) {
    done(SearchAnswer{absl::StrCat(request.radius_m), "scripted"});
  };
  std::vector<std::future<std::string>> answers;
  for (int i = 1; i <= 1000; ++i) answers.push_back(Look(i));
  for (int i = 1; i <= 1000; ++i) EXPECT_EQ(answers[i - 1].get(), absl::StrCat(i));
}

TEST_F(RemotePlacesTest, BringsTheErrorWithTheUpstreamsStatus) {
  script_ = [](const SearchRequest&, nanoseconds, const Provider::Done& done) {
    absl::Status status = absl::InvalidArgumentError("bad key");
    SetUpstreamHttpStatus(status, 418);
    done(status);
  };
  EXPECT_EQ(Look().get(), "418 INVALID_ARGUMENT bad key");
}

TEST_F(RemotePlacesTest, FailsFastWhileTheServiceIsAwayAndFindsItAgain) {
  EXPECT_EQ(Look().get(), "{5}");
  EndService();
  EXPECT_THAT(Look().get(),
              HasSubstr(absl::StrCat("503 UNAVAILABLE the places service at 127.0.0.1:", port_)));
  Serve();
  std::string answer;
  while (answer != "{5}") answer = Look().get();
}

// Answers so many messages, and breaks off at the next one.
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
  // What its first, second ... stream answers.
  explicit BreakingService(std::vector<int> messages) : messages_(std::move(messages)) {}
  SearchStreamReactor* SearchStream(grpc::CallbackServerContext* /*context*/) override {
    return new BreaksOff(messages_.at(next_++));
  }

 private:
  const std::vector<int> messages_;
  std::atomic<size_t> next_ = 0;
};

TEST_F(RemotePlacesTest, WhatAStreamLeftUnansweredIsAskedOnceMoreAndNotTwice) {
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
    RemotePlaces places(absl::StrCat("127.0.0.1:", port), metrics_, RealEnv(),
                        RemotePlaces::Limits{[] {}, [] {}});
    std::promise<std::string> first;
    std::promise<std::string> second;
    const PlacesQuery query = {34, -118, 1, 5};
    places.Lookup()(query, [&](const PlacesAnswer& got) { first.set_value(Words(got)); });
    EXPECT_EQ(first.get_future().get(), "{again}");
    places.Lookup()(query, [&](const PlacesAnswer& got) { second.set_value(Words(got)); });
    EXPECT_THAT(second.get_future().get(), HasSubstr(answer)) << messages.size();
    places.Stop();
    server->Shutdown(std::chrono::system_clock::now());
  }
}

TEST_F(RemotePlacesTest, StopFailsWhatIsUnderWayAndWhatComes) {
  absl::Notification began;
  script_ = [&](const SearchRequest&, nanoseconds, const Provider::Done&) { began.Notify(); };
  std::future<std::string> answer = Look();
  began.WaitForNotification();
  places_->Stop();
  EXPECT_THAT(answer.get(), HasSubstr("503 UNAVAILABLE this node is stopping"));
  EXPECT_THAT(Look().get(), HasSubstr("503 UNAVAILABLE this node is stopping"));
}

TEST_F(RemotePlacesTest, TooManyAreRefusedAndCounted) {
  script_ = [](const SearchRequest&, nanoseconds, const Provider::Done&) {};
  std::vector<std::future<std::string>> answers;
  for (int i = 0; i < 1024; ++i) answers.push_back(Look());
  EXPECT_THAT(Look().get(), HasSubstr("429 RESOURCE_EXHAUSTED this node waits for too many"));
  EXPECT_EQ(too_many_, 1);
  places_->Stop();
}

}  // namespace
}  // namespace proxyherd
