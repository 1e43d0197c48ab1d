// All watchers of a node: one cursor over the feed serves all of them, on a separate thread, so
// that they do not slow the links down.
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

namespace proxyherd::peer {

using WatchReactor = grpc::ServerWriteReactor<peer::v1::WatchLocationsResponse>;

// Thread-safe.
class WatchDispatcher {
 public:
  // Each watcher does work for every change, so more of them would slow each other down.
  static constexpr size_t kMaxWatchers = 256;

  // `memory_bytes`: see WatchMemory.
  WatchDispatcher(Table& table, Env& env, size_t memory_bytes);
  // REQUIRES: Join was called.
  ~WatchDispatcher();

  // Returns the reactor of a new watcher, which deletes itself when gRPC is done with it. Beyond
  // kMaxWatchers it ends immediately with RESOURCE_EXHAUSTED.
  WatchReactor* NewWatcher(WatchFilter filter);

  // Sets a function that is called on the watch thread for every change, without a watcher. It
  // replaces the former function; nullptr: none. The former function may run once more after this
  // call has returned, but not after Join.
  void SetTap(std::function<void(const RecordView&)> tap);

  const WatchLimitHits& limit_hits() const { return limit_hits_; }

  // Ends all watchers, and later also new ones, with UNAVAILABLE and this reason.
  void Stop(const std::string& reason);
  // Returns when gRPC has released all watchers. Called once, after the server has shut down.
  void Join();

 private:
  class Watcher;

  // All run on the watch thread.
  void Add(Watcher* watcher);
  void Remove(Watcher* watcher);
  void Follow();
  void Unfollow();
  void Dispatch();

  Table& table_;
  runtime::SerialThread thread_;
  WatchLimitHits limit_hits_;

  // Accessed by the watch thread only.
  WatchMemory memory_;
  std::unique_ptr<Cursor> cursor_;  // only while there are watchers or a tap
  RecordBatch batch_;
  std::list<Watcher*> watchers_;
  std::function<void(const RecordView&)> tap_;
  bool joined_ = false;
  std::optional<std::string> stopped_;  // the reason, once Stop has run
};

}  // namespace proxyherd::peer
