// What every source of places offers: ask it what is near a point, get Google's JSON back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "places/provider/type_filter.h"

namespace proxyherd {

// Google's own limits for Nearby Search, kept by every provider so that they can be exchanged.
inline constexpr double kMaxRadiusM = 50'000;
inline constexpr int kMaxResults = 20;

// Of a language: the longest tag that BCP 47 asks everybody to take.
inline constexpr size_t kMaxLanguageBytes = 35;

enum class Rank {
  kDistance,
  kPopularity,
  kUnspecified,  // as the provider is configured; by distance without that
};

// A circle on the earth, and which of the places in it are wanted.
struct SearchRequest {
  double latitude = 0;            // degrees, in [-90, 90]
  double longitude = 0;           // degrees, in [-180, 180]
  double radius_m = 0;            // in (0, kMaxRadiusM]
  int max_results = kMaxResults;  // in [1, kMaxResults]
  TypeFilter types = {};
  // How places are chosen and ordered. A provider that knows no popularity ranks by distance.
  Rank rank = Rank::kUnspecified;
  // BCP 47, e.g. "de" or "pt-BR"; empty: the provider's default.
  std::string language = {};
  // A country's two letters (CLDR), e.g. "US"; empty: none.
  std::string region = {};

  bool operator==(const SearchRequest&) const = default;
};

struct SearchAnswer {
  // The body of a Nearby Search answer of Places API (New): `{"places": [...]}`, or `{}` for none.
  std::string json;
  // Name of the provider that answered.
  std::string provider;
  // Why it was this one, e.g. "google: RESOURCE_EXHAUSTED (its budget for today is used up)".
  // Empty when the first choice answered.
  std::string reason = {};
};

// What must be shown with a provider's places.
struct Attribution {
  std::string name;
  std::string uri;
};

// How a provider is, for people and monitoring.
struct ProviderStatus {
  enum class State {  // from good to bad
    kServing,         // answers
    kDegraded,        // may answer; `reason` says what is wrong
    kUnavailable,     // answers nothing at present; `reason` says why
  };

  std::string name;
  State state = State::kServing;
  std::string reason;              // empty when serving
  std::optional<int64_t> records;  // places it holds, when it holds them itself
  std::string data_date;           // of its data, YYYY-MM-DD; empty when unknown or live
  std::vector<Attribution> attributions;
  std::optional<int64_t> budget_left_minute;  // calls; empty without a budget
  std::optional<int64_t> budget_left_day;
};

// INVALID_ARGUMENT, naming the field (as places.proto spells it) and its range, when one is out of
// it. Not a number is out of every range. Types are judged by ValidateTypeFilter; of language and
// region only the form is.
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
  // carries no secret, and places/provider/errors.h reads the upstream's HTTP status from it.
  virtual void Search(const SearchRequest& request, std::chrono::nanoseconds budget, Done done) = 0;

  // How it is now. A guard in front of a provider adds what it knows to what the provider says; one
  // that chooses among several lists them all, in the order in which they are asked.
  virtual std::vector<ProviderStatus> Describe() const;

  // Re-reads its files and keys; keeps the old on an error, and says so by a callback. Any thread
  // may call it, at any time.
  virtual void Reload() {}
};

}  // namespace proxyherd
