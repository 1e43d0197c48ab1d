#include "places/service/places_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/mutex.h"
#include "places/provider/errors.h"
#include "places/wire/search_messages.h"
#include "rpc/deadline.h"
#include "rpc/grpc_status.h"
#include "runtime/cond_var.h"

namespace proxyherd::places {
namespace {

// Subtracted from the caller's deadline, so that our clear error arrives before the caller's own
// time-out; at most a tenth of the remaining time.
constexpr int64_t kReplyMarginNs = 20 * kMillisecond;
// How long a cancelled call may still occupy its thread: the sync API has no event for cancelling.
constexpr int64_t kCancelCheckNs = 50 * kMillisecond;

// Shared by a handler and a provider, so that whichever ends later still finds it.
struct Pending {
  Mutex mu;
  runtime::CondVar answered;
  std::optional<absl::StatusOr<SearchAnswer>> answer ABSL_GUARDED_BY(mu);
};

int64_t BudgetNs(const grpc::ServerContext& context, int64_t max_budget_ns) {
  const int64_t left_ns = rpc::NsUntil(context.deadline());
  return std::min(max_budget_ns, left_ns - std::min(kReplyMarginNs, left_ns / 10));
}

absl::StatusOr<SearchAnswer> SearchAndWait(Provider& provider, const SearchRequest& request,
                                           int64_t budget_ns, const grpc::ServerContext& context,
                                           Env& env) {
  const auto pending = std::make_shared<Pending>();
  const int64_t began_ns = env.MonotonicNs();
  provider.Search(request, budget_ns, [pending](absl::StatusOr<SearchAnswer> answer) {
    {
      MutexLock lock(&pending->mu);
      pending->answer = std::move(answer);
    }
    pending->answered.NotifyOne();
  });
  MutexLock lock(&pending->mu);
  for (;;) {
    const int64_t left_ns = budget_ns - (env.MonotonicNs() - began_ns);
    if (!pending->answer.has_value()) {
      pending->answered.WaitForNs(&pending->mu, std::min(left_ns, kCancelCheckNs));
    }
    if (pending->answer.has_value()) return *std::move(pending->answer);
    if (context.IsCancelled()) return absl::CancelledError("the caller went away");
    if (left_ns <= 0) {
      return absl::DeadlineExceededError(absl::StrCat("no answer from the places provider \"",
                                                      ToAbsl(provider.name()), "\" in time"));
    }
  }
}

v1::ProviderInfo::State ToProto(ProviderStatus::State state) {
  switch (state) {
    case ProviderStatus::State::kServing:
      return v1::ProviderInfo::STATE_SERVING;
    case ProviderStatus::State::kDegraded:
      return v1::ProviderInfo::STATE_DEGRADED;
    case ProviderStatus::State::kUnavailable:
      return v1::ProviderInfo::STATE_UNAVAILABLE;
  }
  return v1::ProviderInfo::STATE_UNSPECIFIED;
}

void ToProto(const ProviderStatus& status, v1::ProviderInfo& info) {
  info.set_name(status.name);
  info.set_state(ToProto(status.state));
  info.set_reason(status.reason);
  if (status.records.has_value()) info.set_records(*status.records);
  info.set_data_date(status.data_date);
  for (const Attribution& attribution : status.attributions) {
    v1::Attribution& added = *info.add_attributions();
    added.set_name(attribution.name);
    added.set_uri(attribution.uri);
  }
  if (status.budget_left_minute.has_value()) {
    info.set_budget_left_minute(*status.budget_left_minute);
  }
  if (status.budget_left_day.has_value()) info.set_budget_left_day(*status.budget_left_day);
}

grpc::Status Failure(const absl::Status& status, grpc::ServerContext& context) {
  if (const std::optional<int> http_status = UpstreamHttpStatus(status)) {
    context.AddTrailingMetadata(kHttpStatusMetadata, absl::StrCat(*http_status));
  }
  return rpc::ToGrpc(status);
}

}  // namespace

grpc::Status PlacesServiceImpl::SearchNearby(grpc::ServerContext* context,
                                             const v1::SearchNearbyRequest* request,
                                             v1::SearchNearbyResponse* response) {
  const absl::StatusOr<SearchRequest> search = ToSearchRequest(*request);
  if (!search.ok()) return Failure(search.status(), *context);
  const int64_t budget_ns = BudgetNs(*context, max_budget_ns_);
  if (budget_ns <= 0) {
    return Failure(absl::DeadlineExceededError("the caller's deadline has passed"), *context);
  }
  absl::StatusOr<SearchAnswer> answer =
      SearchAndWait(provider_, *search, budget_ns, *context, env_);
  if (!answer.ok()) return Failure(answer.status(), *context);
  ToMessage(*std::move(answer), *response);
  return grpc::Status::OK;
}

grpc::Status PlacesServiceImpl::ListProviders(grpc::ServerContext* /*context*/,
                                              const v1::ListProvidersRequest* /*request*/,
                                              v1::ListProvidersResponse* response) {
  for (const ProviderStatus& status : provider_.Describe()) {
    ToProto(status, *response->add_providers());
  }
  return grpc::Status::OK;
}

}  // namespace proxyherd::places
