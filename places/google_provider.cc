// Joins the request, the transfer and the reading of the answer.
#include "places/google_provider.h"

#include <utility>

#include "absl/strings/match.h"
#include "places/api_key.h"
#include "places/google_response.h"

namespace proxyherd {

GoogleProvider::GoogleProvider(GoogleOptions options, const CurlClient::Limits& limits)
    : options_(std::move(options)), client_(limits) {}

void GoogleProvider::Search(const SearchRequest& request, std::chrono::nanoseconds budget,
                            Done done) {
  if (absl::Status status = ValidateSearchRequest(request); !status.ok()) {
    done(std::move(status));
    return;
  }
  if (budget <= std::chrono::nanoseconds::zero()) {
    done(absl::DeadlineExceededError("no time left to ask Google"));
    return;
  }
  client_.Post(
      BuildGoogleRequest(options_, request), budget,
      [this, max_results = request.max_results, done = std::move(done)](
          absl::StatusOr<HttpResponse> response) { done(Read(std::move(response), max_results)); });
}

absl::StatusOr<SearchAnswer> GoogleProvider::Read(absl::StatusOr<HttpResponse> response,
                                                  int max_results) const {
  const auto present = [this](const absl::Status& error) {
    return PresentableError(error, options_.api_key);
  };
  if (!response.ok()) return present(response.status());
  absl::StatusOr<std::string> json = ReadGoogleResponse(*std::move(response), max_results);
  if (!json.ok()) return present(json.status());
  if (absl::StrContains(*json, options_.api_key)) json = Scrub(*json, options_.api_key);
  return SearchAnswer{*std::move(json), std::string(name())};
}

}  // namespace proxyherd
