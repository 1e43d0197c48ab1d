#include "tools/herdctl/ask/node_questions.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "net/host_port.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"
#include "rpc/deadline.h"
#include "rpc/grpc_channel.h"
#include "rpc/grpc_status.h"

namespace proxyherd::tools {
namespace {

using Stub = peer::v1::PeerService::Stub;

std::string StateWord(peer::v1::NodeState state) {
  const std::string prefix = "NODE_STATE_";
  const std::string name = peer::v1::NodeState_Name(state);
  return name.size() > prefix.size() ? absl::AsciiStrToLower(name.substr(prefix.size()))
                                     : "unknown";
}

NodeRow ToRow(const peer::v1::Node& node) {
  NodeRow row;
  row.name = node.name();
  row.state = StateWord(node.state());
  row.reason = node.reason();
  row.in_herd_file = node.in_herd_file();
  row.known = node.has_start_time();
  row.host = node.host();
  row.text_port = node.text_port();
  row.grpc_port = node.grpc_port();
  row.http_port = node.http_port();
  row.location = node.location();
  row.version = node.version();
  row.started_s = node.start_time().seconds();
  row.connections = node.connections();
  row.max_connections = node.max_connections();
  row.reports_per_second = node.reports_per_second();
  row.busy = node.busy();
  row.links = node.links_size();
  for (const peer::v1::LinkClaim& link : node.links()) {
    row.links_up += link.outgoing_up() && link.incoming_up() ? 1 : 0;
  }
  return row;
}

AnnouncementRow ToRow(const peer::v1::Announcement& from) {
  return {from.node(), from.id(), from.text(), from.post_time().seconds(),
          from.expire_time().seconds()};
}

FoundRow ToRow(const peer::v1::FoundNode& found) {
  return {ToRow(found.node()), found.distance_meters(), found.reason()};
}

// Returns gRPC's message, shortened in the usual case.
std::string Problem(const config::HerdNode& node, const grpc::Status& status) {
  const std::string address = net::JoinHostPort(node.host, node.grpc_port);
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return absl::StrCat(node.name, " does not answer in time at ", address);
  }
  return absl::StrCat(node.name, " cannot be reached at ", address);
}

}  // namespace

NodeQuestions::NodeQuestions(std::vector<config::HerdNode> nodes, int64_t timeout_ns)
    : nodes_(std::move(nodes)), timeout_ns_(timeout_ns) {
  assert(!nodes_.empty());
}

// Returns the name of the node that answered.
template <typename Request, typename Response, typename Call>
absl::StatusOr<std::string> NodeQuestions::Ask(const Request& request, Response& response,
                                               Call call) {
  std::string problems;
  for (const config::HerdNode& node : nodes_) {
    const auto stub = peer::v1::PeerService::NewStub(
        rpc::MakeToolChannel(net::JoinHostPort(node.host, node.grpc_port)));
    grpc::ClientContext context;
    context.set_deadline(rpc::DeadlineAfter(timeout_ns_));
    const grpc::Status status = ((*stub).*call)(&context, request, &response);
    if (status.ok()) return node.name;
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE &&
        status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED) {
      return absl::Status(rpc::FromGrpc(status).code(),
                          absl::StrCat(node.name, ": ", status.error_message()));
    }
    absl::StrAppend(&problems, problems.empty() ? "" : "; ", Problem(node, status));
  }
  return absl::UnavailableError(problems);
}

absl::StatusOr<NodesAnswer> NodeQuestions::ListNodes() {
  peer::v1::ListNodesResponse response;
  const auto asked = Ask(peer::v1::ListNodesRequest(), response, &Stub::ListNodes);
  if (!asked.ok()) return asked.status();
  NodesAnswer answer;
  answer.asked = *asked;
  for (const peer::v1::Node& node : response.nodes()) answer.nodes.push_back(ToRow(node));
  for (const peer::v1::Announcement& one : response.announcements()) {
    answer.announcements.push_back(ToRow(one));
  }
  return answer;
}

absl::StatusOr<FoundAnswer> NodeQuestions::FindNode(const std::string& place, int max_nodes) {
  peer::v1::FindNodeRequest request;
  request.set_location(place);
  request.set_max_nodes(max_nodes);
  peer::v1::FindNodeResponse response;
  const auto asked = Ask(request, response, &Stub::FindNode);
  if (!asked.ok()) return asked.status();
  FoundAnswer answer;
  answer.asked = *asked;
  for (const peer::v1::FoundNode& node : response.nodes()) answer.nodes.push_back(ToRow(node));
  for (const peer::v1::FoundNode& node : response.passed_over()) {
    answer.passed_over.push_back(ToRow(node));
  }
  return answer;
}

absl::StatusOr<AnnouncementRow> NodeQuestions::PostNotice(const std::string& text,
                                                          int64_t lifetime_s) {
  peer::v1::PostNoticeRequest request;
  request.set_text(text);
  request.set_lifetime_seconds(lifetime_s);
  peer::v1::PostNoticeResponse response;
  const auto asked = Ask(request, response, &Stub::PostNotice);
  if (!asked.ok()) return asked.status();
  return ToRow(response.announcement());
}

}  // namespace proxyherd::tools
