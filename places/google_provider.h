// Places from Google, through its Places API (New).
#pragma once

#include "places/curl_client.h"
#include "places/google_request.h"
#include "places/provider.h"

namespace proxyherd {

// One POST per search, nothing kept. `done` is called on the transfer thread, or inside Search when
// the search is refused before anything is sent. Google's JSON is passed on as it came; the key is
// in nothing that leaves, even if the endpoint echoes it.
class GoogleProvider : public Provider {
 public:
  // REQUIRES: ValidateGoogleOptions(options) is OK and the key is as ParseApiKey returns it.
  explicit GoogleProvider(GoogleOptions options) : GoogleProvider(std::move(options), {}) {}
  GoogleProvider(GoogleOptions options, const CurlClient::Limits& limits);

  absl::string_view name() const override { return "google"; }
  void Search(const SearchRequest& request, std::chrono::nanoseconds budget, Done done) override;

 private:
  absl::StatusOr<SearchAnswer> Read(absl::StatusOr<HttpResponse> response, int max_results) const;

  const GoogleOptions options_;
  CurlClient client_;  // last, because ending it still reads responses
};

}  // namespace proxyherd
