// Points in time as people and programs read them, in UTC. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace proxyherd::tools {

// "2026-11-26 10:09:27 UTC"; "?" for times that no calendar has.
std::string TimeText(int64_t since_1970_s);
// "2026-11-26T10:09:27Z"
std::string TimeJson(int64_t since_1970_s);
// "2026-11-26 10:09:27.123"
std::string TimeTextMs(int64_t since_1970_ns);
// "2026-11-26T10:09:27.123Z"
std::string TimeJsonMs(int64_t since_1970_ns);

}  // namespace proxyherd::tools
