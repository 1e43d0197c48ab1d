// See drain.h.
#include "tools/drain.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"
#include "tools/grpc_channel.h"
#include "tools/member_probe.h"
#include "tools/rolling_restart.h"

namespace proxyherd {
namespace {

constexpr std::chrono::milliseconds kLookEvery(50);

absl::Status ForPeople(const HerdNode& node, const std::string& address,
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
      return {static_cast<absl::StatusCode>(status.error_code()),
              absl::StrCat(node.name, ": ", status.error_message())};
  }
}

// Only the node, so that nobody else is waited for.
HerdFile Only(const HerdFile& file, const HerdNode& node) {
  HerdFile only = file;
  only.nodes = {node};
  only.links.clear();
  only.places.reset();
  return only;
}

// Since `began`; a negative number when it has not ended in time.
double SecondsUntilEnded(const HerdFile& file, const HerdNode& node, int64_t started_ns,
                         double within_s) {
  HerdProbe probe(Only(file, node));
  const auto began = std::chrono::steady_clock::now();
  for (;;) {
    const HerdView view = probe.Ask(kAnswerTimeout);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
    if (HasEnded(view.nodes[0].report, started_ns)) return passed.count();
    if (passed.count() >= within_s) return -1;
    std::this_thread::sleep_for(kLookEvery);
  }
}

}  // namespace

absl::StatusOr<DrainReceipt> AskToDrain(const HerdNode& node, bool even_if_alone,
                                        std::chrono::milliseconds timeout) {
  const std::string address = absl::StrCat(node.host, ":", node.grpc_port);
  const auto stub = peer::v1::PeerService::NewStub(MakeToolChannel(address));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + timeout);
  peer::v1::DrainRequest request;
  request.set_even_if_alone(even_if_alone);
  peer::v1::DrainResponse response;
  const grpc::Status status = stub->Drain(&context, request, &response);
  if (!status.ok()) return ForPeople(node, address, status);
  return DrainReceipt{
      response.start_time().seconds() * kNanosPerSecond + response.start_time().nanos(),
      response.connections(), response.max_seconds(), response.already_stopping()};
}

int RunDrain(const DrainCommand& command, const HerdFile& file) {
  const HerdNode& node = *file.Find(command.node);
  const absl::StatusOr<DrainReceipt> receipt =
      AskToDrain(node, command.even_if_alone, kAnswerTimeout);
  if (!receipt.ok()) {
    std::fprintf(stderr, "herdctl: %s\n", std::string(receipt.status().message()).c_str());
    return 1;
  }
  const std::string asked = absl::StrFormat("%s is %s: %d connections, at most %.0f s", node.name,
                                            receipt->already_stopping ? "ending already" : "ending",
                                            receipt->connections, receipt->max_seconds);
  double took_s = 0;
  if (command.wait) {
    std::fprintf(stderr, "%s\n", asked.c_str());
    took_s = SecondsUntilEnded(file, node, receipt->started_ns, command.within_s);
  }
  const bool ended = command.wait && took_s >= 0;
  if (command.json) {
    nlohmann::ordered_json json = {{"node", node.name},
                                   {"connections", receipt->connections},
                                   {"max_seconds", receipt->max_seconds},
                                   {"already_stopping", receipt->already_stopping},
                                   {"ended", ended}};
    if (ended) json["ended_after_seconds"] = took_s;
    std::printf("%s\n", json.dump(2).c_str());
  } else if (!command.wait) {
    std::printf("%s\n", asked.c_str());
  } else if (ended) {
    std::printf("%s ended after %.1f s\n", node.name.c_str(), took_s);
  }
  if (!command.wait || ended) return 0;
  std::fprintf(stderr, "herdctl: %s has not ended within %.0f s; its log tells what it waits for\n",
               node.name.c_str(), command.within_s);
  return 1;
}

}  // namespace proxyherd
