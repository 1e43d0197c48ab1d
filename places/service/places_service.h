// PlacesService over gRPC, in front of a provider.
#pragma once

#include <chrono>

#include "base/env.h"
#include "places/provider/provider.h"
#include "places/service/search_streams.h"
#include "proxyherd/places/v1/places.grpc.pb.h"
#include "runtime/real_env.h"

namespace proxyherd {

// Trailing metadata with the upstream's HTTP status in decimal digits, when it gave one.
inline constexpr char kHttpStatusMetadata[] = "proxyherd-http-status";

// Thread-safe. SearchNearby and ListProviders are for people and programs: a handler waits in its
// thread until the provider answers, the caller's deadline is near, or the caller goes away. So
// whoever builds the server bounds the waiting by its threads:
//
//   grpc::ResourceQuota quota;
//   quota.SetMaxThreads(kPlacesServerThreads);
//   builder.SetResourceQuota(quota);
//
// Calls above it are refused by gRPC with RESOURCE_EXHAUSTED. The sync API is chosen on purpose:
// in this version of gRPC an idle callback server may sleep 100 ms before it notices a call. Nodes
// ask by SearchStream (search_streams.h), at half the price.
class PlacesServiceImpl final
    : public proxyherd::places::v1::PlacesService::WithCallbackMethod_SearchStream<
          proxyherd::places::v1::PlacesService::Service> {
 public:
  // Longer than a person waits for what is nearby.
  static constexpr std::chrono::nanoseconds kMaxBudget = std::chrono::seconds(10);

  // `provider` and `env`, for its monotonic clock, must outlive this object. `max_budget`, above 0,
  // is what a call without a deadline gets, and the most that any gets.
  explicit PlacesServiceImpl(Provider& provider, std::chrono::nanoseconds max_budget = kMaxBudget,
                             Env& env = RealEnv())
      : provider_(provider), max_budget_(max_budget), env_(env), streams_(provider, max_budget) {}

  SearchStreamReactor* SearchStream(grpc::CallbackServerContext* /*context*/) override {
    return streams_.Open();
  }
  // Before the server's Shutdown, which otherwise waits for the streams: they never end by
  // themselves.
  void EndStreams() { streams_.Stop(); }

  grpc::Status SearchNearby(grpc::ServerContext* context,
                            const proxyherd::places::v1::SearchNearbyRequest* request,
                            proxyherd::places::v1::SearchNearbyResponse* response) override;

  grpc::Status ListProviders(grpc::ServerContext* context,
                             const proxyherd::places::v1::ListProvidersRequest* request,
                             proxyherd::places::v1::ListProvidersResponse* response) override;

 private:
  Provider& provider_;
  const std::chrono::nanoseconds max_budget_;
  Env& env_;
  SearchStreams streams_;
};

// Far more than the searches that may wait for one provider (CoalescingProvider::kMaxWaiting), so
// that one that hangs leaves threads for the others; and as many as ten connections have calls in
// progress at most (RpcServer::kMaxStreamsPerConnection), because gRPC refuses a call that finds no
// thread at once, and threads that are about to end count. They are made when they are needed.
inline constexpr int kPlacesServerThreads = 1000;

}  // namespace proxyherd
