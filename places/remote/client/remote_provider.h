// A provider that asks herd-places.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/timers.h"
#include "places/provider/provider.h"
#include "places/remote/client/search_call.h"
#include "rpc/channel_factory.h"

namespace proxyherd::places {

// Asks the PlacesService at an address over one stream (SearchStream) that the first search opens.
// Searches that arrive while a message is being written share the next one.
//
// Fails fast while the service is unreachable, and finds it again within a second or two. Cuts a
// stream that is silent for two seconds. Searches that a working stream left unanswered are sent
// once more over a new one. The rules are in remote_searches.h. Thread-safe.
class RemoteProvider : public Provider {
 public:
  // Callbacks that count events; thread-safe.
  struct Counters {
    std::function<void()> too_many;  // a search was refused: PendingSearches::kMax are pending
    std::function<void()> silence;   // a stream was cut
  };

  // `address` is "host:port". `env`, for its randomness, and `timers` must outlive this object.
  // Channels are destroyed in callbacks of `timers`.
  RemoteProvider(const std::string& address, rpc::ChannelFactory channels, Env& env, Timers& timers,
                 Counters counters);
  // Calls Stop.
  ~RemoteProvider() override;

  std::string_view name() const override { return "herd-places"; }
  void Search(const SearchRequest& request, int64_t budget_ns, Done done) override;
  std::vector<ProviderStatus> Describe() const override;

  // Makes searches in progress and later ones fail. Returns when the stream has ended. Idempotent;
  // must not be called in a callback of a timer or inside `done`.
  void Stop();

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd::places
