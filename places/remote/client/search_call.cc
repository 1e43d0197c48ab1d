#include "places/remote/client/search_call.h"

#include <cassert>
#include <utility>

#include "base/env.h"
#include "places/remote/remote_searches.h"

namespace proxyherd {
namespace {

// Each stream has a separate channel, as for links: gRPC's back-off would add to ours, and a new
// stream over a dead connection would fail.
grpc::ChannelArguments MakeArguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS,
                   static_cast<int>(RemoteSearches::kMaxSilenceNs / kMillisecond));
  return arguments;
}

}  // namespace

SearchCall::SearchCall(const std::string& address, const SearchChannelFactory& channels,
                       Owner& owner)
    : channel_(channels(address, MakeArguments())),
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
  // If not OK, the stream is broken, and its read fails as well.
  if (ok) owner_.OnWritten(*this);
}

void SearchCall::OnDone(const grpc::Status& status) { owner_.OnEnded(*this, status); }

}  // namespace proxyherd
