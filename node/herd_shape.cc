#include "node/herd_shape.h"

#include <cassert>

#include "net/host_port.h"

namespace proxyherd {

HerdShape ShapeOf(const HerdFile& herd, const std::string& name) {
  assert(herd.Find(name) != nullptr);
  HerdShape shape = {herd.TopologyHash(), herd.NeighboursOf(name), {}};
  for (const HerdNode& node : herd.nodes) shape.nodes.push_back(node.name);
  return shape;
}

std::map<std::string, std::string> AddressesOf(const HerdFile& herd, const std::string& name) {
  assert(herd.Find(name) != nullptr);
  std::map<std::string, std::string> addresses;
  for (const std::string& neighbour : herd.NeighboursOf(name)) {
    const HerdNode& node = *herd.Find(neighbour);
    addresses[neighbour] = JoinHostPort(node.host, node.grpc_port);
  }
  return addresses;
}

}  // namespace proxyherd
