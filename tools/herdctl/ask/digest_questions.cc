#include "tools/herdctl/ask/digest_questions.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "base/env.h"
#include "net/host_port.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"
#include "rpc/deadline.h"
#include "rpc/grpc_channel.h"

namespace proxyherd::tools {
namespace {

// Maximum pages to read of each range at each node. Only small ranges are listed, but clients whose
// ids were chosen to collide can make one large.
constexpr int kMaxPages = 10;
constexpr int kPageSize = 1000;

int64_t ToNs(const google::protobuf::Timestamp& time) {
  return time.seconds() * kSecond + time.nanos();
}

KnownReport ToReport(const peer::v1::Location& location) {
  return {ToNs(location.report_time()), ToNs(location.receive_time()), location.location(),
          location.time(), location.server()};
}

void Fill(const DigestRange& range, peer::v1::HashRange& out) {
  out.set_first(range.first);
  out.set_bits(range.bits);
}

std::vector<PartSum> ToParts(const peer::v1::RangeDigests& digests) {
  std::vector<PartSum> parts;
  for (const peer::v1::PartDigest& part : digests.parts()) {
    parts.push_back({{part.range().first(), part.range().bits()}, part.digest(), part.records()});
  }
  return parts;
}

// A call in progress. Must not move until it has ended.
template <typename Request, typename Response>
struct Call {
  size_t node = 0;
  size_t range = 0;  // of the question
  Request request;
  Response response = {};
  grpc::ClientContext context = {};
  grpc::Status status = {};
};

using DigestCall = Call<peer::v1::GetDigestsRequest, peer::v1::GetDigestsResponse>;
using ListCall = Call<peer::v1::ListLocationsRequest, peer::v1::ListLocationsResponse>;

}  // namespace

class DigestQuestions::Node {
 public:
  explicit Node(const config::HerdNode& node)
      : name_(node.name),
        stub_(peer::v1::PeerService::NewStub(
            rpc::MakeToolChannel(net::JoinHostPort(node.host, node.grpc_port)))) {}

  void Start(DigestCall& call, absl::BlockingCounter& pending) {
    stub_->async()->GetDigests(&call.context, &call.request, &call.response,
                               [&call, &pending](grpc::Status status) {
                                 call.status = std::move(status);
                                 pending.DecrementCount();
                               });
  }
  void Start(ListCall& call, absl::BlockingCounter& pending) {
    stub_->async()->ListLocations(&call.context, &call.request, &call.response,
                                  [&call, &pending](grpc::Status status) {
                                    call.status = std::move(status);
                                    pending.DecrementCount();
                                  });
  }

  absl::Status Problem(const grpc::Status& status) const {
    const std::string words = status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED
                                  ? "no answer in time"
                                  : status.error_message();
    return absl::UnavailableError(absl::StrCat(name_, " cannot be compared: ", words));
  }

  // Makes all calls concurrently; returns OK if all have succeeded.
  template <typename Calls>
  static absl::Status MakeAll(Calls& calls, const std::vector<std::unique_ptr<Node>>& nodes,
                              int64_t timeout_ns) {
    const auto deadline = rpc::DeadlineAfter(timeout_ns);
    absl::BlockingCounter pending(static_cast<int>(calls.size()));
    for (auto& call : calls) {
      call.context.set_deadline(deadline);
      nodes[call.node]->Start(call, pending);
    }
    pending.Wait();
    for (const auto& call : calls) {
      if (!call.status.ok()) return nodes[call.node]->Problem(call.status);
    }
    return absl::OkStatus();
  }

 private:
  const std::string name_;
  const std::unique_ptr<peer::v1::PeerService::Stub> stub_;
};

DigestQuestions::DigestQuestions(const std::vector<config::HerdNode>& nodes, int64_t timeout_ns)
    : timeout_ns_(timeout_ns) {
  for (const config::HerdNode& node : nodes) nodes_.push_back(std::make_unique<Node>(node));
}

DigestQuestions::~DigestQuestions() = default;

absl::StatusOr<DigestLook> DigestQuestions::Look() {
  const absl::StatusOr<int64_t> tick = CommonTick();
  if (!tick.ok()) return tick.status();
  DigestWalk walk(nodes_.size());
  while (const std::optional<DigestQuestion> question = walk.Next()) {
    const absl::Status status =
        question->for_clients ? AskClients(*question, walk) : AskSums(*question, *tick, walk);
    if (!status.ok()) return status;
  }
  return walk.TakeLook();
}

// Each node knows the digests of its present tick and the previous one.
absl::StatusOr<int64_t> DigestQuestions::CommonTick() {
  std::deque<DigestCall> calls;
  for (size_t node = 0; node < nodes_.size(); ++node) calls.emplace_back().node = node;
  if (absl::Status status = Node::MakeAll(calls, nodes_, timeout_ns_); !status.ok()) return status;
  int64_t tick = std::numeric_limits<int64_t>::max();
  for (const DigestCall& call : calls) tick = std::min(tick, call.response.tick());
  return tick;
}

absl::Status DigestQuestions::AskSums(const DigestQuestion& question, int64_t tick,
                                      DigestWalk& walk) {
  std::deque<DigestCall> calls;
  for (size_t node = 0; node < nodes_.size(); ++node) {
    DigestCall& call = calls.emplace_back();
    call.node = node;
    call.request.set_tick(tick);
    for (const DigestRange& range : question.ranges) Fill(range, *call.request.add_ranges());
  }
  if (absl::Status status = Node::MakeAll(calls, nodes_, timeout_ns_); !status.ok()) return status;
  std::vector<std::vector<std::vector<PartSum>>> by_node;
  for (const DigestCall& call : calls) {
    auto& ranges = by_node.emplace_back();
    for (const auto& digests : call.response.ranges()) ranges.push_back(ToParts(digests));
  }
  if (walk.OnSums(question, by_node)) return absl::OkStatus();
  return absl::InternalError("the nodes' digests do not fit each other; are they one version?");
}

absl::Status DigestQuestions::AskClients(const DigestQuestion& question, DigestWalk& walk) {
  std::vector<std::vector<ListedClients>> by_range(question.ranges.size(),
                                                   std::vector<ListedClients>(nodes_.size()));
  std::deque<ListCall> calls;
  const auto ask = [&](size_t node, size_t range, const std::string& page_token) {
    ListCall& call = calls.emplace_back();
    call.node = node;
    call.range = range;
    call.request.set_page_size(kPageSize);
    call.request.set_page_token(page_token);
    Fill(question.ranges[range], *call.request.mutable_range());
  };
  for (size_t node = 0; node < nodes_.size(); ++node) {
    for (size_t range = 0; range < question.ranges.size(); ++range) ask(node, range, "");
  }
  for (int page = 1; !calls.empty(); ++page) {
    if (absl::Status status = Node::MakeAll(calls, nodes_, timeout_ns_); !status.ok()) {
      return status;
    }
    const std::deque<ListCall> done = std::exchange(calls, {});
    for (const ListCall& call : done) {
      ListedClients& listed = by_range[call.range][call.node];
      for (const auto& location : call.response.locations()) {
        listed.clients.emplace_back(location.client_id(), ToReport(location));
      }
      if (call.response.next_page_token().empty()) continue;
      listed.complete = page < kMaxPages;
      if (listed.complete) ask(call.node, call.range, call.response.next_page_token());
    }
  }
  walk.OnClients(by_range);
  return absl::OkStatus();
}

}  // namespace proxyherd::tools
