// Takes any membership message from a neighbour: accepted entries are valid, bounded, and unchanged
// when they are passed on; and the nodes' states follow from them.
#include <cstddef>
#include <cstdint>
#include <string>

#include "peer/calls/node_calls.h"
#include "peer/wire/membership_wire.h"
#include "tests/support/check.h"

namespace proxyherd {
namespace {

// Small, so that the fuzzer reaches the limit.
constexpr size_t kMaxNodes = 8;

void CheckKept(const peer::Membership& membership) {
  FUZZ_CHECK(membership.nodes().size() <= kMaxNodes);
  for (const auto& [name, entry] : membership.nodes()) {
    if (!entry.member.has_value()) continue;
    FUZZ_CHECK(entry.member->node == name);
    FUZZ_CHECK(peer::IsValidMember(*entry.member));
    FUZZ_CHECK(peer::MemberBytes(*entry.member) <= size_t{24} * 1024);
  }
}

// A neighbour that receives everything knows the same.
void CheckPassedOn(const peer::Membership& membership) {
  peer::Membership neighbour("Bona", {}, kMaxNodes + 1);
  peer::Membership::Follower follower = membership.Join();
  for (auto taken = membership.Take(follower, 1); !taken.empty();
       taken = membership.Take(follower, 1)) {
    size_t bytes = 0;
    for (const peer::MemberEntry& notice : taken) bytes += peer::MemberBytes(notice);
    peer::v1::Notices wire;
    peer::MembershipToWire({std::move(taken)}, wire);
    FUZZ_CHECK(wire.ByteSizeLong() <= bytes);
    peer::MembershipUpdate read = peer::MembershipFromWire(wire);
    for (peer::MemberEntry& notice : read.nodes) neighbour.Merge(std::move(notice), 0);
  }
  FUZZ_CHECK(neighbour.counters().malformed == 0 && neighbour.counters().no_room == 0);
  for (const auto& [name, entry] : membership.nodes()) {
    if (!entry.member.has_value() || name == neighbour.own()) continue;
    FUZZ_CHECK(neighbour.nodes().at(name).member == entry.member);
  }
}

void CheckShown(const peer::Membership& membership) {
  const std::vector<peer::NodeView> views = peer::ViewNodes(membership);
  peer::v1::ListNodesResponse list;
  peer::ListNodes(views, 1, list);
  FUZZ_CHECK(list.nodes_size() == static_cast<int>(membership.nodes().size()));
  std::string bytes;
  FUZZ_CHECK(list.SerializeToString(&bytes));
  for (const peer::NodeView& view : views) {
    FUZZ_CHECK(view.state >= peer::NodeState::kStarting &&
               view.state <= peer::NodeState::kUnreachable);
  }
  peer::v1::FindNodeRequest request;
  request.set_location("+1-1");
  peer::v1::FindNodeResponse found;
  FUZZ_CHECK(peer::FindNode(views, request, found).ok());
}

}  // namespace
}  // namespace proxyherd

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace proxyherd;  // NOLINT: a program of one function
  peer::v1::Notices wire;
  if (!wire.ParseFromArray(data, static_cast<int>(size))) return 0;
  peer::MembershipUpdate notices = peer::MembershipFromWire(wire);
  FUZZ_CHECK(notices.nodes.size() <= peer::kMaxMembersInUpdate + 1);
  peer::Membership membership("Clark", {"Bona", "Clark"}, kMaxNodes);
  peer::MemberEntry own;
  own.node = "Clark";
  own.version.epoch_ns = 5;
  own.state = peer::NodeState::kServing;
  own.links.push_back({"Bona", true, false});
  membership.Publish(own);
  for (peer::MemberEntry& notice : notices.nodes) membership.Merge(std::move(notice), 1);
  if (membership.overtaken()) membership.Publish(own);
  CheckKept(membership);
  CheckPassedOn(membership);
  CheckShown(membership);
  return 0;
}
