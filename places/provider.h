// What every source of places offers: ask it what is near a point, get Google's JSON back.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proxyherd {

// Google's own limits for Nearby Search, kept by every provider so that they can be exchanged.
inline constexpr double kMaxRadiusM = 50'000;
inline constexpr int kMaxResults = 20;

// A circle on the earth, and how many places are wanted.
struct SearchRequest {
  double latitude = 0;            // degrees, in [-90, 90]
  double longitude = 0;           // degrees, in [-180, 180]
  double radius_m = 0;            // in (0, kMaxRadiusM]
  int max_results = kMaxResults;  // in [1, kMaxResults]
};

struct SearchAnswer {
  // The body of a Nearby Search answer of Places API (New): `{"places": [...]}`, or `{}` for none.
  std::string json;
  // Name of the provider that answered.
  std::string provider;
};

// INVALID_ARGUMENT, naming the field (as places.proto spells it) and its range, when one is out of
// it. Not a number is out of every range.
absl::Status ValidateSearchRequest(const SearchRequest& request);

// A source of places. Thread-safe: any thread may search at any time.
class Provider {
 public:
  using Done = std::function<void(absl::StatusOr<SearchAnswer>)>;

  virtual ~Provider() = default;

  // Stays the same and valid as long as the provider lives; also its label in metrics.
  virtual absl::string_view name() const = 0;

  // Calls `done` exactly once: before returning, or later from a thread of the provider's, on which
  // it must not block; at the latest when the provider is destroyed. No lock of the provider's is
  // held meanwhile, but `done` must not destroy the provider.
  //
  // `budget` is how long the answer is worth waiting for; a provider that cannot answer within it
  // says DEADLINE_EXCEEDED. A caller that loses interest earlier just ignores `done`: what an
  // abandoned search still costs is bounded by its budget.
  //
  // An error's code is the google.rpc.Code to report, its message tells a person what to do and
  // carries no secret, and places/errors.h reads the upstream's HTTP status from it.
  virtual void Search(const SearchRequest& request, std::chrono::nanoseconds budget, Done done) = 0;
};

}  // namespace proxyherd
