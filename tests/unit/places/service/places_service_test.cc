// Tests PlacesService through a real gRPC server and channel, with a played provider.
#include "places/service/places_service.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "absl/synchronization/notification.h"
#include "base/env.h"
#include "places/provider/errors.h"
#include "rpc/deadline.h"
#include "runtime/real_env.h"
#include "tests/support/scripted_provider.h"

namespace proxyherd::places {
namespace {

using testing::HasSubstr;

// No tested effect waits this long.
constexpr int64_t kAmpleNs = 3600 * kSecond;

class PlacesServiceTest : public testing::Test {
 protected:
  PlacesServiceTest() { Serve(kAmpleNs); }
  ~PlacesServiceTest() override { server_->Shutdown(); }

  void Serve(int64_t max_budget_ns, Env& env = runtime::RealEnv()) {
    if (server_ != nullptr) server_->Shutdown();
    service_ = std::make_unique<PlacesServiceImpl>(provider_, max_budget_ns, env);
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::PlacesService::NewStub(server_->InProcessChannel({}));
  }

  grpc::Status Call(double latitude, double radius_m, int max_results) {
    v1::SearchNearbyRequest request;
    request.set_latitude(latitude);
    request.set_longitude(-118.4451);
    request.set_radius_meters(radius_m);
    request.set_max_result_count(max_results);
    return stub_->SearchNearby(&context_, request, &response_);
  }

  std::string HttpStatusTrailer() const {
    const auto& trailers = context_.GetServerTrailingMetadata();
    const auto found = trailers.find(kHttpStatusMetadata);
    return found == trailers.end() ? "" : std::string(found->second.data(), found->second.size());
  }

  // By default there is no answer.
  ScriptedProvider::Script script_ = [](const SearchRequest&, int64_t, const Provider::Done&) {};
  ScriptedProvider provider_{
      [this](const SearchRequest& request, int64_t budget_ns, const Provider::Done& done) {
        script_(request, budget_ns, done);
      }};
  std::unique_ptr<PlacesServiceImpl> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PlacesService::Stub> stub_;
  grpc::ClientContext context_;
  v1::SearchNearbyResponse response_;
};

TEST_F(PlacesServiceTest, PassesTheSearchAndItsAnswer) {
  SearchRequest seen;
  int64_t budget_ns = 0;
  script_ = [&](const SearchRequest& request, int64_t given, const Provider::Done& done) {
    seen = request;
    budget_ns = given;
    done(SearchAnswer{"{\"places\":[]}", "scripted"});
  };
  const grpc::Status status = Call(34.0689, 10'000, 0);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response_.json(), "{\"places\":[]}");
  EXPECT_EQ(response_.provider(), "scripted");
  EXPECT_EQ(seen.latitude, 34.0689);
  EXPECT_EQ(seen.longitude, -118.4451);
  EXPECT_EQ(seen.radius_m, 10'000);
  EXPECT_EQ(seen.max_results, 20);
  EXPECT_EQ(budget_ns, kAmpleNs);
}

TEST_F(PlacesServiceTest, AnAnswerFromAnotherThreadReachesTheCaller) {
  std::future<void> answering;
  script_ = [&](const SearchRequest&, int64_t, const Provider::Done& done) {
    answering = std::async(std::launch::async, [done] { done(SearchAnswer{"{}", "scripted"}); });
  };
  EXPECT_TRUE(Call(1, 1, 1).ok());
}

TEST_F(PlacesServiceTest, ARequestOutOfRangeIsRefusedBeforeTheProvider) {
  script_ = [](const SearchRequest&, int64_t, const Provider::Done&) { FAIL() << "was asked"; };
  const grpc::Status status = Call(34, 0, 1);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("radius_meters must be in (0, 50000]"));
}

TEST_F(PlacesServiceTest, EveryFieldReachesTheProviderAndTheReasonTheCaller) {
  v1::SearchNearbyRequest request;
  request.set_radius_meters(5);
  request.add_included_types("cafe");
  request.add_excluded_types("bar");
  request.add_included_primary_types("museum");
  request.add_excluded_primary_types("zoo");
  request.set_rank_preference(v1::RANK_PREFERENCE_POPULARITY);
  request.set_language_code("pt-BR");
  request.set_region_code("BR");
  SearchRequest seen;
  script_ = [&](const SearchRequest& search, int64_t, const Provider::Done& done) {
    seen = search;
    done(SearchAnswer{"{}", "world", "google: UNAVAILABLE (away)"});
  };
  const grpc::Status status = stub_->SearchNearby(&context_, request, &response_);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(seen.types, (TypeFilter{{"cafe"}, {"bar"}, {"museum"}, {"zoo"}}));
  EXPECT_EQ(seen.rank, Rank::kPopularity);
  EXPECT_EQ(seen.language, "pt-BR");
  EXPECT_EQ(seen.region, "BR");
  EXPECT_EQ(response_.provider(), "world");
  EXPECT_EQ(response_.reason(), "google: UNAVAILABLE (away)");
}

TEST_F(PlacesServiceTest, AnUnknownRankIsRefused) {
  v1::SearchNearbyRequest request;
  request.set_radius_meters(5);
  request.set_rank_preference(static_cast<v1::RankPreference>(7));
  const grpc::Status status = stub_->SearchNearby(&context_, request, &response_);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("rank_preference must be"));
}

TEST_F(PlacesServiceTest, ListsItsProviders) {
  v1::ListProvidersResponse providers;
  ASSERT_TRUE(stub_->ListProviders(&context_, {}, &providers).ok());
  ASSERT_EQ(providers.providers_size(), 1);
  EXPECT_EQ(providers.providers(0).name(), "scripted");
  EXPECT_EQ(providers.providers(0).state(), v1::ProviderInfo::STATE_SERVING);
  EXPECT_FALSE(providers.providers(0).has_records());
  EXPECT_FALSE(providers.providers(0).has_budget_left_day());
}

TEST_F(PlacesServiceTest, AnErrorKeepsItsCodeWordsAndHttpStatus) {
  script_ = [](const SearchRequest&, int64_t, const Provider::Done& done) {
    absl::Status error = absl::ResourceExhaustedError("quota is used up");
    SetUpstreamHttpStatus(error, 429);
    done(error);
  };
  const grpc::Status status = Call(34, 1, 1);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "quota is used up");
  EXPECT_EQ(HttpStatusTrailer(), "429");
}

TEST_F(PlacesServiceTest, AnErrorOfOurOwnHasNoHttpStatus) {
  script_ = [](const SearchRequest&, int64_t, const Provider::Done& done) {
    done(absl::UnavailableError("away"));
  };
  EXPECT_EQ(Call(34, 1, 1).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(HttpStatusTrailer(), "");
}

TEST_F(PlacesServiceTest, TheCallersDeadlineBoundsTheBudget) {
  int64_t budget_ns = 0;
  script_ = [&](const SearchRequest&, int64_t given, const Provider::Done& done) {
    budget_ns = given;
    done(SearchAnswer{"{}", "scripted"});
  };
  context_.set_deadline(rpc::DeadlineAfter(5 * 60 * kSecond));
  ASSERT_TRUE(Call(34, 1, 1).ok());
  EXPECT_GT(budget_ns, 0);
  EXPECT_LT(budget_ns, 5 * 60 * kSecond);
}

TEST_F(PlacesServiceTest, AProviderThatNeverAnswersDoesNotHoldTheCallForEver) {
  Serve(20 * kMillisecond);
  const grpc::Status status = Call(34, 1, 1);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_THAT(status.error_message(), HasSubstr("\"scripted\" in time"));
}

// A clock that jumps back and forth by years while a handler waits.
class SteppingEnv : public Env {
 public:
  int64_t NowNs() override { return (++reads % 2 == 0 ? 1 : -1) * int64_t{1} << 60; }
  int64_t MonotonicNs() override { return ++reads * kSecond; }
  uint64_t Random() override { return 0; }

  std::atomic<int64_t> reads = 0;
};

TEST_F(PlacesServiceTest, TheTimeIsOverByTheMonotonicClock) {
  SteppingEnv env;
  Serve(3 * kSecond, env);
  EXPECT_EQ(Call(34, 1, 1).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(env.reads, 4) << "each is a second";
}

TEST_F(PlacesServiceTest, ACallersCancellationFreesTheHandlerAndALateAnswerHarmsNobody) {
  absl::Notification asked;
  Provider::Done kept;
  script_ = [&](const SearchRequest&, int64_t, const Provider::Done& done) {
    kept = done;
    asked.Notify();
  };
  std::future<grpc::Status> call =
      std::async(std::launch::async, [this] { return Call(34, 1, 1); });
  asked.WaitForNotification();
  context_.TryCancel();
  EXPECT_EQ(call.get().error_code(), grpc::StatusCode::CANCELLED);
  server_->Shutdown();  // waits for the handler, which would otherwise wait for an hour
  kept(SearchAnswer{"{}", "scripted"});
}

}  // namespace
}  // namespace proxyherd::places
