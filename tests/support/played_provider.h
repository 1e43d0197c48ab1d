// A provider that the test plays: it keeps searches until the test answers them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "places/provider/provider.h"

namespace proxyherd {

class PlayedProvider : public places::Provider {
 public:
  struct Call {
    places::SearchRequest request;
    int64_t budget_ns;
    Done done;
  };

  explicit PlayedProvider(std::string name = "played") : name_(std::move(name)) {}
  // The contract requires that open calls end.
  ~PlayedProvider() override {
    while (!open.empty()) Answer(absl::CancelledError("the provider is gone"));
  }

  std::string_view name() const override { return name_; }
  void Search(const places::SearchRequest& request, int64_t budget_ns, Done done) override {
    ++asked;
    budgets_ns.push_back(budget_ns);
    if (reply) {
      done(reply(request));
    } else {
      open.push_back({request, budget_ns, std::move(done)});
    }
  }
  std::vector<places::ProviderStatus> Describe() const override {
    places::ProviderStatus described = status;
    described.name = name_;
    return {described};
  }
  void Reload() override { ++reloads; }

  // Answers the call that has been open longest.
  void Answer(absl::StatusOr<places::SearchAnswer> answer) {
    Call call = std::move(open.front());
    open.pop_front();
    call.done(std::move(answer));
  }
  void Answer(const std::string& json) { Answer(places::SearchAnswer{json, name_, ""}); }

  std::deque<Call> open;
  std::vector<int64_t> budgets_ns;
  int asked = 0;
  int reloads = 0;
  places::ProviderStatus status;  // how it is, but for its name
  // When set, answers at once.
  std::function<absl::StatusOr<places::SearchAnswer>(const places::SearchRequest&)> reply;

 private:
  const std::string name_;
};

// Collects the outcomes of a search.
struct Outcome {
  std::vector<absl::StatusOr<places::SearchAnswer>> all;

  places::Provider::Done Take() {
    return
        [this](absl::StatusOr<places::SearchAnswer> answer) { all.push_back(std::move(answer)); };
  }
  // Its JSON, its error as "CODE: message", or "nothing yet".
  std::string Text() const {
    if (all.empty()) return "nothing yet";
    if (all.size() > 1) return "more than one answer";
    return all[0].ok() ? all[0]->json
                       : all[0].status().ToString(absl::StatusToStringMode::kWithNoExtraData);
  }
  absl::StatusCode code() const {
    return all.size() == 1 ? all[0].status().code() : absl::StatusCode::kUnknown;
  }
};

// Returns a request that differs from those with other numbers.
inline places::SearchRequest RequestNumber(int number) {
  places::SearchRequest request;
  request.latitude = 34 + number * 0.001;
  request.longitude = -118;
  request.radius_m = 1000;
  return request;
}

}  // namespace proxyherd
