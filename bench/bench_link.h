// Two nodes of a herd in one process, linked over real streams through a proxy that counts bytes.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "bench/counting_proxy.h"
#include "core/table.h"
#include "peer/transport/links.h"

namespace proxyherd::bench {

// The nodes are Bailey, which asks the questions of repair, and Bona. Each run begins a new epoch
// of both nodes.
class BenchLink {
 public:
  BenchLink(Table& bailey, Table& bona);
  ~BenchLink();

  void Start();

  // When the first stream completed its handshake, monotonic; 0 if it has not.
  int64_t up_at_ns() const { return up_at_ns_; }
  // Returns true if both streams are up and both ends know that their tables are equal.
  bool Agree();
  peer::SenderCounters asked();

  CountingProxy& proxy() { return proxy_; }

 private:
  class Node;

  std::atomic<int64_t> up_at_ns_{0};
  CountingProxy proxy_;
  std::unique_ptr<Node> bailey_;
  std::unique_ptr<Node> bona_;
};

}  // namespace proxyherd::bench
