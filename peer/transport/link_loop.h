// What the links' connections share: their thread's poller, times to wait for, and the end of each
// round of events, when what the round has gathered is written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "base/env.h"
#include "net/poller.h"
#include "runtime/serial_thread.h"

namespace proxyherd::peer {

// Belongs to the links thread.
class LinkLoop {
 public:
  // Something that lives on the loop, e.g. a connection. The loop owns it until it is done.
  class Part {
   public:
    virtual ~Part() = default;
    // Called after a round in which Touch was called for it; may call Touch again.
    virtual void Settle() = 0;
    // Does what is due at `now_ns` (monotonic); called at NextTimer() at the latest.
    virtual void Tick(int64_t now_ns) = 0;
    virtual int64_t NextTimer() const = 0;
    // The node stops: what waits for a stranger ends. What has an owner is ended by it.
    virtual void Stop() {}
    // Returns true if the loop must destroy it after this round.
    virtual bool done() const = 0;

   private:
    friend class LinkLoop;
    bool touched_ = false;
  };

  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  LinkLoop(Env& env, runtime::SerialThread& thread) : env_(env), thread_(thread) {}

  // Takes over a new part, which keeps the thread from ending, and touches it.
  template <typename T>
  T& Add(std::unique_ptr<T> part) {
    T& added = *part;
    parts_.push_back({std::move(part), thread_.MakeHold()});
    Touch(added);
    return added;
  }
  // Settles the part at the end of this round.
  void Touch(Part& part);

  // Called by the thread: the time of the next Tick, ticks, and the end of each round.
  int64_t NextTimer() const;
  void Tick(int64_t now_ns);
  void AfterRound();
  // Stops all parts. Not during a round of events.
  void Stop();

  net::Poller& poller() { return thread_.poller(); }
  Env& env() { return env_; }
  // What is read by one call; used only until the reader has looked at it.
  std::array<char, size_t{64} * 1024>& read_buffer() { return read_buffer_; }

 private:
  struct Owned {
    std::unique_ptr<Part> part;
    runtime::SerialThread::Hold hold;
  };

  Env& env_;
  runtime::SerialThread& thread_;
  std::vector<Owned> parts_;
  std::vector<Part*> touched_;
  std::vector<Part*> settling_;  // kept to reuse its memory
  std::array<char, size_t{64} * 1024> read_buffer_;
};

}  // namespace proxyherd::peer
