// Tests the order of providers, their time budgets, and the log of their outcomes.
#include "places/provider/fallback_provider.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/env.h"
#include "places/provider/errors.h"
#include "tests/support/fake_clock.h"
#include "tests/support/played_provider.h"

namespace proxyherd::places {
namespace {

class FallbackProviderTest : public testing::Test {
 protected:
  FallbackProviderTest() {
    std::vector<std::unique_ptr<Provider>> all;
    for (const char* name : {"google", "osm", "world"}) {
      auto played = std::make_unique<PlayedProvider>(name);
      played_.push_back(played.get());
      all.push_back(std::move(played));
    }
    fallback_ = std::make_unique<FallbackProvider>(std::move(all), time_);
    fallback_->Search(RequestNumber(1), 8 * kSecond, outcome_.Take());
  }

  FakeClock time_;
  std::vector<PlayedProvider*> played_;
  Outcome outcome_;
  std::unique_ptr<FallbackProvider> fallback_;
};

TEST_F(FallbackProviderTest, TheFirstOnesAnswerNeedsNoReason) {
  played_[0]->Answer("{}");
  EXPECT_EQ(outcome_.Text(), "{}");
  EXPECT_EQ(outcome_.all[0]->provider, "google");
  EXPECT_EQ(outcome_.all[0]->reason, "");
  EXPECT_EQ(played_[1]->asked, 0);
  EXPECT_EQ(fallback_->name(), "google,osm,world");
}

TEST_F(FallbackProviderTest, TheAnswerSaysWhyThoseBeforeHadNone) {
  absl::Status error = absl::PermissionDeniedError("API key not valid.");
  SetUpstreamReason(error, "API_KEY_INVALID");
  played_[0]->Answer(error);
  played_[1]->Answer(absl::OutOfRangeError("no data there"));
  played_[2]->Answer("{world}");
  EXPECT_EQ(outcome_.Text(), "{world}");
  EXPECT_EQ(outcome_.all[0]->reason,
            "google: PERMISSION_DENIED API_KEY_INVALID (API key not valid.); "
            "osm: OUT_OF_RANGE (no data there)");
  const auto steps = fallback_->steps();
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].from + steps[0].to, "googleosm");
  EXPECT_EQ(steps[0].by_code[static_cast<size_t>(absl::StatusCode::kPermissionDenied)], 1U);
  EXPECT_EQ(steps[1].from + steps[1].to, "osmworld");
  EXPECT_EQ(steps[1].by_code[static_cast<size_t>(absl::StatusCode::kOutOfRange)], 1U);
}

TEST_F(FallbackProviderTest, EachBeforeTheLastGetsHalfOfWhatIsLeft) {
  EXPECT_EQ(played_[0]->budgets_ns.at(0), 4 * kSecond);
  time_.Advance(4 * kSecond);
  played_[0]->Answer(absl::DeadlineExceededError(""));
  EXPECT_EQ(played_[1]->budgets_ns.at(0), 2 * kSecond);
  time_.Advance(kSecond);
  played_[1]->Answer(absl::UnavailableError(""));
  EXPECT_EQ(played_[2]->budgets_ns.at(0), 3 * kSecond);
  played_[2]->Answer("{}");
}

TEST_F(FallbackProviderTest, AnAnswerWithoutPlacesIsAnAnswer) {
  played_[0]->Answer(absl::UnavailableError(""));
  played_[1]->Answer("{}");
  EXPECT_EQ(outcome_.all[0]->provider, "osm");
  EXPECT_EQ(outcome_.all[0]->reason, "google: UNAVAILABLE");
}

TEST_F(FallbackProviderTest, ARequestThatNobodyWouldTakeGoesNoFurther) {
  Outcome outcome;
  SearchRequest request = RequestNumber(1);
  request.latitude = 91;
  fallback_->Search(request, 8 * kSecond, outcome.Take());
  EXPECT_EQ(outcome.Text(), "INVALID_ARGUMENT: latitude must be in [-90, 90], not 91");
  EXPECT_EQ(played_[0]->asked, 1) << "with the fixture's";
}

TEST_F(FallbackProviderTest, WhatOneDoesNotAcceptAnotherMayAnswer) {
  played_[0]->Answer(absl::InvalidArgumentError("Unsupported types: X."));
  EXPECT_EQ(played_[1]->asked, 1);
  played_[1]->Answer("{osm}");
  EXPECT_EQ(outcome_.Text(), "{osm}");
  EXPECT_EQ(outcome_.all[0]->reason, "google: INVALID_ARGUMENT (Unsupported types: X.)");
  const auto code = static_cast<size_t>(absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(fallback_->steps()[0].by_code[code], 1U);
}

TEST_F(FallbackProviderTest, WhenAllFailTheFirstRealErrorIsToldWithTheOthers) {
  played_[0]->Answer(absl::OutOfRangeError("no data there"));
  absl::Status error = absl::UnavailableError("away");
  SetUpstreamHttpStatus(error, 502);
  played_[1]->Answer(error);
  played_[2]->Answer(absl::InternalError(std::string(200, 'x')));
  EXPECT_EQ(outcome_.Text(),
            "UNAVAILABLE: google: OUT_OF_RANGE (no data there); osm: UNAVAILABLE (away); world: "
            "INTERNAL (" +
                std::string(157, 'x') + "...)");
  EXPECT_EQ(HttpStatusOf(outcome_.all[0].status()), 502);
}

TEST_F(FallbackProviderTest, EndingItAsksNobodyElse) {
  played_[0]->Answer(absl::UnavailableError(""));
  fallback_.reset();
  EXPECT_EQ(outcome_.code(), absl::StatusCode::kCancelled);
}

TEST_F(FallbackProviderTest, AllAreDescribedAndReloaded) {
  EXPECT_EQ(fallback_->Describe().size(), 3U);
  EXPECT_EQ(fallback_->Describe()[1].name, "osm");
  fallback_->Reload();
  for (const PlayedProvider* played : played_) EXPECT_EQ(played->reloads, 1);
}

}  // namespace
}  // namespace proxyherd::places
