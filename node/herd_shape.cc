#include "node/herd_shape.h"

#include <cassert>

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
    addresses[neighbour] = config::LinkAddress(*herd.Find(neighbour));
  }
  return addresses;
}

}  // namespace proxyherd::node
