// PlacesService.SearchStream: the server side of a node's searches, many over one stream.
//
// Uses gRPC's callback API: no thread waits while a provider searches. Clients write at least every
// half second (an empty message), so the idle callback threads of this version do not sleep.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <map>
#include <memory>

#include "base/mutex.h"
#include "places/provider/provider.h"
#include "proxyherd/places/v1/places.grpc.pb.h"

namespace proxyherd::places {

using SearchStreamReactor = grpc::ServerBidiReactor<proxyherd::places::v1::SearchStreamRequest,
                                                    proxyherd::places::v1::SearchStreamResponse>;

// The streams of a server. Thread-safe.
class SearchStreams {
 public:
  // Maximum streams at a time: one per node, and some that are just ending. Each may hold a few MiB
  // of unwritten answers. Further ones end immediately with RESOURCE_EXHAUSTED.
  static constexpr size_t kMaxStreams = 64;

  // `provider` must outlive this object. `max_budget_ns` is the longest time of a search. REQUIRES:
  // max_budget_ns > 0.
  SearchStreams(Provider& provider, int64_t max_budget_ns);
  // REQUIRES: the server was shut down, so that all streams have ended.
  ~SearchStreams();

  // Returns a new stream, which owns itself until gRPC has called its OnDone.
  SearchStreamReactor* Open();

  // Ends each stream once the messages read from it are answered. New ones end immediately.
  void Stop();

 private:
  class Stream;

  void Remove(Stream* stream);

  Provider& provider_;
  const int64_t max_budget_ns_;
  Mutex mu_;
  std::map<Stream*, std::shared_ptr<Stream>> streams_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace proxyherd::places
