// Places from Google, through its Places API (New).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "places/google/client/curl_client.h"
#include "places/google/google_request.h"
#include "places/provider/provider.h"

namespace proxyherd {

// What a Google provider tells and asks of others; any may be null. They may be called on any
// thread, must not block for long, and are never called after the provider's end.
struct GoogleHooks {
  // The key anew, as LoadApiKey has it; without it Reload keeps the one that there is.
  std::function<absl::StatusOr<std::string>()> load_key;
  // A sentence for the operator's log. It never holds a key.
  std::function<void(const std::string&)> log;
  CurlClient::Observer transfer;
  // Each error that came of asking Google, as the caller gets it.
  std::function<void(const absl::Status&)> error;
};

// One POST per search, nothing kept, nothing asked twice. `done` is called on the transfer thread,
// or inside Search when the search is refused before anything is sent. Google's JSON is passed on
// as it came; the key is in nothing that leaves, even if the endpoint echoes it. Errors have the
// advice of places/google/google_errors.h on asking again.
class GoogleProvider : public Provider {
 public:
  // REQUIRES: ValidateGoogleOptions(options) is OK and the key is as ParseApiKey returns it.
  explicit GoogleProvider(GoogleOptions options, GoogleHooks hooks = {},
                          const CurlClient::Limits& limits = {});

  absl::string_view name() const override { return "google"; }
  void Search(const SearchRequest& request, std::chrono::nanoseconds budget, Done done) override;

  // One entry. Its state follows from the last outcome that says something of Google and of the key
  // (TellsOfUpstream):
  // unavailable when a person has to change something or the day's quota is used up, degraded after
  // an error that may pass.
  std::vector<ProviderStatus> Describe() const override;

  // Reads the key again. Searches that are under way end with the key they began with.
  void Reload() override;

 private:
  using Key = std::shared_ptr<const std::string>;

  absl::StatusOr<SearchAnswer> Read(absl::StatusOr<HttpResponse> response, int max_results,
                                    const std::string& key) const;
  // Remembers what an outcome says of Google's state. `budget` and `key`: with which it came about.
  void Learn(const absl::Status& outcome, std::chrono::nanoseconds budget, const Key& key);
  void Log(const std::string& sentence) const;

  const GoogleOptions options_;  // its key is only the first one
  const GoogleHooks hooks_;

  mutable absl::Mutex mu_;
  Key key_ ABSL_GUARDED_BY(mu_);
  absl::Status state_ ABSL_GUARDED_BY(mu_);  // OK, or the error that tells how Google is

  CurlClient client_;  // last, because ending it still reads responses
};

}  // namespace proxyherd
