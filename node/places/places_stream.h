// A stream of searches to herd-places, over gRPC's callback API. No rule of lookups is here.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>

#include "base/mutex.h"
#include "proxyherd/places/v1/places.grpc.pb.h"

namespace proxyherd {

// gRPC's calls are made by whichever thread is in Drive, one after another and without a lock.
// Keeps itself alive from Start until OnEnded, which gets it: a channel must not end on one of
// gRPC's threads, since the last one waits for these. Thread-safe.
class PlacesStream : public grpc::ClientBidiReactor<proxyherd::places::v1::SearchStreamRequest,
                                                    proxyherd::places::v1::SearchStreamResponse>,
                     public std::enable_shared_from_this<PlacesStream> {
 public:
  using Request = proxyherd::places::v1::SearchStreamRequest;
  using Response = proxyherd::places::v1::SearchStreamResponse;

  // Called without a lock of the stream's, never two at a time for each function.
  class Owner {
   public:
    virtual ~Owner() = default;
    // Fills in the next message; false: there is nothing to write.
    virtual bool NextMessage(Request& message) = 0;
    virtual void OnResponse(PlacesStream& stream, const Response& response) = 0;
    // The last that is heard of the stream; to be destroyed on another thread.
    virtual void OnEnded(std::shared_ptr<PlacesStream> stream, const grpc::Status& status) = 0;
  };

  // `owner` must outlive this object.
  PlacesStream(std::shared_ptr<grpc::Channel> channel, Owner& owner);

  // Drive does nothing before this, so the stream may be shown to others first.
  void Start();
  // Writes if there is something to write and the last message is answered: so what comes meanwhile
  // makes one message.
  void Drive();
  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  enum class Turn { kNone, kRead, kWrite, kRelease };

  Turn NextTurn();

  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<proxyherd::places::v1::PlacesService::Stub> stub_;
  Owner& owner_;
  grpc::ClientContext context_;
  Request request_;    // gRPC's from StartWrite to OnWriteDone
  Response response_;  // gRPC's from StartRead to OnReadDone
  std::shared_ptr<PlacesStream> self_;

  Mutex mu_;
  bool started_ ABSL_GUARDED_BY(mu_) = false;
  bool driven_ ABSL_GUARDED_BY(mu_) = false;
  bool look_again_ ABSL_GUARDED_BY(mu_) = false;  // somebody came while it was driven
  bool reading_ ABSL_GUARDED_BY(mu_) = false;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool unanswered_ ABSL_GUARDED_BY(mu_) = false;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;  // a read or a write has failed
};

}  // namespace proxyherd
