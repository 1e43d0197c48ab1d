// Checks the health of one server (grpc.health.v1), for probes of containers and orchestrators.
#pragma once

#include <string>

namespace proxyherd::tools {

// The exit codes are those of grpc_health_probe, so that the two are interchangeable.
enum class Health { kServing = 0, kNoConnection = 2, kCallFailed = 3, kNotServing = 4 };

struct HealthAnswer {
  Health health;
  std::string text;  // One line, for people.
};

// `address` is HOST:PORT; an empty `service` asks for the whole server. Returns within 2 s.
HealthAnswer CheckHealth(const std::string& address, const std::string& service);

}  // namespace proxyherd::tools
