// Places from Google's Places API (New).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "places/google/client/curl_client.h"
#include "places/google/google_request.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

// Callbacks of a Google provider; any may be null. They may be called on any thread, must not block
// for long, and are never called after the provider's destruction.
struct GoogleHooks {
  // Reads the key again, as LoadApiKey does. If null, Reload keeps the present key.
  std::function<absl::StatusOr<std::string>()> load_key;
  // Writes a sentence to the operator's log. It never contains a key.
  std::function<void(const std::string&)> log;
  CurlClient::Observer transfer;
  // Called with each error of a call to Google, as returned to the caller.
  std::function<void(const absl::Status&)> error;
};

// Sends one POST per search, without cache or retries. `done` is called on the transfer thread, or
// inside Search if the search is refused before anything is sent. Google's JSON is passed on
// unchanged, but no answer or error contains the key, even if the endpoint echoes it. Errors carry
// the retry advice of places/google/google_errors.h.
class GoogleProvider : public Provider {
 public:
  // REQUIRES: ValidateGoogleOptions(options) is OK and ParseApiKey has returned the key.
  explicit GoogleProvider(GoogleOptions options, GoogleHooks hooks = {},
                          const CurlClient::Limits& limits = {});

  std::string_view name() const override { return "google"; }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;

  // Returns one entry. Its state follows from the last outcome that says something about Google and
  // the key (TellsOfUpstream): unavailable if a person must change something or the daily quota is
  // used up, degraded after an error that may pass.
  std::vector<ProviderStatus> Describe() const override;

  // Reads the key again. Searches in progress keep the key with which they began.
  void Reload() override;

 private:
  using Key = std::shared_ptr<const std::string>;

  absl::StatusOr<SearchAnswer> Read(absl::StatusOr<HttpResponse> response, int max_results,
                                    const std::string& key) const;
  // Updates Google's state from the outcome of a call that had `budget_ns` and `key`.
  void Learn(const absl::Status& outcome, int64_t budget_ns, const Key& key);
  void Log(const std::string& sentence) const;

  const GoogleOptions options_;  // contains only the first key
  const GoogleHooks hooks_;

  mutable Mutex mu_;
  Key key_ ABSL_GUARDED_BY(mu_);
  absl::Status state_ ABSL_GUARDED_BY(mu_);  // OK, or the error that describes Google's state

  CurlClient client_;  // last, because its destructor still delivers responses
};

}  // namespace proxyherd::places
