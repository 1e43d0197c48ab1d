// The interface of a source of places: searches go in, Google's JSON comes out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "places/provider/type_filter.h"

namespace proxyherd::places {

// Google's limits for Nearby Search, enforced by every provider so that they are interchangeable.
inline constexpr double kMaxRadiusM = 50'000;
inline constexpr int kMaxResults = 20;

// Maximum bytes of a language: the longest tag that BCP 47 requires implementations to support.
inline constexpr size_t kMaxLanguageBytes = 35;

enum class Rank {
  kDistance,
  kPopularity,
  kUnspecified,  // the provider's default; distance if it has none
};

// A circle on the earth, and the types of places that are wanted in it.
struct SearchRequest {
  double latitude = 0;            // degrees, in [-90, 90]
  double longitude = 0;           // degrees, in [-180, 180]
  double radius_m = 0;            // in (0, kMaxRadiusM]
  int max_results = kMaxResults;  // in [1, kMaxResults]
  TypeFilter types = {};
  // How places are selected and ordered. A provider without data on popularity ranks by distance.
  Rank rank = Rank::kUnspecified;
  // BCP 47, e.g. "de" or "pt-BR"; empty: the provider's default.
  std::string language = {};
  // Country code of two letters (CLDR), e.g. "US"; empty if unspecified.
  std::string region = {};

  bool operator==(const SearchRequest&) const = default;
};

struct SearchAnswer {
  // The body of an answer of Places API (New): `{"places": [...]}`, or `{}` without places.
  std::string json;
  // Name of the provider that answered.
  std::string provider;
  // Why this provider answered, e.g. "google: RESOURCE_EXHAUSTED (its budget for today is used
  // up)". Empty if it was the first choice.
  std::string reason = {};
};

// A credit that must be shown with a provider's places.
struct Attribution {
  std::string name;
  std::string uri;
};

// The health of a provider, for people and monitoring.
struct ProviderStatus {
  enum class State {  // from good to bad
    kServing,         // answers
    kDegraded,        // may answer; `reason` says what is wrong
    kUnavailable,     // does not answer at present; `reason` says why
  };

  std::string name;
  State state = State::kServing;
  std::string reason;              // empty if serving
  std::optional<int64_t> records;  // number of places, if it stores them itself
  std::string data_date;           // of its data, YYYY-MM-DD; empty if unknown or live
  std::vector<Attribution> attributions;
  std::optional<int64_t> budget_left_minute;  // calls; unset without a budget
  std::optional<int64_t> budget_left_day;
};

// INVALID_ARGUMENT, with the field (as places.proto spells it) and its range, if a field is out of
// range. NaN is out of every range. ValidateTypeFilter validates the types. Language and region are
// validated only in form.
absl::Status ValidateSearchRequest(const SearchRequest& request);

// A source of places. Thread-safe: any thread may search at any time.
class Provider {
 public:
  using Done = std::function<void(absl::StatusOr<SearchAnswer>)>;

  virtual ~Provider() = default;

  // The name, which is also the label in metrics. Constant, and valid while the provider lives.
  virtual std::string_view name() const = 0;

  // Calls `done` exactly once: before returning, or later on a thread of the provider, which `done`
  // must not block; at the latest when the provider is destroyed. The provider holds no lock during
  // the call, but `done` must not destroy the provider.
  //
  // `budget_ns` is how long the caller will wait; a provider that cannot answer in that time
  // returns DEADLINE_EXCEEDED. A caller that loses interest earlier ignores `done`. What an
  // abandoned search still costs is bounded by its budget.
  //
  // An error's code is the google.rpc.Code to report. Its message says what a person can do, and
  // contains no secret. places/provider/errors.h reads the upstream's HTTP status from it.
  virtual void Search(const SearchRequest& request, int64_t budget_ns, Done done) = 0;

  // Returns the present health. A guard adds what it knows to the health of the provider behind it.
  // A provider that selects among several lists all of them, in the order in which they are asked.
  virtual std::vector<ProviderStatus> Describe() const;

  // Reads files and keys again. On an error keeps the old ones and reports the error to a callback.
  // May be called on any thread, at any time.
  virtual void Reload() {}
};

}  // namespace proxyherd::places
