// Where a node's WHATSATs find their places: herd-places over gRPC, or a provider of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/backend.h"
#include "node/grpc_metrics.h"
#include "places/provider.h"

namespace proxyherd {

// How long a lookup may take; a person waits for it.
inline constexpr int64_t kLookupDeadline = 5 * kSecond;

// Lookups at herd-places under way in one node. More means that it hangs; asking on would only pile
// up. Far above what clients that wait for their answers cause.
inline constexpr size_t kMaxLookups = 1024;

// Asks the PlacesService at `address`, "host:port". Fails fast while it is not there. Thread-safe.
class RemotePlaces {
 public:
  // `over_limit`: told of each lookup beyond kMaxLookups; thread-safe.
  RemotePlaces(const std::string& address, const ClientMetrics& metrics,
               std::function<void()> over_limit);
  // REQUIRES: Stop was called.
  ~RemotePlaces();

  // May outlive this object; then it has no places.
  PlacesLookup Lookup();

  // Cancels the lookups under way, and returns when all are gone; later ones fail.
  void Stop();

 private:
  class Client;
  const std::shared_ptr<Client> client_;
};

// Asks `provider`, which the lookup keeps.
PlacesLookup EmbeddedPlaces(const std::shared_ptr<Provider>& provider);

}  // namespace proxyherd
