// Tests that health follows the providers, check by check.
#include "node/provider_health.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "tests/support/fake_clock.h"
#include "tests/support/played_provider.h"

namespace proxyherd::node {
namespace {

class StatefulProvider : public PlayedProvider {
 public:
  std::vector<places::ProviderStatus> Describe() const override {
    places::ProviderStatus world;
    world.name = "world";
    places::ProviderStatus google;
    google.name = "google";
    google.state = state;
    return {google, world};
  }

  places::ProviderStatus::State state = places::ProviderStatus::State::kServing;
};

TEST(ProviderHealth, EachProviderIsServingUnlessItIsUnavailable) {
  FakeClock time;
  StatefulProvider provider;
  std::map<std::string, bool> health;
  std::optional<ProviderHealth> looking;
  looking.emplace(provider, time, [&health](const std::string& name, bool is_serving) {
    health[name] = is_serving;
  });
  const std::map<std::string, bool> all{{"google", true}, {"world", true}};
  const std::map<std::string, bool> one{{"google", false}, {"world", true}};
  EXPECT_EQ(health, all);
  provider.state = places::ProviderStatus::State::kUnavailable;
  time.Advance(ProviderHealth::kIntervalNs);
  EXPECT_EQ(health, one);
  provider.state = places::ProviderStatus::State::kDegraded;
  time.Advance(ProviderHealth::kIntervalNs);
  EXPECT_EQ(health, all);
  looking.reset();
  EXPECT_EQ(time.timers(), 0U);
}

}  // namespace
}  // namespace proxyherd::node
