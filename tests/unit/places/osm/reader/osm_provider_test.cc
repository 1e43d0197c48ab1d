// Tests files in, answers out; and new files that replace old ones.
#include "places/osm/reader/osm_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/synchronization/notification.h"
#include "base/env.h"
#include "base/mutex.h"
#include "runtime/cond_var.h"
#include "tests/support/osm_files.h"

namespace proxyherd::places {
namespace {

using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string Cafe(int64_t id, double longitude, const std::string& name) {
  return NodeXml(id, 0, longitude,
                 {{"amenity", "cafe"}, {"name", name}, {"name:de", name + "haus"}});
}

// The provider's log lines about loading, which the test waits for one by one.
class Events {
 public:
  OsmEvents Callbacks() {
    OsmEvents events;
    events.loaded = [this](const OsmReport& report) { Add("loaded " + Describe(report)); };
    events.reload_failed = [this](const absl::Status& status) {
      Add(absl::StrCat("failed ", status.message()));
    };
    events.replaced = [this] { Add("replaced"); };
    return events;
  }
  // Waits for a line that begins with `start`, and returns it; each line only once.
  std::string Wait(const std::string& start) {
    MutexLock lock(&mutex_);
    size_t at = 0;
    const auto has = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      for (at = seen_; at < events_.size(); ++at) {
        if (events_[at].rfind(start, 0) == 0) return true;
      }
      return false;
    };
    while (!has()) changed_.Wait(&mutex_);
    seen_ = at + 1;
    return events_[at];
  }

 private:
  void Add(std::string event) {
    MutexLock lock(&mutex_);
    events_.push_back(std::move(event));
    changed_.NotifyAll();
  }

  Mutex mutex_;
  runtime::CondVar changed_;
  std::vector<std::string> events_ ABSL_GUARDED_BY(mutex_);
  size_t seen_ ABSL_GUARDED_BY(mutex_) = 0;
};

class OsmProviderTest : public testing::Test {
 protected:
  void Start(std::vector<std::string> files, bool use_cache = true) {
    auto loaded = OsmProvider::Load({std::move(files), use_cache}, events_.Callbacks());
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    provider_ = *std::move(loaded);
  }
  absl::StatusOr<SearchAnswer> Search(const SearchRequest& request) {
    absl::StatusOr<SearchAnswer> result = absl::InternalError("done was not called");
    provider_->Search(request, kSecond, [&](auto answer) { result = std::move(answer); });
    return result;
  }
  std::vector<std::string> Names(const SearchRequest& request = {0, 0, 50'000, 20}) {
    const auto answer = Search(request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> names;
    if (!answer.ok()) return names;
    const Json json = Json::parse(answer->json);
    for (const Json& place : json.value("places", Json::array())) {
      names.push_back(place.at("displayName").at("text"));
      EXPECT_EQ(place.at("attributions").at(0).at("provider"), "OpenStreetMap contributors");
    }
    return names;
  }

  ScratchFolder folder_;
  Events events_;
  std::unique_ptr<OsmProvider> provider_;
};

TEST_F(OsmProviderTest, TheNearestComeFirstAndTheBoundHolds) {
  Start({folder_.Write("a.osm", OsmXml(Cafe(1, 0.3, "C") + Cafe(2, 0.1, "A") + Cafe(3, 0.2, "B") +
                                       Cafe(4, 1.0, "Far")))});
  EXPECT_THAT(Names(), ElementsAre("A", "B", "C"));
  EXPECT_THAT(Names({0, 0, 50'000, 2}), ElementsAre("A", "B"));
  EXPECT_THAT(Names({0, 0, 12'000, 20}), ElementsAre("A"));
  const auto nothing = Search({50, 50, 50'000, 20});
  ASSERT_TRUE(nothing.ok());
  EXPECT_EQ(nothing->json, "{}");
  EXPECT_EQ(nothing->provider, "osm");
}

TEST_F(OsmProviderTest, TypesAndLanguageOfTheRequestCount) {
  Start({folder_.Write("a.osm",
                       OsmXml(Cafe(1, 0.1, "Kaffee") + NodeXml(2, 0, 0.2, {{"amenity", "atm"}})))});
  SearchRequest request{0, 0, 50'000, 20};
  request.language = "de";
  EXPECT_THAT(Names(request), ElementsAre("Kaffeehaus"));
  request.types.excluded = {"cafe"};
  EXPECT_THAT(Names(request), IsEmpty());
  request.types = {};
  request.types.included = {"atm"};
  EXPECT_THAT(Search(request)->json, HasSubstr("osm_node_2"));
}

TEST_F(OsmProviderTest, ARequestOutOfRangeIsRefused) {
  Start({folder_.Write("a.osm", OsmXml(Cafe(1, 0, "A")))});
  EXPECT_EQ(Search({91, 0, 1, 1}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(OsmProviderTest, SeveralFilesAreOneSetAndWhatBothHaveIsFoundOnce) {
  std::string many;
  for (int i = 0; i < 30; ++i) many += Cafe(100 + i, 0.001 * i, absl::StrCat("cafe ", i));
  Start({folder_.Write("a.osm", OsmXml(many)),
         folder_.Write("b.osm", OsmXml(Cafe(1, 0.0005, "Only here") + many))});
  const std::vector<std::string> names = Names();
  ASSERT_EQ(names.size(), 20U);
  EXPECT_THAT(std::vector<std::string>(names.begin(), names.begin() + 3),
              ElementsAre("cafe 0", "Only here", "cafe 1"));
  EXPECT_EQ(names.back(), "cafe 18");
}

TEST_F(OsmProviderTest, ItDescribesItself) {
  Start({folder_.Write("a.osm", OsmXml(Cafe(1, 0, "A") + Cafe(2, 0, "B")))});
  const std::vector<ProviderStatus> described = provider_->Describe();
  ASSERT_EQ(described.size(), 1U);
  EXPECT_EQ(described[0].name, "osm");
  EXPECT_EQ(described[0].state, ProviderStatus::State::kServing);
  EXPECT_EQ(described[0].records, 2);
  EXPECT_EQ(described[0].data_date, "2026-01-02");
  ASSERT_EQ(described[0].attributions.size(), 1U);
  EXPECT_EQ(described[0].attributions[0].uri, "https://www.openstreetmap.org/copyright");
}

TEST_F(OsmProviderTest, TheReportIsALineForPeople) {
  const std::string file =
      folder_.Write("a.osm", OsmXml(Cafe(1, 0, "A") + NodeXml(2, 0, 0, {{"amenity", "cafe"}}) +
                                    WayXml(3, {7}, {{"leisure", "park"}, {"name", "Park"}})));
  Start({file});
  EXPECT_EQ(events_.Wait("loaded"),
            absl::StrCat("loaded ", file, ": 1 places of 2026-01-02; ", ReadBytes(file).size(),
                         " bytes, 3 objects, 1 without a name skipped, 1 ways without nodes "
                         "skipped; 2 of 2 named objects with a main key (amenity, shop ...) have a "
                         "type"));
  Start({file});
  EXPECT_THAT(events_.Wait("loaded"), HasSubstr("of 2026-01-02, from its cache; "));
}

TEST_F(OsmProviderTest, ABadFileIsAnErrorAtTheStart) {
  const std::string good = folder_.Write("a.osm", OsmXml(Cafe(1, 0, "A")));
  const std::string bad = folder_.Write("b.osm.pbf", "nonsense");
  const auto loaded = OsmProvider::Load({{good, bad}, true}, {});
  EXPECT_EQ(loaded.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(loaded.status().message()), HasSubstr(bad));
  EXPECT_EQ(OsmProvider::Load({}, {}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(OsmProviderTest, LoadingIsGivenUpWhenItIsAsked) {
  const std::string file = folder_.Write("a.osm", OsmXml(Cafe(1, 0, "A")));
  int asked = 0;
  for (const int last : {1, 2, 3}) {  // before the file, and while it is read
    OsmEvents events;
    events.gives_up = [&, left = last]() mutable { return ++asked, --left == 0; };
    events.loaded = [](const OsmReport&) { ADD_FAILURE() << "it was loaded"; };
    EXPECT_EQ(OsmProvider::Load({{file}, false}, std::move(events)).status().code(),
              absl::StatusCode::kCancelled);
  }
  EXPECT_EQ(asked, 1 + 2 + 3);
}

TEST_F(OsmProviderTest, AReloadFindsTheNewPlaces) {
  Start({folder_.Write("a.osm", OsmXml(Cafe(1, 0, "Old")))});
  folder_.Write("a.osm", OsmXml(Cafe(1, 0, "New") + Cafe(2, 0.1, "Newer")));
  provider_->Reload();
  events_.Wait("replaced");
  EXPECT_THAT(Names(), ElementsAre("New", "Newer"));
  EXPECT_EQ(provider_->Describe()[0].records, 2);
}

TEST_F(OsmProviderTest, AReloadThatFailsKeepsTheOldPlacesAndSaysSo) {
  const std::string file = folder_.Write("a.osm", OsmXml(Cafe(1, 0, "Old")));
  Start({file});
  folder_.Write("a.osm", "<osm version=\"0.6\"><no");
  provider_->Reload();
  EXPECT_THAT(events_.Wait("failed"), HasSubstr(file));
  EXPECT_THAT(Names(), ElementsAre("Old"));
  EXPECT_EQ(provider_->Describe()[0].state, ProviderStatus::State::kDegraded);
  EXPECT_THAT(provider_->Describe()[0].reason, HasSubstr("the old places stay in use"));

  folder_.Write("a.osm", OsmXml(Cafe(1, 0, "New")));
  provider_->Reload();
  events_.Wait("replaced");
  EXPECT_THAT(Names(), ElementsAre("New"));
  EXPECT_EQ(provider_->Describe()[0].state, ProviderStatus::State::kServing);
}

TEST_F(OsmProviderTest, AReloadHasToFitBesideTheOldPlaces) {
  std::string cafes;
  for (int i = 1; i <= 30'000; ++i) cafes += Cafe(i, 0, std::string(120, 'x'));
  const std::string file = folder_.Write("a.osm", OsmXml(cafes));
  // The minimum memory that suffices for the first load.
  OsmOptions options{{file}, false, 0};
  while (provider_ == nullptr) {
    options.memory_bytes += uint64_t{2} << 20;
    ASSERT_LT(options.memory_bytes, uint64_t{1} << 30);
    auto loaded = OsmProvider::Load(options, events_.Callbacks());
    if (loaded.ok()) provider_ = *std::move(loaded);
  }
  provider_->Reload();
  EXPECT_THAT(events_.Wait("failed"), HasSubstr("are left of the memory"));
  EXPECT_EQ(provider_->Describe()[0].records, 30'000);
}

TEST_F(OsmProviderTest, ReloadsDuringAReloadBecomeOneMore) {
  // The reload pauses when it has loaded, until two more reloads have been requested.
  const std::string file = folder_.Write("a.osm", OsmXml(Cafe(1, 0, "Old")));
  absl::Notification entered, go_on;
  std::atomic<int> loads{0};
  OsmEvents events = events_.Callbacks();
  events.loaded = [&](const OsmReport&) {
    if (++loads != 2) return;
    entered.Notify();
    go_on.WaitForNotification();
  };
  auto loaded = OsmProvider::Load({{file}, false}, events);
  ASSERT_TRUE(loaded.ok());
  provider_ = *std::move(loaded);
  provider_->Reload();
  entered.WaitForNotification();
  EXPECT_THAT(Names(), ElementsAre("Old"));
  folder_.Write("a.osm", OsmXml(Cafe(1, 0, "New")));
  provider_->Reload();
  provider_->Reload();
  go_on.Notify();
  events_.Wait("replaced");
  events_.Wait("replaced");
  EXPECT_THAT(Names(), ElementsAre("New"));
  provider_ = nullptr;
  EXPECT_EQ(loads, 3);
}

TEST_F(OsmProviderTest, EndingItGivesAReloadUp) {
  Start({folder_.Write("a.osm", OsmXml(Cafe(1, 0, "Old")))}, false);
  provider_->Reload();
  provider_ = nullptr;  // comes back, in any state of the reload
}

}  // namespace
}  // namespace proxyherd::places
