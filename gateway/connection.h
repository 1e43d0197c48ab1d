// A client's socket and its session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "gateway/event_loop.h"
#include "gateway/session.h"

namespace proxyherd {

// Moves bytes between socket and session. It reads into the loop's buffer and writes from the
// session's, so that an idle connection owns no buffer at all. Owned by its loop, and by the
// handlers of its waits. Called on the loop's thread only.
class Connection : public LookupStarter,
                   public ConfirmationStarter,
                   public std::enable_shared_from_this<Connection> {
 public:
  // `loop` outlives it.
  Connection(EventLoop& loop, LoopSocket socket, const asio::ip::address& address);

  void Start();
  void Tick(int64_t now_ns);
  // Answers what has been read, then closes.
  void Stop();
  // At once; what is unsent is lost.
  void Close();

  const asio::ip::address& address() const { return address_; }

  // Its place among the loop's connections; the loop's business.
  size_t index = 0;

 private:
  enum class State : uint8_t {
    kServing,
    kLingering,  // our side is shut; what still comes is read and discarded, so that our last
                 // reply is not lost to a reset
    kClosed,
  };

  void StartLookup(uint64_t ticket, const PlacesQuery& query) override;
  void StartConfirmation(uint64_t ticket, const AwaitedPlaces& places) override;
  // Runs `event` on the session, on the loop's thread, if both are still there by then. Called on
  // any thread.
  static void PostEvent(const std::weak_ptr<EventLoop>& weak_loop,
                        const std::weak_ptr<Connection>& weak_connection,
                        std::function<void(Session&)> event);

  void WaitReadable();
  void WaitWritable();
  void OnReadable();
  void ReadTurn();
  void DiscardTurn();
  size_t ReadSome();
  void Proceed();
  void Flush();
  void BeginLinger();

  EventLoop& loop_;
  const asio::ip::address address_;
  LoopSocket socket_;
  Session session_;
  State state_ = State::kServing;
  bool waits_readable_ = false;
  bool waits_writable_ = false;
  bool saw_end_ = false;  // the client has half-closed
};

}  // namespace proxyherd
