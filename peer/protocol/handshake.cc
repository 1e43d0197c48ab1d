#include "peer/protocol/handshake.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/record.h"
#include "peer/protocol/close_reason.h"

namespace proxyherd::peer {
namespace {

// A name from the wire may be any string; only well-formed names are printed.
std::string Printable(const std::string& name) {
  return IsNodeName(name) ? name : std::string("a malformed name");
}

}  // namespace

absl::Status CheckHello(const LinkIdentity& own, const Hello& hello) {
  if (hello.protocol_version != kLinkProtocolVersion) {
    return CloseStatus(
        CloseKind::kOtherVersion,
        absl::StrCat(own.node, " speaks link protocol version ", kLinkProtocolVersion, ", ",
                     Printable(hello.node), " speaks ", hello.protocol_version));
  }
  if (hello.herd != own.herd) {
    return CloseStatus(CloseKind::kOtherHerd, absl::StrCat(own.node, " is of the herd ", own.herd,
                                                           ", not of ", Printable(hello.herd)));
  }
  if (!std::binary_search(own.neighbours.begin(), own.neighbours.end(), hello.node)) {
    return CloseStatus(
        CloseKind::kNotANeighbour,
        absl::StrCat(Printable(hello.node), " is not linked with ", own.node,
                     " in its herd file; its neighbours are: ", absl::StrJoin(own.neighbours, ", "),
                     ". If the link is new, add it there and send ", own.node, " SIGHUP"));
  }
  return absl::OkStatus();
}

absl::Status CheckAnswer(const LinkIdentity& own, const std::string& neighbour,
                         const Hello& hello) {
  if (hello.node != neighbour) {
    return CloseStatus(
        CloseKind::kOtherNode,
        absl::StrCat("the address of ", neighbour, " is answered by ", Printable(hello.node)));
  }
  return CheckHello(own, hello);
}

Hello MakeHello(const LinkIdentity& own, uint64_t attempt) {
  Hello hello;
  hello.herd = own.herd;
  hello.node = own.node;
  hello.epoch_ns = own.epoch_ns;
  hello.attempt = attempt;
  hello.topology_hash = own.topology_hash;
  hello.expire_after_ns = own.expire_after_ns;
  hello.late_acknowledgements = true;
  return hello;
}

}  // namespace proxyherd::peer
