// What gRPC writes into HTTP/2's header fields, and how HTTP/2's errors read as gRPC's codes
// ("gRPC over HTTP2", PROTOCOL-HTTP2.md and http-grpc-status-mapping.md of the gRPC project).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace proxyherd::peer {

// The content type of gRPC, in both directions.
inline constexpr std::string_view kGrpcContentType = "application/grpc";
// Returns true for kGrpcContentType, also with a suffix ("+proto") or parameters.
bool IsGrpc(std::string_view content_type);

// Writes a status message as the value of grpc-message: bytes outside printable ASCII, and '%', as
// '%' and two hexadecimal digits.
std::string EncodeGrpcMessage(std::string_view message);
// The reverse. A '%' without two digits after it stands for itself, because a message must not be
// lost for the mistakes of its writer.
std::string DecodeGrpcMessage(std::string_view value);

// Reads a value of grpc-timeout, e.g. "100m", in nanoseconds; at most the maximum int64_t. nullopt
// if it is malformed.
std::optional<int64_t> ParseGrpcTimeout(std::string_view value);

// Reads a value of grpc-status. Unknown and malformed codes are kUnknown.
absl::StatusCode ParseGrpcStatus(std::string_view value);

// The code of a stream that HTTP/2 has ended with this error, e.g. NGHTTP2_CANCEL.
absl::StatusCode CodeOfHttp2Error(uint32_t error);

// The code of an answer that has no grpc-status. `status`: HTTP's, e.g. 503.
absl::StatusCode CodeOfHttpStatus(int status);

}  // namespace proxyherd::peer
