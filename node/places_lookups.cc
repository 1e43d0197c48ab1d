// Lookups of places for the gateway.
#include "node/places_lookups.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "places/errors.h"
#include "places/places_service.h"
#include "proxyherd/places/v1/places.grpc.pb.h"

namespace proxyherd {
namespace {

using places::v1::PlacesService;
using places::v1::SearchNearbyRequest;
using places::v1::SearchNearbyResponse;

PlacesAnswer ToAnswer(const absl::Status& error) {
  PlacesFailure failure;
  failure.http_code = HttpStatusOf(error);
  failure.status = absl::StatusCodeToString(error.code());
  failure.message = std::string(error.message());
  return failure;
}

// What a call's status means to the person who asked.
absl::Status ToError(const grpc::Status& status, const grpc::ClientContext& context,
                     const std::string& address) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto http_status = trailers.find(kHttpStatusMetadata);
  const bool ours =
      http_status == trailers.end() && (status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                                        status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED);
  absl::Status error(
      static_cast<absl::StatusCode>(status.error_code()),
      ours ? absl::StrCat("the places service at ", address, ": ", status.error_message())
           : status.error_message());
  int code = 0;
  if (http_status != trailers.end() &&
      absl::SimpleAtoi(std::string(http_status->second.data(), http_status->second.size()),
                       &code)) {
    SetUpstreamHttpStatus(error, code);
  }
  return error;
}

}  // namespace

class RemotePlaces::Client : public std::enable_shared_from_this<Client> {
 public:
  Client(std::string address, const ClientMetrics& metrics, std::function<void()> over_limit)
      : address_(std::move(address)), over_limit_(std::move(over_limit)) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    // A service that returns is found again within a second or two.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
    stub_ = PlacesService::NewStub(grpc::experimental::CreateCustomChannelWithInterceptors(
        address_, grpc::InsecureChannelCredentials(), arguments, metrics.MakeInterceptors()));
  }

  void Search(const PlacesQuery& query, std::function<void(PlacesAnswer)> done) {
    auto call = std::make_shared<Call>();
    call->request.set_latitude(query.latitude);
    call->request.set_longitude(query.longitude);
    call->request.set_radius_meters(query.radius_m);
    call->request.set_max_result_count(query.bound);
    call->context.set_deadline(std::chrono::system_clock::now() +
                               std::chrono::nanoseconds(kLookupDeadline));
    if (const absl::Status status = Begin(call); !status.ok()) return done(ToAnswer(status));
    stub_->async()->SearchNearby(
        &call->context, &call->request, &call->response,
        [self = shared_from_this(), call, done = std::move(done)](const grpc::Status& status) {
          if (status.ok()) {
            done(std::move(*call->response.mutable_json()));
          } else {
            done(ToAnswer(ToError(status, call->context, self->address_)));
          }
          self->End(call);
        });
  }

  void Stop() {
    absl::MutexLock lock(&mu_);
    stopped_ = true;
    for (const auto& call : calls_) call->context.TryCancel();
    mu_.Await(absl::Condition(
        +[](Client* self) ABSL_NO_THREAD_SAFETY_ANALYSIS { return self->calls_.empty(); }, this));
  }

 private:
  struct Call {
    grpc::ClientContext context;
    SearchNearbyRequest request;
    SearchNearbyResponse response;
  };

  absl::Status Begin(const std::shared_ptr<Call>& call) {
    absl::MutexLock lock(&mu_);
    if (stopped_) return absl::UnavailableError("this node is stopping; ask another one");
    if (calls_.size() >= kMaxLookups) {
      over_limit_();
      return absl::ResourceExhaustedError(
          "this node waits for too many lookups of places already; try again in a moment");
    }
    calls_.insert(call);
    return absl::OkStatus();
  }
  void End(const std::shared_ptr<Call>& call) {
    absl::MutexLock lock(&mu_);
    calls_.erase(call);
  }

  const std::string address_;
  const std::function<void()> over_limit_;
  std::unique_ptr<PlacesService::Stub> stub_;
  absl::Mutex mu_;
  absl::flat_hash_set<std::shared_ptr<Call>> calls_ ABSL_GUARDED_BY(mu_);
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
};

RemotePlaces::RemotePlaces(const std::string& address, const ClientMetrics& metrics,
                           std::function<void()> over_limit)
    : client_(std::make_shared<Client>(address, metrics, std::move(over_limit))) {}

RemotePlaces::~RemotePlaces() = default;

PlacesLookup RemotePlaces::Lookup() {
  return [client = client_](const PlacesQuery& query, std::function<void(PlacesAnswer)> done) {
    client->Search(query, std::move(done));
  };
}

void RemotePlaces::Stop() { client_->Stop(); }

PlacesLookup EmbeddedPlaces(const std::shared_ptr<Provider>& provider) {
  return [provider](const PlacesQuery& query, std::function<void(PlacesAnswer)> done) {
    SearchRequest request;
    request.latitude = query.latitude;
    request.longitude = query.longitude;
    request.radius_m = query.radius_m;
    request.max_results = query.bound;
    provider->Search(
        request, std::chrono::nanoseconds(kLookupDeadline),
        [done = std::move(done)](absl::StatusOr<SearchAnswer> answer) {
          done(answer.ok() ? PlacesAnswer(std::move(answer->json)) : ToAnswer(answer.status()));
        });
  };
}

}  // namespace proxyherd
