// All watchers of a node: one cursor over the feed for all of them, on a thread of their own, so
// that they cost the links nothing.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "base/env.h"
#include "core/cursor.h"
#include "core/table.h"
#include "peer/calls/watch.h"
#include "proxyherd/peer/v1/peer.pb.h"
#include "runtime/serial_thread.h"

namespace proxyherd {

using WatchReactor = grpc::ServerWriteReactor<peer::v1::WatchLocationsResponse>;

// Thread-safe.
class WatchDispatcher {
 public:
  // Each watcher costs work for every change; more than this many would slow each other down.
  static constexpr size_t kMaxWatchers = 256;

  // `memory_bytes`: see WatchMemory.
  WatchDispatcher(Table& table, Env& env, size_t memory_bytes);
  // REQUIRES: Join was called.
  ~WatchDispatcher();

  // The reactor of a new watcher; deletes itself when gRPC is done with it. Beyond kMaxWatchers it
  // ends at once with RESOURCE_EXHAUSTED.
  WatchReactor* NewWatcher(WatchFilter filter);

  // Is told of every change, as watchers are, on the thread: for who wants no more of it than that.
  // One at most; nullptr: nobody. It may run once more when this has returned, not after Join.
  void SetTap(std::function<void(const RecordView&)> tap);

  const WatchLimitHits& limit_hits() const { return limit_hits_; }

  // Ends all watchers, with UNAVAILABLE and this reason, and new ones from then on.
  void Stop(const std::string& reason);
  // Returns when gRPC has let go of them. Called once, after the server has shut down.
  void Join();

 private:
  class Watcher;

  // All on the thread.
  void Add(Watcher* watcher);
  void Remove(Watcher* watcher);
  void Follow();
  void Unfollow();
  void Dispatch();

  Table& table_;
  SerialThread thread_;
  WatchLimitHits limit_hits_;

  // Of the thread.
  WatchMemory memory_;
  std::unique_ptr<Cursor> cursor_;  // only while there are watchers, or a tap
  RecordBatch batch_;
  std::list<Watcher*> watchers_;
  std::function<void(const RecordView&)> tap_;
  std::optional<std::string> stopped_;  // why
};

}  // namespace proxyherd
