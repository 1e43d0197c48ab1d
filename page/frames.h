// What pages are shown: texts of JSON that all viewers share, and what one viewer has yet to get.
#pragma once

#include <memory>
#include <string>
#include <utility>

namespace proxyherd {

using FrameText = std::shared_ptr<const std::string>;

// What is there to show; nullptr: nothing new of it.
struct Frames {
  FrameText hello;  // who this is, and the last ten minutes: for one who has just come
  FrameText herd;   // nodes, links and words
  FrameText map;    // where clients are
  FrameText tick;   // the last second
};

// What one viewer has yet to be sent: the newest of each, never a queue. So one that is slow costs
// what a fast one does, and sees less. Pure.
class FrameSlots {
 public:
  // What came before the hello is in what comes with it. Returns how many were never sent.
  int Put(const Frames& frames) {
    if (frames.hello != nullptr) greeted_ = true;
    if (!greeted_) return 0;
    return Replace(waiting_.hello, frames.hello) + Replace(waiting_.herd, frames.herd) +
           Replace(waiting_.map, frames.map) + Replace(waiting_.tick, frames.tick);
  }
  // The next one to send; nullptr: all are sent.
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

}  // namespace proxyherd
