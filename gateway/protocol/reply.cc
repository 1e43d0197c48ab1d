#include "gateway/protocol/reply.h"

#include <cassert>
#include <cstdint>

#include "base/json_text.h"

namespace proxyherd::gateway {
namespace {

constexpr std::string_view kEndOfReply = "\n\n";
constexpr std::string_view kNoPlaces = "{}";

constexpr int kMinErrorCode = 400;
constexpr int kMaxErrorCode = 599;
constexpr int kInternalError = 500;

// Replaces a code that is not an HTTP error.
int ErrorCode(int code) {
  return code >= kMinErrorCode && code <= kMaxErrorCode ? code : kInternalError;
}

}  // namespace

void AppendEcho(std::string_view line, std::string& out) {
  out.append("? ").append(line).push_back('\n');
}

void AppendAtReply(std::string_view server, int64_t received_ns, int64_t client_time_ns,
                   const Report& report, std::string& out) {
  AppendAtLine(server, received_ns, client_time_ns, report, out);
  out.push_back('\n');
}

void AppendPlaces(std::string_view json, std::string& out) {
  assert(out.ends_with('\n'));
  const size_t begin = out.size();
  bool newline = false;  // pending, to be written before the next byte
  for (const char c : json) {
    // In JSON, CR occurs only between tokens. Dropping it makes CR LF a newline like any other.
    if (c == '\r') continue;
    if (c == '\n') {
      newline = true;
      continue;
    }
    // A leading newline would form an empty line with the end of the AT line.
    if (newline && out.size() > begin) out.push_back('\n');
    newline = false;
    out.push_back(c);
  }
  if (out.size() == begin) out.append(kNoPlaces);
  out.append(kEndOfReply);
}

void AppendPlacesFailure(const PlacesFailure& failure, std::string& out) {
  out.append(R"({"error": {"code": )").append(std::to_string(ErrorCode(failure.http_code)));
  out.append(R"(, "message": ")");
  AppendJsonText(failure.message, out);
  out.append(R"(", "status": ")");
  AppendJsonText(failure.status, out);
  out.append(R"("}})").append(kEndOfReply);
}

void AppendPlacesAnswer(const PlacesAnswer& answer, std::string& out) {
  if (const auto* json = std::get_if<std::string>(&answer)) {
    AppendPlaces(*json, out);
  } else {
    AppendPlacesFailure(std::get<PlacesFailure>(answer), out);
  }
}

}  // namespace proxyherd::gateway
