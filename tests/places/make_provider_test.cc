// From an operator's words to a provider, or to a message that helps.
#include "places/make_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "places/load_api_key.h"

namespace proxyherd {
namespace {

using testing::HasSubstr;

class MakeProviderTest : public testing::Test {
 protected:
  MakeProviderTest() { unsetenv(kApiKeyVariable); }
  ~MakeProviderTest() override { unsetenv(kApiKeyVariable); }

  static ProviderOptions Named(const std::string& provider) {
    ProviderOptions options;
    options.provider = provider;
    return options;
  }

  static std::string ErrorOf(const ProviderOptions& options) {
    return std::string(MakeProvider(options).status().message());
  }
};

TEST_F(MakeProviderTest, TheWorldNeedsNothing) {
  const auto provider = MakeProvider({});
  ASSERT_TRUE(provider.ok()) << provider.status();
  EXPECT_EQ((*provider)->name(), "world");
}

TEST_F(MakeProviderTest, GoogleNeedsAKey) {
  EXPECT_THAT(ErrorOf(Named("google")), HasSubstr("there is no API key"));
  setenv(kApiKeyVariable, "AIzaSyFromTheEnvironment", 1);
  const auto provider = MakeProvider(Named("google"));
  ASSERT_TRUE(provider.ok()) << provider.status();
  EXPECT_EQ((*provider)->name(), "google");
}

TEST_F(MakeProviderTest, GooglesPriceIsSaidAtTheStart) {
  setenv(kApiKeyVariable, "AIzaSyFromTheEnvironment", 1);
  ProviderOptions options = Named("google");
  options.google_field_mask = "places.id,places.attributions,places.reviews";
  std::vector<std::string> log;
  GoogleHooks hooks;
  hooks.log = [&log](const std::string& sentence) { log.push_back(sentence); };
  ASSERT_TRUE(MakeProvider(options, hooks).ok());
  EXPECT_THAT(
      log, testing::ElementsAre(AllOf(HasSubstr("Nearby Search Enterprise + Atmosphere"),
                                      HasSubstr("$40.00 per 1,000"), HasSubstr("places.reviews"))));
}

TEST_F(MakeProviderTest, AllThatIsWrongIsSaidAtOnce) {
  ProviderOptions options = Named("google");
  options.api_key_file = "/no/such/file";
  options.google_endpoint = "nowhere";
  options.google_field_mask = "a b";
  const std::string error = ErrorOf(options);
  EXPECT_THAT(error, AllOf(HasSubstr("endpoint \"nowhere\""), HasSubstr("field mask: \"a b\""),
                           HasSubstr("/no/such/file")));
}

TEST_F(MakeProviderTest, AnUnknownNameListsTheKnownOnes) {
  EXPECT_EQ(ErrorOf(Named("bing")), "unknown places provider \"bing\": use world or google");
}

}  // namespace
}  // namespace proxyherd
