// Tests the header fields of gRPC, by tables.
#include "peer/http2/grpc_text.h"

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/env.h"

namespace proxyherd::peer {
namespace {

TEST(GrpcTextTest, MessagesSurviveAsPrintableBytes) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"plain words, 100", "plain words, 100"},
      {"100 %", "100 %25"},
      {"line\nend", "line%0Aend"},
      {"caf\xc3\xa9", "caf%C3%A9"},
      {std::string("\x00\x7f", 2), "%00%7F"},
  };
  for (const auto& [message, value] : cases) {
    EXPECT_EQ(EncodeGrpcMessage(message), value);
    EXPECT_EQ(DecodeGrpcMessage(value), message);
  }
}

TEST(GrpcTextTest, ContentTypesMayHaveASuffixOrParameters) {
  for (const char* type : {"application/grpc", "application/grpc+proto", "application/grpc;v=1"}) {
    EXPECT_TRUE(IsGrpc(type)) << type;
  }
  for (const char* type : {"", "application/grp", "application/grpcx", "text/html"}) {
    EXPECT_FALSE(IsGrpc(type)) << type;
  }
}

TEST(GrpcTextTest, MalformedEscapesStandForThemselves) {
  for (const std::string value : {"%", "%4", "%4x", "%x4", "50%", "%%41"}) {
    const std::string expected = value == "%%41" ? "%A" : value;
    EXPECT_EQ(DecodeGrpcMessage(value), expected);
  }
  EXPECT_EQ(DecodeGrpcMessage("%c3%A9"), "\xc3\xa9");
}

TEST(GrpcTextTest, TimeoutsHaveUpToEightDigitsAndAUnit) {
  const std::vector<std::pair<std::string, std::optional<int64_t>>> cases = {
      {"1H", 3600 * kSecond},
      {"2M", 120 * kSecond},
      {"3S", 3 * kSecond},
      {"100m", 100 * kMillisecond},
      {"7u", 7000},
      {"0n", 0},
      {"99999999n", 99'999'999},
      {"99999999H", std::numeric_limits<int64_t>::max()},
      {"", std::nullopt},
      {"S", std::nullopt},
      {"1", std::nullopt},
      {"-1S", std::nullopt},
      {"+1S", std::nullopt},
      {" 1S", std::nullopt},
      {"1 S", std::nullopt},
      {"1x", std::nullopt},
      {"123456789S", std::nullopt},
  };
  for (const auto& [value, timeout_ns] : cases) {
    EXPECT_EQ(ParseGrpcTimeout(value), timeout_ns) << value;
  }
}

TEST(GrpcTextTest, UnknownStatusesAreUnknown) {
  EXPECT_EQ(ParseGrpcStatus("0"), absl::StatusCode::kOk);
  EXPECT_EQ(ParseGrpcStatus("14"), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ParseGrpcStatus("16"), absl::StatusCode::kUnauthenticated);
  for (const char* value : {"17", "-1", "", "x", "1x", "99999999999"}) {
    EXPECT_EQ(ParseGrpcStatus(value), absl::StatusCode::kUnknown) << value;
  }
}

TEST(GrpcTextTest, ErrorsOfHttpHaveTheirCodes) {
  const std::vector<std::pair<uint32_t, absl::StatusCode>> errors = {
      {NGHTTP2_NO_ERROR, absl::StatusCode::kInternal},
      {NGHTTP2_PROTOCOL_ERROR, absl::StatusCode::kInternal},
      {NGHTTP2_STREAM_CLOSED, absl::StatusCode::kUnknown},
      {NGHTTP2_REFUSED_STREAM, absl::StatusCode::kUnavailable},
      {NGHTTP2_CANCEL, absl::StatusCode::kCancelled},
      {NGHTTP2_ENHANCE_YOUR_CALM, absl::StatusCode::kResourceExhausted},
      {NGHTTP2_INADEQUATE_SECURITY, absl::StatusCode::kPermissionDenied},
      {1000, absl::StatusCode::kInternal}};
  for (const auto& [error, code] : errors) EXPECT_EQ(CodeOfHttp2Error(error), code) << error;
  const std::vector<std::pair<int, absl::StatusCode>> statuses = {
      {400, absl::StatusCode::kInternal},         {401, absl::StatusCode::kUnauthenticated},
      {403, absl::StatusCode::kPermissionDenied}, {404, absl::StatusCode::kUnimplemented},
      {429, absl::StatusCode::kUnavailable},      {503, absl::StatusCode::kUnavailable},
      {200, absl::StatusCode::kUnknown},          {418, absl::StatusCode::kUnknown}};
  for (const auto& [status, code] : statuses) EXPECT_EQ(CodeOfHttpStatus(status), code) << status;
}

}  // namespace
}  // namespace proxyherd::peer
