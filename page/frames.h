// The frames that pages show: JSON strings that all viewers share, and the frames that one viewer
// has not received yet.
#pragma once

#include <memory>
#include <string>
#include <utility>

namespace proxyherd::page {

using FrameText = std::shared_ptr<const std::string>;

// A set of frames; nullptr: no new frame of this kind.
struct Frames {
  FrameText hello;  // the node and the last ten minutes, for a new viewer
  FrameText herd;   // nodes, links and announcements
  FrameText map;    // where clients are
  FrameText tick;   // the last second
};

// The frames to send to one viewer: only the newest of each kind, never a queue, so that a slow
// viewer costs no more than a fast one and just sees fewer frames. No I/O. Not thread-safe.
class FrameSlots {
 public:
  // Adds frames. Ignores all frames before the first hello, which comes with the newest of each
  // kind. Returns the number of older frames that were replaced unsent.
  int Put(const Frames& frames) {
    if (frames.hello != nullptr) greeted_ = true;
    if (!greeted_) return 0;
    return Replace(waiting_.hello, frames.hello) + Replace(waiting_.herd, frames.herd) +
           Replace(waiting_.map, frames.map) + Replace(waiting_.tick, frames.tick);
  }
  // Returns the next frame to send; nullptr if no frame waits.
  FrameText Take() {
    for (FrameText* slot : {&waiting_.hello, &waiting_.herd, &waiting_.map, &waiting_.tick}) {
      if (*slot != nullptr) return std::exchange(*slot, nullptr);
    }
    return nullptr;
  }

 private:
  static int Replace(FrameText& slot, const FrameText& frame) {
    if (frame == nullptr) return 0;
    const bool dropped = slot != nullptr;
    slot = frame;
    return dropped ? 1 : 0;
  }

  bool greeted_ = false;
  Frames waiting_;
};

}  // namespace proxyherd::page
