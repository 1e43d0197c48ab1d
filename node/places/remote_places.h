// A node's WHATSATs that find their places at herd-places.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/env.h"
#include "gateway/protocol/places_lookup.h"
#include "rpc/grpc_metrics.h"

namespace proxyherd {

// Asks the PlacesService at `address`, "host:port", over one stream (SearchStream) that the first
// lookup opens. Lookups that come while a message is being written make the next one together.
//
// Fails fast while the service is not there, and finds it again within a second or two. A stream
// that says nothing for two seconds is cut. What a stream that worked left unanswered is asked once
// more over a new one. Thread-safe.
class RemotePlaces {
 public:
  // What is counted; thread-safe.
  struct Limits {
    std::function<void()> too_many;  // beyond PendingLookups::kMax
    std::function<void()> silence;   // a stream has said nothing for two seconds
  };

  // `env` and `metrics` must outlive this object.
  RemotePlaces(const std::string& address, const ClientMetrics& metrics, Env& env, Limits limits);
  // REQUIRES: Stop was called.
  ~RemotePlaces();

  // May outlive this object; then it has no places.
  PlacesLookup Lookup();

  // Lookups under way fail, and later ones; returns when the stream is gone.
  void Stop();

 private:
  class Client;
  const std::shared_ptr<Client> client_;
};

}  // namespace proxyherd
