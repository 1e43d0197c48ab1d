#include "node/options/gateway_options.h"

namespace proxyherd::node {
namespace {

constexpr int64_t kMaxSeconds = int64_t{7} * 24 * 3600;

}  // namespace

void GatewayFlags::Add(config::OptionParser& parser) {
  parser.Integer(
      "loops", &loops_.value, 0, 1024,
      "Event loops of the text port, one thread each. 0: one per core. Fewer leave cores to other "
      "processes on a shared machine; more than one per core gain nothing");
  parser.Integer(
      "max_connections", &connections_.value, 0, 10'000'000,
      "Maximum connections of the text port; at the limit accept() is paused, and new connections "
      "wait in the listen backlog. 0: as many as the descriptor limit less 128 and an eighth of "
      "--memory allow, at 16 KiB each. An idle connection takes 4 KiB");
  parser.Integer("max_connections_per_address", &per_address_.value, 0, 10'000'000,
                 "Maximum connections per client address; further ones are closed immediately. It "
                 "keeps one machine from taking all connections, but also limits the many phones "
                 "behind a carrier's NAT, which share an address. 0: no limit");
  parser.Integer("max_line_bytes", &line_.value, 64, 8192,
                 "Maximum bytes of a command line; a longer line is refused and its connection "
                 "closed. A higher value than clients need lets each connection hold more memory");
  parser.Integer("max_unsent_bytes", &unsent_.value, 4096, 64 << 20,
                 "Maximum bytes of unread replies per connection; beyond it the node stops reading "
                 "from the client. A higher value allows deeper pipelining and costs that much "
                 "memory for each client that does not read");
  parser.Integer("max_unsent_total_bytes", &unsent_total_.value, 0, int64_t{1} << 40,
                 "Maximum bytes of unread replies and unhandled lines over all connections, "
                 "including the system's buffers; beyond it the largest connections are closed. 0: "
                 "an eighth of --memory, which is also the maximum. A lower value leaves memory to "
                 "other processes and lets fewer clients pipeline deeply");
  parser.Integer(
      "max_pending_lookups", &lookups_.value, 1, 10'000,
      "Maximum WHATSATs of one connection that wait for places; at the limit the node stops "
      "reading from the client. A higher value lets one client load the places service more");
  parser.Integer("first_line_timeout_s", &first_line_.value, 1, kMaxSeconds,
                 "Seconds within which a new connection must send its first line. A lower value "
                 "removes scanners sooner and disconnects phones on very slow networks");
  parser.Integer("idle_timeout_s", &idle_.value, 1, kMaxSeconds,
                 "Seconds without a byte from a client after which its connection is closed. A "
                 "lower value frees the connections of phones that are gone and makes clients that "
                 "report rarely reconnect");
  parser.Integer(
      "write_stall_timeout_s", &stall_.value, 1, kMaxSeconds,
      "Seconds after which a connection is closed if its client reads none of its replies. A lower "
      "value frees memory sooner and disconnects clients whose network pauses");
  parser.Flag("close_after_reply", &options_.session.close_after_first_reply,
              "Close a connection after its first reply, for old clients that read to end of file; "
              "a connection per command costs more than the command itself. Off unless given");
  parser.Integer("log_lines_per_second", &options_.log_lines_per_second, 0, 1'000'000,
                 "Maximum lines of clients' traffic logged per second; one line gives the number "
                 "omitted. A higher value shows more and slows the node. 0: none");
}

void GatewayFlags::Store() const {
  for (const auto* number : {&loops_, &connections_, &per_address_}) number->Store();
  for (const auto* number : {&line_, &unsent_, &unsent_total_, &lookups_}) number->Store();
  for (const auto* seconds : {&first_line_, &idle_, &stall_}) seconds->Store();
}

}  // namespace proxyherd::node
