// The options of the text port.
#pragma once

#include "config/option_parser.h"
#include "gateway/server/tcp_server.h"

namespace proxyherd::node {

// Holds the values in the parser's types until Store. Must exist until OptionParser::Parse returns.
class GatewayFlags {
 public:
  explicit GatewayFlags(gateway::GatewayOptions& options) : options_(options) {
    unsent_total_.value = 0;
  }

  void Add(config::OptionParser& parser);
  // Stores the values in the options. Must be called after Parse.
  void Store() const;

 private:
  // Integer options whose types differ from the parser's.
  struct Seconds {
    explicit Seconds(int64_t* ns) : ns_(ns), value(*ns / kSecond) {}
    void Store() const { *ns_ = value * kSecond; }
    int64_t* ns_;
    int64_t value;
  };
  template <typename T>
  struct Number {
    explicit Number(T* target) : target_(target), value(static_cast<int64_t>(*target)) {}
    void Store() const { *target_ = static_cast<T>(value); }
    T* target_;
    int64_t value;
  };

  gateway::GatewayOptions& options_;
  Number<int> loops_{&options_.loops};
  Number<int> connections_{&options_.max_connections};
  Number<int> per_address_{&options_.max_connections_per_address};
  Number<size_t> line_{&options_.session.max_line_bytes};
  Number<size_t> unsent_{&options_.session.max_unsent_bytes};
  Number<size_t> unsent_total_{&options_.max_unsent_total_bytes};
  Number<size_t> lookups_{&options_.session.max_pending_lookups};
  Seconds first_line_{&options_.session.first_line_timeout_ns};
  Seconds idle_{&options_.session.idle_timeout_ns};
  Seconds stall_{&options_.session.write_stall_timeout_ns};
};

}  // namespace proxyherd::node
