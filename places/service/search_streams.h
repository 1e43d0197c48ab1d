// PlacesService.SearchStream: searches of a node, many over one stream.
//
// gRPC's callback API: no thread waits while a provider looks. Who asks says something every half
// second (an empty message), so this version's idle callback threads do not fall asleep.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <map>
#include <memory>

#include "base/mutex.h"
#include "places/provider/provider.h"
#include "proxyherd/places/v1/places.grpc.pb.h"

namespace proxyherd {

using SearchStreamReactor = grpc::ServerBidiReactor<proxyherd::places::v1::SearchStreamRequest,
                                                    proxyherd::places::v1::SearchStreamResponse>;

// The streams of a server. Thread-safe.
class SearchStreams {
 public:
  // Streams at a time: one for each node, and some for those that are just going. Each may hold a
  // few MiB of answers that are not written. More end at once with RESOURCE_EXHAUSTED.
  static constexpr size_t kMaxStreams = 64;

  // `provider` must outlive this object. `max_budget` is the most that a search gets.
  SearchStreams(Provider& provider, std::chrono::nanoseconds max_budget);
  // REQUIRES: the server was shut down, so that all streams are gone.
  ~SearchStreams();

  // A new stream; gRPC is done with it when its OnDone has run, and it owns itself until then.
  SearchStreamReactor* Open();

  // Ends all streams, each when what was read from it is answered; new ones end at once.
  void Stop();

 private:
  class Stream;

  void Remove(Stream* stream);

  Provider& provider_;
  const std::chrono::nanoseconds max_budget_;
  Mutex mu_;
  std::map<Stream*, std::shared_ptr<Stream>> streams_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace proxyherd
