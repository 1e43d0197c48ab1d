// The links of a running node: the links thread with its LinkSet, and the connections.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/counters.h"
#include "base/env.h"
#include "core/confirmations.h"
#include "core/table.h"
#include "net/descriptor.h"
#include "net/resolver.h"
#include "peer/http2/stream_limits.h"
#include "peer/link/link_set.h"
#include "peer/transport/link_listener.h"
#include "peer/transport/link_loop.h"
#include "rpc/method_metrics.h"
#include "runtime/serial_thread.h"

namespace proxyherd::peer {

struct LinksOptions {
  LinkIdentity identity;
  std::map<std::string, std::string> addresses;  // "host:port" of each neighbour
  // Of the streams that this node opens, and of those that it accepts at its link port; nullptr:
  // none. Must outlive the Links.
  const rpc::MethodMetrics* outgoing_metrics = nullptr;
  const rpc::MethodMetrics* incoming_metrics = nullptr;
  net::ResolverOptions resolver;
  std::function<LoadSample()> load = nullptr;  // see LinkSet::Owner
  // Gets the positions that neighbours hold, and has its timers run here; nullptr: no report waits
  // for a neighbour. Must outlive the Links.
  Confirmations* confirmations = nullptr;
};

// The result of Stop.
struct LinksStop {
  size_t neighbours = 0;  // number of linked neighbours when the stop began
  bool flushed = false;   // neighbours still linked have acknowledged everything
};

// Thread-safe unless stated otherwise. Callbacks run on the links thread.
class Links : private LinkSet::Owner {
 public:
  struct Observer {
    std::function<void(const LinkEvent&)> event;
    std::function<void()> ready;
    std::function<void()> displaced = nullptr;      // see LinkSet::Owner
    std::function<void(bool mute)> mute = nullptr;  // likewise
  };

  // Does not dial before Start. References must outlive this object.
  Links(const LinksOptions& options, Table& table, Env& env, Observer observer);
  // REQUIRES: Join was called.
  ~Links() override;

  // Accepts neighbours on the links' own port, from Start on. `socket`: see ListenForLinks.
  // REQUIRES: called once at most, before Stop.
  void Listen(net::Descriptor socket);

  void Start();

  // See LinkSet::Reshape. `addresses`: those of all neighbours, as in LinksOptions.
  void Reshape(HerdShape shape, std::map<std::string, std::string> addresses);

  // See LinkSet::PublishState.
  void PublishState(NodeState state);
  // Calls `done` on the links thread, like View. See OwnMember::Post.
  void PostAnnouncement(std::string text, int64_t lifetime_ns,
                        std::function<void(const absl::StatusOr<Announcement>&)> done);
  // Calls `done` with all nodes of the herd as seen from here; the views are valid during the call.
  // `wall_ns`: now, since 1970.
  using NodesCallback = std::function<void(const std::vector<NodeView>& nodes, int64_t wall_ns)>;
  void Nodes(NodesCallback done);

  // Waits until linked neighbours have acknowledged all present records of the table, publishes
  // that this node has stopped, and waits until they have read that, for at most `flush_ns` in
  // total. Then ends all streams; new ones are refused.
  LinksStop Stop(int64_t flush_ns);

  // Returns when every connection is closed, and gRPC has released every stream. Called once, after
  // Stop and after the server that accepts streams has shut down.
  void Join();

  // Calls `done` on the links thread.
  void View(std::function<void(const LinkSetView&)> done);
  // Waits for the view and returns it. Must not be called on the links thread.
  LinkSetView View();

  // See LinkSet. May be read by any thread.
  const LatencyHistogram& flood_ages() const { return set_.flood_ages(); }

  // Limits on connections that were reached. May be read by any thread.
  const StreamLimitHits& stream_limit_hits() const { return limit_hits_; }

  // For PeerService: see MakeServerStream.
  LinkSet& set() { return set_; }
  runtime::SerialThread& thread() { return thread_; }

 private:
  // LinkSet::Owner
  std::unique_ptr<LinkSender::Transport> MakeTransport(Link& link) override;
  void Wake() override;
  void OnEvent(const LinkEvent& event) override { observer_.event(event); }
  void OnReady() override { observer_.ready(); }
  void OnDisplaced() override;
  void OnMute(bool mute) override;
  void OnHeld(const std::string& neighbour, const HeldPositions& held) override;
  LoadSample Load() override { return load_ == nullptr ? LoadSample{} : load_(); }

  void DoReshape(HerdShape shape, std::map<std::string, std::string> addresses);
  void Tick();
  int64_t NextTimer() const;

  // Polls `holds` on the links thread until it returns true or the monotonic deadline passes.
  // Returns false if the deadline has passed.
  bool WaitUntil(const std::function<bool()>& holds, int64_t deadline_ns);

  Table& table_;
  Env& env_;
  const Observer observer_;
  const rpc::MethodMetrics* const outgoing_metrics_;
  const rpc::MethodMetrics* const incoming_metrics_;
  const net::ResolverOptions resolver_;
  const std::function<LoadSample()> load_;
  Confirmations* const confirmations_;
  std::map<std::string, std::string> addresses_;  // accessed by the links thread only
  StreamLimitHits limit_hits_;
  // The loop and the set are accessed by the links thread only, except for the set's address and
  // flood_ages().
  runtime::SerialThread thread_;
  LinkLoop loop_;
  LinkListener* listener_ = nullptr;  // the loop's, until Stop
  LinkSet set_;
  bool joined_ = false;
};

}  // namespace proxyherd::peer
