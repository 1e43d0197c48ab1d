#include "places/remote/client/search_call.h"

#include <cassert>
#include <utility>

#include "places/remote/remote_searches.h"
#include "rpc/channel_arguments.h"

namespace proxyherd::places {
namespace {

// Each stream has a separate channel, as for links: gRPC's back-off would add to ours, and a new
// stream over a dead connection would fail.
grpc::ChannelArguments SearchArguments() {
  rpc::ChannelOptions options;
  options.is_separate = true;
  options.has_fixed_window = true;
  options.min_backoff_ns = RemoteSearches::kMaxSilenceNs;
  return rpc::MakeChannelArguments(options);
}

}  // namespace

SearchCall::SearchCall(const std::string& address, const rpc::ChannelFactory& channels,
                       Owner& owner)
    : channel_(channels(address, SearchArguments())),
      stub_(places::v1::PlacesService::NewStub(channel_)),
      owner_(owner) {}

void SearchCall::Start() {
  {
    MutexLock lock(&mu_);
    assert(!started_);
    started_ = true;
  }
  stub_->async()->SearchStream(&context_, this);
  AddHold();
  StartRead(&response_);
  StartCall();
}

void SearchCall::Write(Request message) {
  {
    MutexLock lock(&mu_);
    assert(started_);
    assert(!writing_);
    if (reads_over_) return;
    writing_ = true;
  }
  request_ = std::move(message);
  StartWrite(&request_);
}

void SearchCall::OnReadDone(bool ok) {
  if (ok) {
    owner_.OnMessage(*this, response_);
    return StartRead(&response_);
  }
  bool writing = false;
  {
    MutexLock lock(&mu_);
    reads_over_ = true;
    writing = writing_;
  }
  if (!writing) RemoveHold();
}

void SearchCall::OnWriteDone(bool ok) {
  bool reads_over = false;
  {
    MutexLock lock(&mu_);
    writing_ = false;
    reads_over = reads_over_;
  }
  if (reads_over) return RemoveHold();
  // If `ok` is false, the stream is broken, and its read also fails.
  if (ok) owner_.OnWritten(*this);
}

void SearchCall::OnDone(const grpc::Status& status) { owner_.OnEnded(*this, status); }

}  // namespace proxyherd::places
