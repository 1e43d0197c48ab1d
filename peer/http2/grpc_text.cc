#include "peer/http2/grpc_text.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/absl_strings.h"
#include "base/env.h"

namespace proxyherd::peer {
namespace {

constexpr char kDigits[] = "0123456789ABCDEF";
constexpr size_t kMaxTimeoutDigits = 8;

std::optional<int> HexDigit(char c) {
  if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return std::nullopt;
  if (c <= '9') return c - '0';
  return absl::ascii_toupper(static_cast<unsigned char>(c)) - 'A' + 10;
}

std::optional<int64_t> UnitNs(char unit) {
  switch (unit) {
    case 'H':
      return 3600 * kSecond;
    case 'M':
      return 60 * kSecond;
    case 'S':
      return kSecond;
    case 'm':
      return kMillisecond;
    case 'u':
      return 1000;
    case 'n':
      return 1;
    default:
      return std::nullopt;
  }
}

}  // namespace

bool IsGrpc(std::string_view content_type) {
  if (!content_type.starts_with(kGrpcContentType)) return false;
  const std::string_view rest = content_type.substr(kGrpcContentType.size());
  return rest.empty() || rest[0] == '+' || rest[0] == ';';
}

std::string EncodeGrpcMessage(std::string_view message) {
  std::string value;
  for (const char c : message) {
    if (absl::ascii_isprint(static_cast<unsigned char>(c)) && c != '%') {
      value += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    value += {'%', kDigits[byte / 16], kDigits[byte % 16]};
  }
  return value;
}

std::string DecodeGrpcMessage(std::string_view value) {
  std::string message;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '%' && value.size() - i > 2) {
      const std::optional<int> high = HexDigit(value[i + 1]);
      const std::optional<int> low = HexDigit(value[i + 2]);
      if (high.has_value() && low.has_value()) {
        message += static_cast<char>(*high * 16 + *low);
        i += 2;
        continue;
      }
    }
    message += value[i];
  }
  return message;
}

std::optional<int64_t> ParseGrpcTimeout(std::string_view value) {
  if (value.size() < 2 || value.size() > kMaxTimeoutDigits + 1) return std::nullopt;
  const std::optional<int64_t> unit_ns = UnitNs(value.back());
  value.remove_suffix(1);
  if (!unit_ns.has_value() || !std::all_of(value.begin(), value.end(), [](unsigned char c) {
        return absl::ascii_isdigit(c);
      })) {
    return std::nullopt;
  }
  int64_t number = 0;
  if (!absl::SimpleAtoi(ToAbsl(value), &number)) return std::nullopt;
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  return number > kMax / *unit_ns ? kMax : number * *unit_ns;
}

absl::StatusCode ParseGrpcStatus(std::string_view value) {
  int code = 0;
  const bool known = absl::SimpleAtoi(ToAbsl(value), &code) && code >= 0 &&
                     code <= static_cast<int>(absl::StatusCode::kUnauthenticated);
  return known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown;
}

absl::StatusCode CodeOfHttp2Error(uint32_t error) {
  switch (error) {
    case NGHTTP2_REFUSED_STREAM:
      return absl::StatusCode::kUnavailable;
    case NGHTTP2_CANCEL:
      return absl::StatusCode::kCancelled;
    case NGHTTP2_ENHANCE_YOUR_CALM:
      return absl::StatusCode::kResourceExhausted;
    case NGHTTP2_INADEQUATE_SECURITY:
      return absl::StatusCode::kPermissionDenied;
    case NGHTTP2_STREAM_CLOSED:
    case NGHTTP2_HTTP_1_1_REQUIRED:
      return absl::StatusCode::kUnknown;
    default:
      return absl::StatusCode::kInternal;
  }
}

absl::StatusCode CodeOfHttpStatus(int status) {
  switch (status) {
    case 400:
      return absl::StatusCode::kInternal;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kUnimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kUnknown;
  }
}

}  // namespace proxyherd::peer
