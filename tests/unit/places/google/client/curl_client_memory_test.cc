// Tests calls for which memory is short: they end, and none is sent with a part missing.
#include <curl/curl.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "places/provider/refusal.h"
#include "tests/support/fake_google.h"
#include "tests/support/google_provider_fixture.h"

namespace proxyherd::places {
namespace {

// How many more of curl's allocations succeed on this thread; below zero: all of them.
thread_local int allocations_left = -1;

bool MayAllocate() {
  if (allocations_left < 0) return true;
  if (allocations_left == 0) return false;
  --allocations_left;
  return true;
}

void* Malloc(size_t size) { return MayAllocate() ? std::malloc(size) : nullptr; }
void* Realloc(void* old, size_t size) { return MayAllocate() ? std::realloc(old, size) : nullptr; }
void* Calloc(size_t n, size_t size) { return MayAllocate() ? std::calloc(n, size) : nullptr; }
char* Strdup(const char* text) { return MayAllocate() ? strdup(text) : nullptr; }

// Must run before main, because curl accepts the hooks only from the first caller.
const CURLcode kHooked =
    curl_global_init_mem(CURL_GLOBAL_DEFAULT, Malloc, std::free, Realloc, Strdup, Calloc);

TEST_F(GoogleProviderTest, WithoutMemoryACallEndsAndIsNotGooglesFault) {
  ASSERT_EQ(kHooked, CURLE_OK);
  Start({.max_in_flight = 1});
  // The thread that starts a search allocates everything for the call.
  int enough = 0;
  for (;; ++enough) {
    ASSERT_LT(enough, 1000);
    google_->TakeCalls();
    allocations_left = enough;
    std::future<Outcome> begun = Begin();
    const bool was_short = allocations_left == 0;
    allocations_left = -1;
    const Outcome outcome = begun.get();
    const std::vector<SeenCall> calls = google_->TakeCalls();
    if (outcome.ok()) {
      ASSERT_EQ(calls.size(), 1U);
      EXPECT_EQ(calls[0].headers.at("x-goog-api-key"), kKey);
      EXPECT_EQ(calls[0].headers.at("x-goog-fieldmask"), "places.id");
      if (!was_short) break;
      continue;
    }
    EXPECT_THAT(calls, testing::IsEmpty());
    EXPECT_EQ(outcome.status().code(), absl::StatusCode::kUnavailable) << outcome.status();
    EXPECT_TRUE(WasRefusedHere(outcome.status()));
  }
  EXPECT_GT(enough, 5);
  EXPECT_EQ(Describe().state, ProviderStatus::State::kServing);
  EXPECT_THAT(errors_, testing::IsEmpty());
}

}  // namespace
}  // namespace proxyherd::places
