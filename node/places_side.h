// Where a node finds places: in its own process, or at herd-places.
#pragma once

#include <prometheus/collectable.h>

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/session/backend.h"
#include "node/node_context.h"
#include "places/assembly/make_provider.h"
#include "places/remote/client/remote_provider.h"
#include "runtime/timer_thread.h"

namespace proxyherd {

class PlacesSide {
 public:
  // As the options say. Errors as MakePlaces has them. `context` must outlive the side.
  static absl::StatusOr<std::unique_ptr<PlacesSide>> Make(NodeContext& context);

  // Thread-safe; to be used as long as the side lives.
  PlacesLookup Lookup() const;

  // Of embedded places; else nullptr.
  const prometheus::Collectable* metrics() const;

  // Reads data and keys of embedded places again. False: there are none.
  bool Reload();

  // Lookups at herd-places fail from now on, and those in progress. Embedded ones go on.
  void Stop();

 private:
  PlacesSide(std::unique_ptr<TimerThread> timers, std::shared_ptr<Places> embedded,
             std::shared_ptr<RemoteProvider> remote);

  const std::unique_ptr<TimerThread> timers_;  // of the provider, which must end before them
  // One of them; the other is nullptr.
  const std::shared_ptr<Places> embedded_;
  const std::shared_ptr<RemoteProvider> remote_;
};

}  // namespace proxyherd
