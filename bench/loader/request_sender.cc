#include "bench/loader/request_sender.h"

#include <algorithm>

#include "bench/loader/reply_framer.h"

namespace proxyherd::bench {

RequestSender::RequestSender(const BenchOptions& options, Env& env)
    : env_(env),
      mixed_(options.work == Work::kMixed),
      wall_(options.stamp == Stamp::kWall),
      request_(MakeRequest(options)),
      whatsat_(MakeWhatsat(options)),
      reports_(options) {}

absl::Status RequestSender::Send(Connection& connection, uint64_t count) {
  const size_t most_bytes = count * std::max(request_.size(), whatsat_.size());
  if (buffer_.size() < most_bytes) buffer_.resize(most_bytes);
  if (wall_) reports_.SetTime(env_.NowNs());
  char* out = buffer_.data();
  for (uint64_t i = 0; i < count; ++i) {
    const bool whatsat = mixed_ && IsMixedWhatsat(connection.requests() + i);
    out = (whatsat ? whatsat_ : request_).Write(reports_.Next(), out);
  }
  return connection.Send({buffer_.data(), static_cast<size_t>(out - buffer_.data())}, count);
}

}  // namespace proxyherd::bench
