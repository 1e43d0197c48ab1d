#include "tools/herdctl/ask/watch_stream.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "net/host_port.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"
#include "rpc/deadline.h"
#include "rpc/grpc_channel.h"
#include "rpc/grpc_status.h"
#include "tools/herdctl/ask/member_probe.h"

namespace proxyherd::tools {
namespace {

using Response = peer::v1::WatchLocationsResponse;

// After this silence the node is probed: it may hang, or its clients may seldom change.
constexpr int64_t kMaxSilenceNs = 3 * kSecond;

int64_t ToNs(const google::protobuf::Timestamp& time) {
  return time.seconds() * kSecond + time.nanos();
}

WatchedLocation ToLocation(const peer::v1::Location& from) {
  WatchedLocation location;
  location.client = from.client_id();
  location.location = from.location();
  location.time = from.time();
  location.latitude = from.latitude();
  location.longitude = from.longitude();
  location.reported_ns = ToNs(from.report_time());
  location.received_ns = ToNs(from.receive_time());
  location.server = from.server();
  return location;
}

peer::v1::WatchLocationsRequest ToRequest(const Options& options) {
  peer::v1::WatchLocationsRequest request;
  for (const std::string& client : options.clients) request.add_client_ids(client);
  if (options.area.has_value()) {
    request.mutable_area()->set_latitude(options.area->latitude);
    request.mutable_area()->set_longitude(options.area->longitude);
    request.mutable_area()->set_radius_meters(options.area->radius_m);
  }
  return request;
}

}  // namespace

// At most one operation of the stream is in progress, so tags are not needed.
class WatchStream::Call {
 public:
  Call(const config::HerdNode& node, const Options& options)
      : address_(net::JoinHostPort(node.host, node.grpc_port)),
        stub_(peer::v1::PeerService::NewStub(rpc::MakeToolChannel(address_))),
        reader_(stub_->PrepareAsyncWatchLocations(&context_, ToRequest(options), &queue_)) {
    reader_->StartCall(nullptr);
    pending_ = true;
  }

  ~Call() {
    context_.TryCancel();
    if (pending_) TakeResult();
    if (!finished_) Finish();
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  absl::StatusOr<Response> Next() {
    if (!started_) {
      started_ = true;
      if (absl::Status status = Await(kAnswerTimeoutNs); !status.ok()) return status;
    }
    reader_->Read(&response_, nullptr);
    pending_ = true;
    if (absl::Status status = Await(kMaxSilenceNs); !status.ok()) return status;
    return response_;
  }

 private:
  // Waits for the operation in progress and returns its result.
  bool TakeResult() {
    void* tag = nullptr;
    bool ok = false;
    const bool got = queue_.Next(&tag, &ok);
    pending_ = false;
    return got && ok;
  }

  grpc::Status Finish() {
    grpc::Status status;
    reader_->Finish(&status, nullptr);
    finished_ = true;
    TakeResult();
    return status;
  }

  // Waits for the operation in progress; an error means that the stream has ended.
  absl::Status Await(int64_t silence_ns) {
    void* tag = nullptr;
    bool ok = false;
    while (queue_.AsyncNext(&tag, &ok, rpc::DeadlineAfter(silence_ns)) ==
           grpc::CompletionQueue::TIMEOUT) {
      if (!Lives()) return absl::UnavailableError(absl::StrCat("no answer from ", address_));
    }
    pending_ = false;
    if (ok) return absl::OkStatus();
    const grpc::Status status = Finish();
    if (status.ok()) return absl::UnavailableError("it ended the watch");
    return rpc::FromGrpc(status);
  }

  bool Lives() {
    grpc::ClientContext context;
    context.set_deadline(rpc::DeadlineAfter(kAnswerTimeoutNs));
    peer::v1::GetStatusResponse response;
    return stub_->GetStatus(&context, peer::v1::GetStatusRequest(), &response).ok();
  }

  const std::string address_;
  const std::unique_ptr<peer::v1::PeerService::Stub> stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  const std::unique_ptr<grpc::ClientAsyncReader<Response>> reader_;
  Response response_;
  bool started_ = false;
  bool pending_ = false;
  bool finished_ = false;
};

WatchStream::WatchStream(const config::HerdNode& node, const Options& options)
    : call_(std::make_unique<Call>(node, options)) {}

WatchStream::~WatchStream() = default;

absl::StatusOr<WatchEvent> WatchStream::Next() {
  for (;;) {
    const absl::StatusOr<Response> response = call_->Next();
    if (!response.ok()) return response.status();
    switch (response->event_case()) {
      case Response::kLocation:
        return WatchEvent{WatchEvent::Kind::kLocation, ToLocation(response->location())};
      case Response::kCaughtUp:
        return WatchEvent{WatchEvent::Kind::kCaughtUp, {}};
      case Response::kResync:
        return WatchEvent{WatchEvent::Kind::kResync, {}};
      case Response::EVENT_NOT_SET:
        break;  // an event of a later version
    }
  }
}

}  // namespace proxyherd::tools
