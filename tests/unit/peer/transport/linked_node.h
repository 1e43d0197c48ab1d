// Parts of the tests against gRPC's library: the links of a real node, and clients to send.
#pragma once

#include <poll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/table.h"
#include "net/descriptor.h"
#include "net/socket_address.h"
#include "peer/transport/link_listener.h"
#include "peer/transport/links.h"
#include "runtime/real_env.h"

namespace proxyherd::peer {

// Sanitized programs are many times slower.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr uint64_t kManyClients = 50'000;
#else
inline constexpr uint64_t kManyClients = 1'000'000;
#endif

// Of gRPC's ends; full batches are larger.
inline constexpr int kGrpcWindowBytes = 64 * 1024;

// Waits for an effect of another thread. Returns false if it does not happen within two minutes.
inline bool Eventually(const std::function<bool()>& happened) {
  constexpr int kNapMs = 5;
  constexpr int kNaps = 120'000 / kNapMs;
  for (int i = 0; i < kNaps; ++i) {
    if (happened()) return true;
    poll(nullptr, 0, kNapMs);
  }
  return false;
}

// Calls `visit` with the records of clients `first` to `first + count - 1`.
inline void MakeClients(uint64_t first, uint64_t count,
                        const std::function<void(const RecordView&)>& visit) {
  constexpr int64_t kFirstNs = 1'621'464'827 * kSecond;
  for (uint64_t i = first; i < first + count; ++i) {
    const std::string client = absl::StrFormat("client-%09d", i);
    RecordView record;
    record.effective_ns = kFirstNs + static_cast<int64_t>(i);
    record.received_ns = record.effective_ns + 1;
    record.client = client;
    record.location = "+34.068930-118.445127";
    visit(record);
  }
}

inline std::unique_ptr<Table> MakeSeedTable(const std::string& node) {
  return std::make_unique<Table>(TableOptions{.herd = "seed", .node = node});
}

inline void AddClients(Table& table, uint64_t first, uint64_t count) {
  const OriginIndex origin = table.origins().Intern(table.node()).value();
  MakeClients(first, count, [&](RecordView record) {
    record.origin = origin;
    table.Merge(record, 0);
  });
}

// A port of 127.0.0.1 at which nobody listens, as long as this object holds it.
class DeadPort {
 public:
  DeadPort() : socket_(*ListenForLinks("127.0.0.1", 0)), port_(net::LocalPort(socket_.fd())) {}
  // From now on it is free.
  uint16_t Release() {
    socket_.Reset();
    return port_;
  }

 private:
  net::Descriptor socket_;
  const uint16_t port_;
};

// The links of a node with one neighbour. Its table outlives it, as if it were saved.
class LinkedNode {
 public:
  LinkedNode(Table& table, const std::string& neighbour, uint16_t neighbour_port,
             uint64_t epoch_ns) {
    LinksOptions options;
    options.identity.herd = "seed";
    options.identity.node = table.node();
    options.identity.epoch_ns = epoch_ns;
    options.identity.neighbours = {neighbour};
    options.addresses[neighbour] = absl::StrCat("127.0.0.1:", neighbour_port);
    Links::Observer observer;
    observer.event = [](const LinkEvent& /*event*/) {};
    observer.ready = [] {};
    links_ = std::make_unique<Links>(options, table, runtime::RealEnv(), std::move(observer));
  }
  ~LinkedNode() { Stop(); }

  // Accepts links at a port, 0: any; returns which.
  uint16_t Listen(uint16_t port) {
    net::Descriptor socket = *ListenForLinks("127.0.0.1", port);
    port = net::LocalPort(socket.fd());
    links_->Listen(std::move(socket));
    return port;
  }
  void Start() { links_->Start(); }
  // Ends its streams at once, without waiting for acknowledgements.
  void Stop() {
    if (links_ == nullptr) return;
    links_->Stop(0);
    links_->Join();
    links_.reset();
  }

  Links& links() { return *links_; }
  LinkView View() { return links_->View().links.at(0); }

 private:
  std::unique_ptr<Links> links_;
};

}  // namespace proxyherd::peer
