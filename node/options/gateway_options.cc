// What an operator can say of the text port.
#include "node/options/gateway_options.h"

namespace proxyherd {
namespace {

constexpr int64_t kMaxSeconds = int64_t{7} * 24 * 3600;

}  // namespace

void GatewayFlags::Add(OptionParser& parser) {
  parser.Integer("loops", &loops_.value, 0, 1024,
                 "Event loops of the text port, each a thread; 0: one for each core. Fewer leave "
                 "cores to others on a shared machine; more than cores gain nothing");
  parser.Integer(
      "max_connections", &connections_.value, 0, 10'000'000,
      "Connections of the text port; who comes beyond it waits until one closes. 0: as "
      "many as the limit on descriptors, less 128, and an eighth of --memory allow, at 16 "
      "KiB each. Each takes 4 KiB when idle");
  parser.Integer(
      "max_connections_per_address", &per_address_.value, 0, 10'000'000,
      "Connections of one address; one more is closed at once. It keeps one machine from "
      "taking all, and hits many phones behind a carrier's NAT, which look like one. "
      "0: no limit");
  parser.Integer("max_line_bytes", &line_.value, 64, 8192,
                 "Bytes of a command line; a longer one is refused and its connection closed. More "
                 "than clients need lets each hold more memory");
  parser.Integer("max_unsent_bytes", &unsent_.value, 4096, 64 << 20,
                 "Bytes of replies that a client has not read; past it the node stops reading from "
                 "it. More allows deeper pipelining, at so much memory for each client that does "
                 "not read");
  parser.Integer("max_unsent_total_bytes", &unsent_total_.value, 0, int64_t{1} << 40,
                 "Bytes that all connections together may hold for replies not read and lines not "
                 "handled, the system's buffers included; above it the largest are closed. 0: an "
                 "eighth of --memory, which is also the most. Less keeps more memory for others, "
                 "and lets fewer clients pipeline deeply");
  parser.Integer("max_pending_lookups", &lookups_.value, 1, 10'000,
                 "WHATSATs of one connection that wait for places; at it the node stops reading. "
                 "More lets one client keep the places service busier");
  parser.Integer("first_line_timeout_s", &first_line_.value, 1, kMaxSeconds,
                 "Seconds until a new connection must have sent a line. Fewer clear out scanners "
                 "sooner, and cut phones on very slow networks");
  parser.Integer("idle_timeout_s", &idle_.value, 1, kMaxSeconds,
                 "Seconds without a byte from a client until it is closed. Fewer free connections "
                 "of phones that are gone, and make those that report rarely connect again");
  parser.Integer("write_stall_timeout_s", &stall_.value, 1, kMaxSeconds,
                 "Seconds in which a client takes none of its replies until it is closed. Fewer "
                 "free memory sooner, and cut clients whose network pauses");
  parser.Flag("close_after_reply", &options_.session.close_after_first_reply,
              "Close after the first reply, for old clients that read to end of file; a connection "
              "for each command costs more than the command. Off unless given");
  parser.Integer(
      "log_lines_per_second", &options_.log_lines_per_second, 0, 1'000'000,
      "Lines of clients' traffic that are logged of each second; one line tells how many "
      "were left out. More show more and cost the node its speed; 0: none");
}

void GatewayFlags::Store() const {
  for (const auto* number : {&loops_, &connections_, &per_address_}) number->Store();
  for (const auto* number : {&line_, &unsent_, &unsent_total_, &lookups_}) number->Store();
  for (const auto* seconds : {&first_line_, &idle_, &stall_}) seconds->Store();
}

}  // namespace proxyherd
