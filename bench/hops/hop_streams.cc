#include "bench/hops/hop_streams.h"

#include <grpcpp/grpcpp.h>

#include <deque>
#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "bench/tune_for_links.h"
#include "peer/protocol/link_timing.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"
#include "rpc/channel_arguments.h"
#include "rpc/channel_factory.h"

namespace proxyherd::bench {

using peer::v1::LinkRequest;
using peer::v1::LinkResponse;
using peer::v1::PeerService;

class HopServer::Service : public PeerService::CallbackService {
 public:
  Service(OnMessage message, std::function<void()> ended)
      : message_(std::move(message)), ended_(std::move(ended)) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    TuneForLinks(builder);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  // Waits for the end of the stream, so that the reactor is gone before the objects it calls.
  ~Service() override { server_->Shutdown(); }

  grpc::ServerBidiReactor<LinkRequest, LinkResponse>* Link(
      grpc::CallbackServerContext* /*context*/) override {
    return new Reactor(*this);
  }

  int port() const { return port_; }

 private:
  class Reactor : public grpc::ServerBidiReactor<LinkRequest, LinkResponse> {
   public:
    explicit Reactor(Service& service) : service_(service) { StartRead(&message_); }

    void OnReadDone(bool ok) override {
      if (!ok) {
        service_.ended_();
        Finish(grpc::Status::OK);
        return;
      }
      service_.message_(message_);
      StartRead(&message_);
    }
    void OnDone() override { delete this; }

   private:
    Service& service_;
    LinkRequest message_;
  };

  const OnMessage message_;
  const std::function<void()> ended_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

HopServer::HopServer(OnMessage message, std::function<void()> ended)
    : service_(std::make_unique<Service>(std::move(message), std::move(ended))) {}
HopServer::~HopServer() = default;
int HopServer::port() const { return service_->port(); }

class HopClient::Stream : public grpc::ClientBidiReactor<LinkRequest, LinkResponse> {
 public:
  explicit Stream(int port) {
    rpc::ChannelOptions options;
    options.has_fixed_window = true;
    options.window_bytes = peer::kLinkWindowBytes;
    stub_ = PeerService::NewStub(rpc::MakePlainChannel(absl::StrCat("127.0.0.1:", port),
                                                       rpc::MakeChannelArguments(options)));
    stub_->async()->Link(&context_, this);
    AddHold();  // because writes start outside reactions
    StartCall();
  }

  void Send(const LinkRequest& message) {
    MutexLock lock(&mu_);
    waiting_.push_back(message);
    if (waiting_.size() == 1) StartWrite(&waiting_.front());
  }

  std::string Finish() {
    {
      MutexLock lock(&mu_);
      finishing_ = true;
      if (waiting_.empty()) End();
    }
    const grpc::Status status = done_.get_future().get();
    return status.ok() ? "" : status.error_message();
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(&mu_);
    if (ok) {
      waiting_.pop_front();
    } else {
      waiting_.clear();
    }
    if (!waiting_.empty()) {
      StartWrite(&waiting_.front());
    } else if (finishing_) {
      End();
    }
  }

  void OnDone(const grpc::Status& status) override { done_.set_value(status); }

 private:
  void End() {
    StartWritesDone();
    RemoveHold();
  }

  std::unique_ptr<PeerService::Stub> stub_;
  grpc::ClientContext context_;
  Mutex mu_;
  std::deque<LinkRequest> waiting_ ABSL_GUARDED_BY(mu_);  // the first is being written
  bool finishing_ ABSL_GUARDED_BY(mu_) = false;
  std::promise<grpc::Status> done_;
};

HopClient::HopClient(int port) : stream_(std::make_unique<Stream>(port)) {}
HopClient::~HopClient() = default;
void HopClient::Send(const LinkRequest& message) { stream_->Send(message); }
std::string HopClient::Finish() { return stream_->Finish(); }

}  // namespace proxyherd::bench
