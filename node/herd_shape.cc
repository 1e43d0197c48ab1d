#include "node/herd_shape.h"

#include <cassert>

#include "net/host_port.h"

namespace proxyherd::node {

peer::HerdShape ShapeOf(const config::HerdFile& herd, const std::string& name) {
  assert(herd.Find(name) != nullptr);
  peer::HerdShape shape = {herd.TopologyHash(), herd.NeighboursOf(name), {}};
  for (const config::HerdNode& node : herd.nodes) shape.nodes.push_back(node.name);
  return shape;
}

std::map<std::string, std::string> AddressesOf(const config::HerdFile& herd,
                                               const std::string& name) {
  assert(herd.Find(name) != nullptr);
  std::map<std::string, std::string> addresses;
  for (const std::string& neighbour : herd.NeighboursOf(name)) {
    const config::HerdNode& node = *herd.Find(neighbour);
    addresses[neighbour] = net::JoinHostPort(node.host, node.grpc_port);
  }
  return addresses;
}

}  // namespace proxyherd::node
