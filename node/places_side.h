// The source of a node's places: providers in its own process, or herd-places.
#pragma once

#include <prometheus/collectable.h>

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/session/backend.h"
#include "node/node_context.h"
#include "places/assembly/make_provider.h"
#include "places/remote/client/remote_provider.h"
#include "runtime/timer_thread.h"

namespace proxyherd::node {

class PlacesSide {
 public:
  // Makes the side that the options select, or returns the error of MakePlaces. `context` must
  // outlive the side.
  static absl::StatusOr<std::unique_ptr<PlacesSide>> Make(NodeContext& context);

  // Thread-safe. The lookup must not be used after the side is destroyed.
  gateway::PlacesLookup Lookup() const;

  // Returns the metrics of embedded places; nullptr if places are remote.
  const prometheus::Collectable* metrics() const;

  // Reloads data and keys of embedded places. Returns false if places are remote.
  bool Reload();

  // Fails all lookups at herd-places, including those in progress. Embedded lookups continue.
  void Stop();

 private:
  PlacesSide(std::unique_ptr<runtime::TimerThread> timers, std::shared_ptr<places::Places> embedded,
             std::shared_ptr<places::RemoteProvider> remote);

  const std::unique_ptr<runtime::TimerThread>
      timers_;  // used by the provider, so destroyed after it
  // Exactly one of the next two is set; the other is nullptr.
  const std::shared_ptr<places::Places> embedded_;
  const std::shared_ptr<places::RemoteProvider> remote_;
};

}  // namespace proxyherd::node
