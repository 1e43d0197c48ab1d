// One HTTP/2 connection by nghttp2, which does the framing and the compression of fields.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proxyherd::peer {

// No I/O; not thread-safe.
class Http2Session {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  enum class Role { kClient, kServer };

  // What happens on the connection, and the data to send on its stream. All are called during
  // Receive or Give, and may call the functions that submit something, but neither of these two.
  class Events {
   public:
    // The header of a frame has come, before its contents are looked at.
    virtual void OnFrameBegun(const nghttp2_frame_hd& header) = 0;
    virtual void OnField(std::string_view name, std::string_view value) = 0;
    virtual void OnData(std::string_view bytes) = 0;
    // A frame has come and is valid; its fields or data were reported before.
    virtual void OnFrame(const nghttp2_frame& frame) = 0;
    virtual void OnFieldsSent(bool last) = 0;
    virtual void OnStreamClosed(int32_t stream, uint32_t error) = 0;

    // Returns the number of bytes that wait to be sent on the stream.
    virtual size_t UnsentBytes() const = 0;
    // Returns the fields to send once no bytes wait, which end this side of the stream; nullopt:
    // the stream goes on.
    virtual std::optional<Fields> Trailers() = 0;
    // Appends the frame's header and the next `size` bytes to what Give gives. False: not now, ask
    // again at the next Give.
    virtual bool GiveData(std::string_view header, size_t size) = 0;

   protected:
    ~Events() = default;
  };

  // The events must outlive the session.
  Http2Session(Role role, Events& events);

  // kBroken: the peer has made a mistake after which nothing can be read. kFlooded: the same,
  // because too many answers to its pings and settings wait to be sent.
  enum class Received { kAll, kBroken, kFlooded };
  Received Receive(std::string_view bytes);
  // Returns the next bytes to send besides those of GiveData; empty: there are none. They are valid
  // until the next call.
  std::string_view Give();
  // Returns false once a GOAWAY has been given, e.g. after a fault of the peer.
  bool open() const { return nghttp2_session_want_read(session_.get()) != 0; }

  void SubmitSettings(const std::vector<nghttp2_settings_entry>& settings);
  // The bytes that the peer may have in flight on the connection.
  void SetWindow(int32_t bytes);
  // Returns the stream of a request whose data follow.
  int32_t SubmitRequest(const Fields& fields);
  void SubmitResponse(int32_t stream, const Fields& fields, bool last);
  void SubmitReset(int32_t stream, uint32_t error);
  // Sends GOAWAY with this error; nothing is read afterwards.
  void Terminate(uint32_t error);
  // There are data or trailers to send again.
  void Resume(int32_t stream) { nghttp2_session_resume_data(session_.get(), stream); }
  // The peer may send as many bytes of data again.
  void Consume(int32_t stream, size_t bytes) {
    nghttp2_session_consume(session_.get(), stream, bytes);
  }

 private:
  struct Callbacks;

  const std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> session_;
};

}  // namespace proxyherd::peer
