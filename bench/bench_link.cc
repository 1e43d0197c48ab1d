#include "bench/bench_link.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "net/descriptor.h"
#include "net/socket_address.h"
#include "peer/transport/link_listener.h"
#include "runtime/real_env.h"

namespace proxyherd::bench {

// A node reduced to its links.
class BenchLink::Node {
 public:
  Node() : socket_(*peer::ListenForLinks("127.0.0.1", 0)), port_(net::LocalPort(socket_.fd())) {}

  // Called once, before Stop.
  void MakeLinks(const std::string& node, const std::string& neighbour, uint16_t neighbour_port,
                 Table& table, std::atomic<int64_t>& up_at_ns) {
    peer::LinksOptions options;
    options.identity.herd = "bench";
    options.identity.node = node;
    options.identity.epoch_ns = static_cast<uint64_t>(runtime::RealEnv().NowNs());
    options.identity.neighbours = {neighbour};
    options.addresses[neighbour] = absl::StrCat("127.0.0.1:", neighbour_port);
    peer::Links::Observer observer;
    observer.event = [&up_at_ns](const peer::LinkEvent& event) {
      if (event.kind != peer::LinkEvent::Kind::kOutgoingUp) return;
      int64_t never = 0;
      up_at_ns.compare_exchange_strong(never, runtime::RealEnv().MonotonicNs());
    };
    observer.ready = [] {};
    links_ = std::make_unique<peer::Links>(options, table, runtime::RealEnv(), std::move(observer));
    links_->Listen(std::move(socket_));
  }

  void Stop() {
    links_->Stop(0);
    links_->Join();
  }

  uint16_t port() const { return port_; }
  peer::Links& links() { return *links_; }

 private:
  net::Descriptor socket_;  // until MakeLinks
  const uint16_t port_;
  std::unique_ptr<peer::Links> links_;
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
