#include "places/provider/errors.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/split.h"

namespace proxyherd::places {
namespace {

constexpr std::string_view kHttpStatusPayload = "type.proxyherd/http-status";
constexpr std::string_view kRetryPayload = "type.proxyherd/retry";  // "<when> <nanoseconds>"
constexpr std::string_view kReasonPayload = "type.proxyherd/reason";

constexpr bool IsHttpError(int http_status) { return http_status >= 400 && http_status <= 599; }

// According to the comments of google/rpc/code.proto.
int DefaultHttpStatus(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return 200;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
      return 400;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return 409;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kCancelled:
      return 499;
    case absl::StatusCode::kUnimplemented:
      return 501;
    case absl::StatusCode::kUnavailable:
      return 503;
    case absl::StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 500;
  }
}

RetryAdvice DefaultAdvice(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDeadlineExceeded:
      return {RetryAdvice::When::kSoon};
    default:
      return {};
  }
}

}  // namespace

void SetUpstreamHttpStatus(absl::Status& status, int http_status) {
  assert(!status.ok());
  if (IsHttpError(http_status)) {
    status.SetPayload(ToAbsl(kHttpStatusPayload), absl::Cord(absl::StrCat(http_status)));
  }
}

std::optional<int> UpstreamHttpStatus(const absl::Status& status) {
  const auto payload = status.GetPayload(ToAbsl(kHttpStatusPayload));
  int http_status = 0;
  if (!payload || !absl::SimpleAtoi(std::string(*payload), &http_status)) return std::nullopt;
  return http_status;
}

void SetRetryAdvice(absl::Status& status, const RetryAdvice& advice) {
  status.SetPayload(ToAbsl(kRetryPayload),
                    absl::Cord(absl::StrCat(static_cast<int>(advice.when), " ", advice.delay_ns)));
}

RetryAdvice RetryAdviceOf(const absl::Status& status) {
  const auto payload = status.GetPayload(ToAbsl(kRetryPayload));
  if (!payload) return DefaultAdvice(status.code());
  const std::string text(*payload);
  const std::pair<std::string_view, std::string_view> parts = Split(text, ' ');
  int when = 0;
  int64_t delay_ns = 0;
  if (!absl::SimpleAtoi(ToAbsl(parts.first), &when) ||
      !absl::SimpleAtoi(ToAbsl(parts.second), &delay_ns)) {
    return {};
  }
  return {static_cast<RetryAdvice::When>(when), delay_ns};
}

void SetUpstreamReason(absl::Status& status, std::string_view reason) {
  const auto is_reason = [](char c) {
    return absl::ascii_isupper(c) || absl::ascii_isdigit(c) || c == '_';
  };
  if (!reason.empty() && reason.size() <= 63 &&
      std::all_of(reason.begin(), reason.end(), is_reason)) {
    status.SetPayload(ToAbsl(kReasonPayload), absl::Cord(ToAbsl(reason)));
  }
}

std::string UpstreamReason(const absl::Status& status) {
  const auto payload = status.GetPayload(ToAbsl(kReasonPayload));
  return payload ? std::string(*payload) : std::string();
}

bool SaysKeyIsInvalid(const absl::Status& status) {
  return UpstreamReason(status) == kKeyInvalidReason;
}

int HttpStatusOf(const absl::Status& status) {
  return UpstreamHttpStatus(status).value_or(DefaultHttpStatus(status.code()));
}

absl::StatusCode CodeOfHttpStatus(int http_status) {
  assert(http_status >= 300);
  switch (http_status) {
    case 400:
      return absl::StatusCode::kInvalidArgument;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 408:
    case 504:
      return absl::StatusCode::kDeadlineExceeded;
    case 409:
      return absl::StatusCode::kAborted;
    case 429:
      return absl::StatusCode::kResourceExhausted;
    case 499:
      return absl::StatusCode::kCancelled;
    case 500:
      return absl::StatusCode::kInternal;
    case 501:
      return absl::StatusCode::kUnimplemented;
    default:
      // A redirect, or a gateway in between: Google itself was not reached.
      return http_status >= 400 && http_status < 500 ? absl::StatusCode::kFailedPrecondition
                                                     : absl::StatusCode::kUnavailable;
  }
}

std::optional<absl::StatusCode> ParseErrorCode(std::string_view name) {
  for (int number = 1; number <= static_cast<int>(absl::StatusCode::kUnauthenticated); ++number) {
    const auto code = static_cast<absl::StatusCode>(number);
    if (absl::StatusCodeToString(code) == name) return code;
  }
  return std::nullopt;
}

}  // namespace proxyherd::places
