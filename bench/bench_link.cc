#include "bench/bench_link.h"

#include <grpcpp/grpcpp.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "bench/tune_for_links.h"
#include "peer/transport/server_stream.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"
#include "rpc/channel_factory.h"
#include "rpc/deadline.h"
#include "runtime/real_env.h"

namespace proxyherd::bench {

// A node reduced to its links.
class BenchLink::Node : public peer::v1::PeerService::CallbackService {
 public:
  Node() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    TuneForLinks(builder);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }

  // Must be called before Stop, and before a stream arrives.
  void MakeLinks(const std::string& node, const std::string& neighbour, uint16_t neighbour_port,
                 Table& table, std::atomic<int64_t>& up_at_ns) {
    peer::LinksOptions options;
    options.identity.herd = "bench";
    options.identity.node = node;
    options.identity.epoch_ns = static_cast<uint64_t>(runtime::RealEnv().NowNs());
    options.identity.neighbours = {neighbour};
    options.addresses[neighbour] = absl::StrCat("127.0.0.1:", neighbour_port);
    options.channels = rpc::MakePlainChannel;
    peer::Links::Observer observer;
    observer.event = [&up_at_ns](const peer::LinkEvent& event) {
      if (event.kind != peer::LinkEvent::Kind::kOutgoingUp) return;
      int64_t never = 0;
      up_at_ns.compare_exchange_strong(never, runtime::RealEnv().MonotonicNs());
    };
    observer.ready = [] {};
    links_ = std::make_unique<peer::Links>(options, table, runtime::RealEnv(), std::move(observer));
  }

  peer::LinkServerReactor* Link(grpc::CallbackServerContext* context) override {
    return peer::MakeServerStream(links_->set(), links_->thread(), *context);
  }

  void Stop() {
    links_->Stop(0);
    server_->Shutdown(rpc::DeadlineAfter(1 * kSecond));
    links_->Join();
  }

  uint16_t port() const { return static_cast<uint16_t>(port_); }
  peer::Links& links() { return *links_; }

 private:
  int port_ = 0;
  std::unique_ptr<peer::Links> links_;
  std::unique_ptr<grpc::Server> server_;
};

BenchLink::BenchLink(Table& bailey, Table& bona)
    : bailey_(std::make_unique<Node>()), bona_(std::make_unique<Node>()) {
  bailey_->MakeLinks("Bailey", "Bona", proxy_.Listen(bona_->port()), bailey, up_at_ns_);
  bona_->MakeLinks("Bona", "Bailey", proxy_.Listen(bailey_->port()), bona, up_at_ns_);
}

BenchLink::~BenchLink() {
  bailey_->Stop();
  bona_->Stop();
}

void BenchLink::Start() {
  bailey_->links().Start();
  bona_->links().Start();
}

bool BenchLink::Agree() {
  for (Node* node : {bailey_.get(), bona_.get()}) {
    const peer::LinkView link = node->links().View().links.at(0);
    if (link.outgoing != peer::LinkState::kUp || link.incoming != peer::LinkState::kUp)
      return false;
    if (!link.agrees || link.repairing) return false;
  }
  return true;
}

peer::SenderCounters BenchLink::asked() { return bailey_->links().View().links.at(0).sent; }

}  // namespace proxyherd::bench
