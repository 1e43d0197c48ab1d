// PlacesService over gRPC, in front of a provider.
#pragma once

#include <cstdint>

#include "base/env.h"
#include "places/provider/provider.h"
#include "places/service/search_streams.h"
#include "proxyherd/places/v1/places.grpc.pb.h"
#include "runtime/real_env.h"

namespace proxyherd::places {

// Trailing metadata: the upstream's HTTP status in decimal digits, if known.
inline constexpr char kHttpStatusMetadata[] = "proxyherd-http-status";

// Thread-safe. SearchNearby and ListProviders are for people and programs: a handler occupies its
// thread until the provider answers, the caller's deadline is near, or the caller cancels. So the
// server's threads must be limited:
//
//   grpc::ResourceQuota quota;
//   quota.SetMaxThreads(kPlacesServerThreads);
//   builder.SetResourceQuota(quota);
//
// gRPC refuses further calls with RESOURCE_EXHAUSTED. The sync API is used on purpose: in this
// version of gRPC, an idle callback server may sleep 100 ms before it notices a call. Nodes use
// SearchStream (search_streams.h), at half the cost.
class PlacesServiceImpl final
    : public proxyherd::places::v1::PlacesService::WithCallbackMethod_SearchStream<
          proxyherd::places::v1::PlacesService::Service> {
 public:
  // Longer than a person waits for nearby places.
  static constexpr int64_t kMaxBudgetNs = 10 * kSecond;

  // `provider` and `env` (for its monotonic clock) must outlive this object. `max_budget_ns` limits
  // every call, also a call without a deadline. REQUIRES: max_budget_ns > 0.
  explicit PlacesServiceImpl(Provider& provider, int64_t max_budget_ns = kMaxBudgetNs,
                             Env& env = runtime::RealEnv())
      : provider_(provider),
        max_budget_ns_(max_budget_ns),
        env_(env),
        streams_(provider, max_budget_ns) {}

  SearchStreamReactor* SearchStream(grpc::CallbackServerContext* /*context*/) override {
    return streams_.Open();
  }
  // Must be called before the server's Shutdown, which otherwise waits for the streams; these never
  // end by themselves.
  void EndStreams() { streams_.Stop(); }

  grpc::Status SearchNearby(grpc::ServerContext* context,
                            const proxyherd::places::v1::SearchNearbyRequest* request,
                            proxyherd::places::v1::SearchNearbyResponse* response) override;

  grpc::Status ListProviders(grpc::ServerContext* context,
                             const proxyherd::places::v1::ListProvidersRequest* request,
                             proxyherd::places::v1::ListProvidersResponse* response) override;

 private:
  Provider& provider_;
  const int64_t max_budget_ns_;
  Env& env_;
  SearchStreams streams_;
};

// Far more than the searches that may wait for one provider (CoalescingProvider::kMaxWaiting), so
// that a provider that hangs leaves threads for the others. Also as many as ten connections can
// have calls in progress (RpcServer::kMaxStreamsPerConnection), because gRPC refuses a call
// immediately if no thread is free, and threads that are about to end still use up the limit. They
// are created when needed.
inline constexpr int kPlacesServerThreads = 1000;

}  // namespace proxyherd::places
