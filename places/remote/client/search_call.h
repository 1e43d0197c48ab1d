// The client side of one SearchStream over gRPC's callback API. Decides nothing about searches.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "base/mutex.h"
#include "proxyherd/places/v1/places.grpc.pb.h"
#include "rpc/channel_factory.h"

namespace proxyherd::places {

// Reads continuously and writes the given messages. Thread-safe, but at most one Write at a time.
class SearchCall final
    : public grpc::ClientBidiReactor<proxyherd::places::v1::SearchStreamRequest,
                                     proxyherd::places::v1::SearchStreamResponse> {
 public:
  using Request = proxyherd::places::v1::SearchStreamRequest;
  using Response = proxyherd::places::v1::SearchStreamResponse;

  // Called on gRPC's threads while the call holds no lock. Each function is called by one thread at
  // a time.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void OnWritten(SearchCall& call) = 0;
    virtual void OnMessage(SearchCall& call, Response& message) = 0;
    // Called last. Another thread must then destroy the call, because destroying its channel waits
    // for gRPC's threads.
    virtual void OnEnded(SearchCall& call, const grpc::Status& status) = 0;
  };

  // `owner` must outlive this object.
  SearchCall(const std::string& address, const rpc::ChannelFactory& channels, Owner& owner);

  // OnEnded follows in any case. REQUIRES: called at most once.
  void Start();
  // Drops the message if the stream is broken. REQUIRES: Start was called, and OnWritten has
  // followed the last Write.
  void Write(Request message);
  // May be called before Start.
  void Cancel() { context_.TryCancel(); }

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<proxyherd::places::v1::PlacesService::Stub> stub_;
  Owner& owner_;
  grpc::ClientContext context_;
  Request request_;    // used by gRPC from StartWrite to OnWriteDone
  Response response_;  // used by gRPC from StartRead to OnReadDone

  // A hold keeps the call alive while writes may still come, because these begin outside reactions.
  Mutex mu_;
  bool started_ ABSL_GUARDED_BY(mu_) = false;
  bool reads_over_ ABSL_GUARDED_BY(mu_) = false;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace proxyherd::places
