#include "tools/herdctl/ask/drain.h"

#include <cassert>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/env.h"
#include "net/host_port.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"
#include "rpc/deadline.h"
#include "rpc/grpc_channel.h"
#include "rpc/grpc_status.h"
#include "runtime/real_env.h"
#include "runtime/wait.h"
#include "tools/herdctl/ask/member_probe.h"
#include "tools/herdctl/text/port_watch.h"
#include "tools/herdctl/view/rolling_restart.h"

namespace proxyherd::tools {
namespace {

constexpr int64_t kLookIntervalNs = 50 * kMillisecond;

absl::Status ForPeople(const config::HerdNode& node, const std::string& address,
                       const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return absl::UnavailableError(absl::StrCat(node.name, " does not answer at ", address));
    case grpc::StatusCode::UNIMPLEMENTED:
      return absl::UnimplementedError(
          absl::StrCat(node.name,
                       " is of a release without Drain; send it SIGTERM, or give "
                       "rolling-restart a command that does (--stop)"));
    case grpc::StatusCode::FAILED_PRECONDITION:
      return absl::FailedPreconditionError(
          absl::StrCat(status.error_message(), " (herdctl drain --even-if-alone)"));
    default:
      return {rpc::FromGrpc(status).code(), absl::StrCat(node.name, ": ", status.error_message())};
  }
}

// Returns a herd of this node alone, so that no other member is waited for.
config::HerdFile Only(const config::HerdFile& file, const config::HerdNode& node) {
  config::HerdFile only = file;
  only.nodes = {node};
  only.links.clear();
  only.places.reset();
  return only;
}

struct End {
  double after_s = 0;  // since the call of Drain
  std::string left;    // evidence that the node has not ended; empty if it has
};

End WaitForEnd(const config::HerdFile& file, const config::HerdNode& node, const PortWatch& ports,
               int64_t started_ns, int64_t within_ns) {
  const config::HerdFile only = Only(file, node);
  auto probe = std::make_unique<HerdProbe>(only);
  const int64_t began_ns = runtime::RealEnv().MonotonicNs();
  for (;;) {
    const MemberReport report = probe->Ask(kAnswerTimeoutNs).nodes[0].report;
    const bool down = report.state == MemberState::kDown;
    const std::vector<PortAnswer> answers = down ? ports.Ask() : std::vector<PortAnswer>();
    const int64_t passed_ns = runtime::RealEnv().MonotonicNs() - began_ns;
    const double passed_s = static_cast<double>(passed_ns) / kSecond;
    if (HasEnded(report, answers, started_ns)) return {passed_s, ""};
    if (passed_ns >= within_ns) return {passed_s, WhatIsLeft(report, answers)};
    // The node's name may resolve to another address after a restart.
    if (down) probe = std::make_unique<HerdProbe>(only);
    runtime::SleepFor(kLookIntervalNs);
  }
}

}  // namespace

absl::StatusOr<DrainReceipt> AskToDrain(const config::HerdNode& node, bool even_if_alone,
                                        int64_t timeout_ns) {
  const std::string address = net::JoinHostPort(node.host, node.grpc_port);
  const auto stub = peer::v1::PeerService::NewStub(rpc::MakeToolChannel(address));
  grpc::ClientContext context;
  context.set_deadline(rpc::DeadlineAfter(timeout_ns));
  peer::v1::DrainRequest request;
  request.set_even_if_alone(even_if_alone);
  peer::v1::DrainResponse response;
  const grpc::Status status = stub->Drain(&context, request, &response);
  if (!status.ok()) return ForPeople(node, address, status);
  return DrainReceipt{response.start_time().seconds() * kSecond + response.start_time().nanos(),
                      response.connections(), response.max_seconds(), response.already_stopping()};
}

int RunDrain(const DrainCommand& command, const config::HerdFile& file) {
  assert(file.Find(command.node) != nullptr);
  const config::HerdNode& node = *file.Find(command.node);
  std::optional<PortWatch> ports;
  if (command.wait) ports.emplace(node);  // while the node accepts connections
  const absl::StatusOr<DrainReceipt> receipt =
      AskToDrain(node, command.even_if_alone, kAnswerTimeoutNs);
  if (!receipt.ok()) {
    std::fprintf(stderr, "herdctl: %s\n", std::string(receipt.status().message()).c_str());
    return 1;
  }
  const std::string asked = absl::StrFormat("%s is %s: %d connections, at most %.0f s", node.name,
                                            receipt->already_stopping ? "ending already" : "ending",
                                            receipt->connections, receipt->max_seconds);
  End end;
  if (command.wait) {
    std::fprintf(stderr, "%s\n", asked.c_str());
    const auto within_ns = static_cast<int64_t>(command.within_s * kSecond);
    end = WaitForEnd(file, node, *ports, receipt->started_ns, within_ns);
  }
  const bool ended = command.wait && end.left.empty();
  if (command.json) {
    nlohmann::ordered_json json = {{"node", node.name},
                                   {"connections", receipt->connections},
                                   {"max_seconds", receipt->max_seconds},
                                   {"already_stopping", receipt->already_stopping},
                                   {"ended", ended}};
    if (ended) json["ended_after_seconds"] = end.after_s;
    if (!end.left.empty()) json["left"] = absl::StrCat(node.name, " ", end.left);
    std::printf("%s\n", json.dump(2).c_str());
  } else if (!command.wait) {
    std::printf("%s\n", asked.c_str());
  } else if (ended) {
    std::printf("%s ended after %.1f s\n", node.name.c_str(), end.after_s);
  }
  if (!command.wait || ended) return 0;
  std::fprintf(stderr, "herdctl: %s %s after %.1f s; see its log for what it waits for\n",
               node.name.c_str(), end.left.c_str(), end.after_s);
  return 1;
}

}  // namespace proxyherd::tools
