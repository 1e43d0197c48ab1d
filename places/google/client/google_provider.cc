#include "places/google/client/google_provider.h"

#include <cassert>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "places/google/api_key.h"
#include "places/google/google_errors.h"
#include "places/google/google_response.h"
#include "places/provider/errors.h"
#include "places/provider/refusal.h"

namespace proxyherd::places {
namespace {

// Returns true if an outcome describes Google's state, not only a fault of one search. If Google
// refuses a search's own types or language, it sends no reason.
bool DescribesGoogle(const absl::Status& outcome) {
  switch (outcome.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
      return IsKeyRefused(outcome);
    default:
      return true;
  }
}

ProviderStatus::State StateOf(const absl::Status& outcome) {
  if (outcome.ok()) return ProviderStatus::State::kServing;
  return RetryAdviceOf(outcome).when == RetryAdvice::When::kSoon
             ? ProviderStatus::State::kDegraded
             : ProviderStatus::State::kUnavailable;
}

}  // namespace

GoogleProvider::GoogleProvider(GoogleOptions options, GoogleHooks hooks,
                               const CurlClient::Limits& limits)
    : options_(std::move(options)),
      hooks_(std::move(hooks)),
      key_(std::make_shared<const std::string>(options_.api_key)),
      client_(limits, hooks_.transfer) {
  assert(ValidateGoogleOptions(options_).ok());
  assert(IsApiKey(options_.api_key));
}

void GoogleProvider::Search(const SearchRequest& request, int64_t budget_ns, Done done) {
  if (absl::Status status = ValidateSearchRequest(request); !status.ok()) {
    done(std::move(status));
    return;
  }
  if (budget_ns <= 0) {
    done(absl::DeadlineExceededError("no time left to ask Google"));
    return;
  }
  Key key;
  {
    MutexLock lock(&mu_);
    key = key_;
  }
  client_.Post(BuildGoogleRequest(options_, *key, request), budget_ns,
               [this, key, budget_ns, max_results = request.max_results,
                done = std::move(done)](absl::StatusOr<HttpResponse> response) {
                 absl::StatusOr<SearchAnswer> answer = Read(std::move(response), max_results, *key);
                 Learn(answer.status(), budget_ns, key);
                 done(std::move(answer));
               });
}

std::vector<ProviderStatus> GoogleProvider::Describe() const {
  ProviderStatus status;
  status.name = std::string(name());
  status.attributions = {{"Google Maps", "https://maps.google.com/"}};
  MutexLock lock(&mu_);
  status.state = StateOf(state_);
  status.reason = std::string(state_.message());
  return {status};
}

void GoogleProvider::Reload() {
  if (!hooks_.load_key) return;
  absl::StatusOr<std::string> key = hooks_.load_key();
  if (!key.ok()) {
    Log(absl::StrCat("Google API key not reloaded, the old one stays in use: ",
                     key.status().message()));
    return;
  }
  bool changed = false;
  {
    MutexLock lock(&mu_);
    changed = *key != *key_;
    if (changed) {
      key_ = std::make_shared<const std::string>(*std::move(key));
      state_ = absl::OkStatus();  // the state with the new key is unknown
    }
  }
  Log(changed ? "Google API key replaced" : "Google API key read again, unchanged");
}

absl::StatusOr<SearchAnswer> GoogleProvider::Read(absl::StatusOr<HttpResponse> response,
                                                  int max_results, const std::string& key) const {
  if (!response.ok()) {
    absl::Status error = PresentableError(response.status(), key);
    if (error.code() == absl::StatusCode::kResourceExhausted) {  // too many calls at once
      SetRetryAdvice(error, {RetryAdvice::When::kSoon});
    }
    return error;
  }
  absl::StatusOr<std::string> json = ReadGoogleResponse(*std::move(response), max_results);
  if (!json.ok()) return PresentableError(json.status(), key);
  if (absl::StrContains(*json, key)) json = Scrub(*json, key);
  return SearchAnswer{*std::move(json), std::string(name()), ""};
}

void GoogleProvider::Learn(const absl::Status& outcome, int64_t budget_ns, const Key& key) {
  if (WasRefusedHere(outcome)) return;
  if (!outcome.ok() && outcome.code() != absl::StatusCode::kCancelled && hooks_.error) {
    hooks_.error(outcome);
  }
  if (!TellsOfUpstream(outcome, budget_ns) || !DescribesGoogle(outcome)) return;
  MutexLock lock(&mu_);
  // The outcome of a search with an earlier key says nothing about the present one.
  if (key == key_) state_ = outcome;
}

void GoogleProvider::Log(const std::string& sentence) const {
  if (hooks_.log) hooks_.log(sentence);
}

}  // namespace proxyherd::places
