// Tests that an operator's options become providers, or messages that help.
#include "places/assembly/make_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <map>
#include <string>

#include "base/env.h"
#include "places/google/client/load_api_key.h"
#include "tests/support/fake_clock.h"
#include "tests/support/osm_files.h"

namespace proxyherd::places {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MakeProviderTest : public testing::Test {
 protected:
  MakeProviderTest() { unsetenv(kApiKeyVariable); }
  ~MakeProviderTest() override { unsetenv(kApiKeyVariable); }

  static void GiveKey() { setenv(kApiKeyVariable, "AIzaSyFromTheEnvironment", 1); }

  static ProviderOptions Named(std::vector<std::string> providers) {
    ProviderOptions options;
    options.providers = std::move(providers);
    return options;
  }

  absl::StatusOr<Places> Make(const ProviderOptions& options) {
    const auto keep = [this](const std::string& sentence) { log_.push_back(sentence); };
    return MakePlaces(options, {time_, time_, registry_, keep, keep, [this] { return stops_; }});
  }

  FakeClock time_;
  prometheus::Registry registry_;
  std::vector<std::string> log_;
  bool stops_ = false;
};

TEST_F(MakeProviderTest, TheWorldNeedsNothing) {
  EXPECT_THAT(ProviderOptionErrors({}), IsEmpty());
  const auto places = Make({});
  ASSERT_TRUE(places.ok()) << places.status();
  EXPECT_EQ(places->provider->name(), "world");
  EXPECT_THAT(places->metrics->Collect(), IsEmpty());
}

TEST_F(MakeProviderTest, GoogleNeedsAKey) {
  EXPECT_THAT(ProviderOptionErrors(Named({"google"})),
              ElementsAre(HasSubstr("there is no API key")));
  GiveKey();
  EXPECT_THAT(ProviderOptionErrors(Named({"google"})), IsEmpty());
  const auto places = Make(Named({"google"}));
  ASSERT_TRUE(places.ok()) << places.status();
  EXPECT_EQ(places->provider->name(), "google");
}

TEST_F(MakeProviderTest, SeveralAreAskedInTheirOrder) {
  GiveKey();
  const auto places = Make(Named({"google", "world"}));
  ASSERT_TRUE(places.ok()) << places.status();
  EXPECT_EQ(places->provider->name(), "google,world");
  EXPECT_EQ(places->provider->Describe().at(1).name, "world");
  std::vector<std::string> names;
  for (const auto& family : places->metrics->Collect()) names.push_back(family.name);
  EXPECT_THAT(names, testing::IsSupersetOf(
                         {"proxyherd_places_breaker_state", "proxyherd_places_budget_left",
                          "proxyherd_places_cache_total", "proxyherd_places_fallbacks_total"}));
}

TEST_F(MakeProviderTest, MetricsSayWhatTheBudgetIsAndWhatIsLeft) {
  GiveKey();
  ProviderOptions options = Named({"google"});
  options.budget.per_day = 100;
  const auto places = Make(options);
  ASSERT_TRUE(places.ok()) << places.status();
  std::map<std::string, std::map<std::string, double>> by_window;
  for (const auto& family : places->metrics->Collect()) {
    for (const auto& metric : family.metric) {
      for (const auto& label : metric.label) {
        if (label.name == "window") by_window[family.name][label.value] = metric.gauge.value;
      }
    }
  }
  const std::map<std::string, double> only_the_day = {{"day", 100}};
  EXPECT_EQ(by_window["proxyherd_places_budget_limit"], only_the_day);
  EXPECT_EQ(by_window["proxyherd_places_budget_left"], only_the_day);
}

TEST_F(MakeProviderTest, GooglesPriceIsSaidAtTheStart) {
  GiveKey();
  ProviderOptions options = Named({"google"});
  options.google.field_mask = "places.id,places.attributions,places.reviews";
  ASSERT_TRUE(Make(options).ok());
  EXPECT_THAT(log_, ElementsAre(AllOf(HasSubstr("Nearby Search Enterprise + Atmosphere"),
                                      HasSubstr("$40.00 per 1,000"), HasSubstr("places.reviews"))));
}

TEST_F(MakeProviderTest, KeepingGooglesAnswersAndABudgetWithoutAFileAreWarnedAbout) {
  GiveKey();
  ProviderOptions options = Named({"google"});
  options.cache.lifetime_ns = 3600 * kSecond;
  options.budget.per_day = 100;
  ASSERT_TRUE(Make(options).ok());
  EXPECT_THAT(log_, testing::Contains(HasSubstr("Google's answers are cached for 1h")));
  EXPECT_THAT(log_, testing::Contains(HasSubstr("give --google_budget_file")));
}

TEST_F(MakeProviderTest, AllThatIsWrongIsSaidAtOnce) {
  ProviderOptions options = Named({"google", "bing", "world", "world"});
  options.api_key_file = "/no/such/file";
  options.google.endpoint = "nowhere";
  options.google.field_mask = "a b";
  options.osm_files = {"x.osm"};
  options.budget_file = "count";
  EXPECT_THAT(
      ProviderOptionErrors(options),
      ElementsAre(HasSubstr("--places=google,bing,world,world: there is no provider \"bing\""),
                  HasSubstr("has world twice"),
                  AllOf(HasSubstr("endpoint \"nowhere\""), HasSubstr("field mask: \"a b\"")),
                  HasSubstr("/no/such/file"), HasSubstr("--google_budget_file=count"),
                  HasSubstr("--places_osm=x.osm is not used")));
  EXPECT_THAT(ProviderOptionErrors(Named({"osm"})), ElementsAre(HasSubstr("give --places_osm")));
  EXPECT_THAT(ProviderOptionErrors(Named({})), ElementsAre(HasSubstr("is empty")));
}

TEST_F(MakeProviderTest, ABudgetsFileHasAThreadOfItsOwn) {
  const ScratchFolder folder;
  GiveKey();
  setenv("no_proxy", "127.0.0.1", 1);
  ProviderOptions options = Named({"google"});
  options.google.endpoint = "http://127.0.0.1:1";
  options.retry.max_attempts = 1;  // a retry would wait for those timers
  options.budget.per_day = 100;
  const auto without = Make(options);
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_EQ(without->disk, nullptr);
  options.budget_file = folder.Path("count");
  const auto with = Make(options);
  ASSERT_TRUE(with.ok()) << with.status();
  ASSERT_NE(with->disk, nullptr);
  // The shared timers stand still, so the search ends only because others write the budget.
  std::promise<absl::StatusCode> code;
  with->provider->Search(
      {34, -118, 1000}, 60 * kSecond,
      [&](const absl::StatusOr<SearchAnswer>& answer) { code.set_value(answer.status().code()); });
  EXPECT_EQ(code.get_future().get(), absl::StatusCode::kUnavailable) << "nobody is at the endpoint";
}

TEST_F(MakeProviderTest, ReadingDataIsToldAndGivenUpWhenTheProcessStops) {
  const ScratchFolder folder;
  ProviderOptions options = Named({"osm"});
  options.osm_files = {
      folder.Write("a.osm", OsmXml(NodeXml(1, 0, 0, {{"amenity", "cafe"}, {"name", "Cafe"}})))};
  stops_ = true;
  EXPECT_EQ(Make(options).status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(log_, IsEmpty());
  stops_ = false;
  ASSERT_TRUE(Make(options).ok());
  EXPECT_THAT(log_, ElementsAre(HasSubstr("a.osm: 33 % read, 0 places so far"),
                                HasSubstr("a.osm: 1 places of")));
}

TEST_F(MakeProviderTest, DataThatCannotBeHadIsAnError) {
  ProviderOptions options = Named({"osm"});
  options.osm_files = {"/no/such/file.osm"};
  EXPECT_THAT(std::string(Make(options).status().message()), HasSubstr("/no/such/file.osm"));
  GiveKey();
  options = Named({"google"});
  options.budget.per_day = 1;
  options.budget_file = "/no/such/folder/count";
  EXPECT_THAT(std::string(Make(options).status().message()), HasSubstr("/no/such/folder/count"));
}

}  // namespace
}  // namespace proxyherd::places
