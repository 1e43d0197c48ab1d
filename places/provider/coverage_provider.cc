// If a search finds nothing, a second search looks for any type in the largest circle.
#include "places/provider/coverage_provider.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "places/provider/refusal.h"

namespace proxyherd::places {
namespace {

bool IsEmpty(const SearchAnswer& answer) { return absl::StripAsciiWhitespace(answer.json) == "{}"; }

}  // namespace

void CoverageProvider::Search(const SearchRequest& request, int64_t budget_ns, Done done) {
  SearchRequest anything;
  anything.latitude = request.latitude;
  anything.longitude = request.longitude;
  anything.radius_m = kMaxRadiusM;
  anything.max_results = 1;
  next_->Search(
      request, budget_ns,
      [this, anything, budget_ns, done = std::move(done)](absl::StatusOr<SearchAnswer> answer) {
        if (!answer.ok() || !IsEmpty(*answer)) return done(std::move(answer));
        next_->Search(anything, budget_ns,
                      [empty = *std::move(answer), done](const absl::StatusOr<SearchAnswer>& any) {
                        if (any.ok() && !IsEmpty(*any)) return done(empty);
                        absl::Status elsewhere = absl::OutOfRangeError(
                            absl::StrCat("no data within ", kMaxRadiusM / 1000, " km"));
                        MarkRefusedHere(elsewhere);
                        done(std::move(elsewhere));
                      });
      });
}

}  // namespace proxyherd::places
