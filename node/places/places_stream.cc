// A stream of searches to herd-places.
#include "node/places/places_stream.h"

#include <utility>

namespace proxyherd {

using places::v1::PlacesService;

PlacesStream::PlacesStream(std::shared_ptr<grpc::Channel> channel, Owner& owner)
    : channel_(std::move(channel)), stub_(PlacesService::NewStub(channel_)), owner_(owner) {}

void PlacesStream::Start() {
  self_ = shared_from_this();
  stub_->async()->SearchStream(&context_, this);
  AddHold();  // reads and writes are started outside reactions
  StartCall();
  {
    MutexLock lock(&mu_);
    started_ = true;
  }
  Drive();
}

void PlacesStream::Drive() {
  {
    MutexLock lock(&mu_);
    look_again_ = true;
    if (std::exchange(driven_, true)) return;
  }
  for (;;) {
    switch (NextTurn()) {
      case Turn::kNone:
        return;
      case Turn::kRead:
        StartRead(&response_);
        break;
      case Turn::kWrite:
        StartWrite(&request_);
        break;
      case Turn::kRelease:
        return RemoveHold();  // OnDone may come at once; nobody drives any more
    }
  }
}

PlacesStream::Turn PlacesStream::NextTurn() {
  for (;;) {
    bool may_write = false;
    {
      MutexLock lock(&mu_);
      if (!started_) {
        driven_ = false;
        return Turn::kNone;
      }
      if (ended_) {
        return Turn::kRelease;
      }
      if (!std::exchange(reading_, true)) return Turn::kRead;
      if (!std::exchange(look_again_, false)) {
        driven_ = false;
        return Turn::kNone;
      }
      may_write = !writing_ && !unanswered_;
    }
    // Only the driving thread starts writes, so none can have begun meanwhile.
    if (may_write && owner_.NextMessage(request_)) {
      MutexLock lock(&mu_);
      writing_ = unanswered_ = true;
      return Turn::kWrite;
    }
  }
}

void PlacesStream::OnReadDone(bool ok) {
  if (ok) owner_.OnResponse(*this, response_);
  {
    MutexLock lock(&mu_);
    reading_ = unanswered_ = false;
    ended_ = ended_ || !ok;
  }
  Drive();
}

void PlacesStream::OnWriteDone(bool ok) {
  {
    MutexLock lock(&mu_);
    writing_ = false;
    ended_ = ended_ || !ok;
  }
  Drive();
}

void PlacesStream::OnDone(const grpc::Status& status) { owner_.OnEnded(std::move(self_), status); }

}  // namespace proxyherd
