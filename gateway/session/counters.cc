#include "gateway/session/counters.h"

namespace proxyherd::gateway {

std::string_view NameOf(Verb verb) {
  constexpr std::string_view kNames[kVerbs] = {"iamat", "whatsat", "other"};
  return kNames[static_cast<size_t>(verb)];
}

std::string_view NameOf(RequestResult result) {
  constexpr std::string_view kNames[kRequestResults] = {
      "ok", "stale", "invalid", "unknown_client", "refused", "places_error", "unconfirmed"};
  return kNames[static_cast<size_t>(result)];
}

std::string_view NameOf(GatewayLimit limit) {
  constexpr std::string_view kNames[kGatewayLimits] = {
      "line_bytes",         "unsent_bytes",       "pending_lookups",         "lookup_timeout",
      "first_line_timeout", "idle_timeout",       "write_stall_timeout",     "clients",
      "table_bytes",        "connections",        "connections_per_address", "ack_timeout",
      "ack_waits",          "unsent_total_bytes",
  };
  return kNames[static_cast<size_t>(limit)];
}

}  // namespace proxyherd::gateway
