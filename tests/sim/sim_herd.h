// A whole herd in one thread: the real tables, feeds, link sets and handshakes, over a network of
// queues that delays, loses and cuts, on a fake clock. The same seed gives the same run.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/herd_file.h"
#include "core/confirmations.h"
#include "core/table.h"
#include "peer/link/link_set.h"
#include "tests/support/fake_clock.h"

namespace proxyherd {

class SimHerd {
 public:
  // All nodes are down at first.
  SimHerd(config::HerdFile herd, uint64_t seed);
  ~SimHerd();

  // Starts a node with an empty table and a new epoch.
  void Start(const std::string& name) { StartAs(name, name, 0); }
  // Starts a process of the node `name`, called `process` in the functions of this class. So a node
  // can have two processes; neighbours dial the one that is called `name`. The epoch of the process
  // comes from a clock that is off by `clock_off_ns`.
  void StartAs(const std::string& process, const std::string& name, int64_t clock_off_ns);
  void Crash(const std::string& name);
  bool Alive(const std::string& name) const { return nodes_.count(name) != 0; }
  void StartAll();

  // A node of the last release, from now on: it neither reads nor writes the fields of a link's
  // messages that are new in this one.
  void MakeOld(const std::string& name) { old_.insert(name); }
  // Nodes that are started from now on run with --ack_after=neighbour.
  void AwaitNeighbours() { await_neighbours_ = true; }

  // Gives a node another herd file from now on; a living one reads it, as at SIGHUP. Nodes are
  // linked as their own files say.
  void SetFile(const std::string& name, config::HerdFile file);

  // A cut link silently loses everything, like a pulled cable.
  void Cut(const std::string& a, const std::string& b) { cut_.insert(std::minmax(a, b)); }
  void Mend(const std::string& a, const std::string& b) { cut_.erase(std::minmax(a, b)); }

  // Advances the time, and runs all events due by then.
  void Advance(int64_t ns) { clock_.Advance(ns); }

  // REQUIRES: the node is alive.
  Table& table(const std::string& name) { return *nodes_.at(name)->table; }
  peer::LinkSet& links(const std::string& name) { return *nodes_.at(name)->links; }
  // Updated with the positions that neighbours hold; the test calls Expire.
  Confirmations& confirmations(const std::string& name) { return nodes_.at(name)->confirmations; }
  const std::vector<peer::LinkEvent>& events(const std::string& name) {
    return nodes_.at(name)->events;
  }
  // How many times a process was displaced; below, each change in whether it is mute.
  int displaced(const std::string& name) { return nodes_.at(name)->displaced; }
  const std::vector<bool>& mute(const std::string& name) { return nodes_.at(name)->mute; }
  FakeClock& clock() { return clock_; }
  const config::HerdFile& herd() const { return herd_; }

  // Returns true if all living nodes have the same root digest.
  bool Agree() const;
  std::vector<std::string> Names() const;

  // Messages put on the network so far, in total: of both ends of all streams, hellos included.
  uint64_t messages_sent() const { return messages_sent_; }
  // Records put on the network so far, in total.
  uint64_t records_sent() const;
  // Entries of MembershipUpdate put on the network so far, in total.
  uint64_t membership_sent() const { return membership_sent_; }

  // Sets the load that a node reports from now on.
  void SetLoad(const std::string& name, const peer::LoadSample& load) { loads_[name] = load; }
  // The states of all nodes, as seen from a living one.
  std::map<std::string, peer::NodeState> States(const std::string& name) const;

 private:
  struct Node : peer::LinkSet::Owner {
    Node(SimHerd& of, std::string process) : herd(of), name(std::move(process)) {}

    std::unique_ptr<peer::LinkSender::Transport> MakeTransport(peer::Link& link) override;
    void Wake() override;
    void OnEvent(const peer::LinkEvent& event) override { events.push_back(event); }
    void OnDisplaced() override { ++displaced; }
    void OnMute(bool now_mute) override { mute.push_back(now_mute); }
    void OnHeld(const std::string& neighbour, const HeldPositions& held) override {
      confirmations.Update(neighbour, held);
    }
    peer::LoadSample Load() override { return herd.loads_[name]; }

    SimHerd& herd;
    const std::string name;
    uint64_t incarnation = 0;
    std::unique_ptr<Table> table;
    Confirmations confirmations{2 * kSecond};
    std::vector<peer::LinkEvent> events;
    int displaced = 0;
    std::vector<bool> mute;  // each change
    int64_t tick_at_ns = 0;
    std::unique_ptr<peer::LinkSet> links;
  };
  class Stream;
  class Dialler;

  bool Connected(const std::string& a, const std::string& b) const;
  // Runs `event` at a living node, if it is still the same process by then, and sets its timer.
  void At(const std::string& name, int64_t delay_ns, std::function<void(Node&)> event);
  const config::HerdFile& FileOf(const std::string& name) const;
  void ArmTimer(Node& node);
  int64_t Delay();

  const config::HerdFile herd_;
  std::map<std::string, config::HerdFile> files_;  // of nodes that have another one
  FakeClock clock_{FakeClock::kStartNs + kSecond, kSecond};
  std::map<std::string, std::unique_ptr<Node>> nodes_;
  std::set<std::pair<std::string, std::string>> cut_;
  std::set<std::shared_ptr<Stream>> streams_;
  std::set<std::string> old_;
  bool await_neighbours_ = false;
  std::map<std::string, peer::LoadSample> loads_;
  uint64_t messages_sent_ = 0;
  uint64_t membership_sent_ = 0;
  uint64_t next_incarnation_ = 1;
};

}  // namespace proxyherd
