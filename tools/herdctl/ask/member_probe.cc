#include "tools/herdctl/ask/member_probe.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "net/host_port.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"
#include "rpc/deadline.h"
#include "rpc/grpc_channel.h"
#include "tools/herdctl/view/rolling_restart.h"

namespace proxyherd::tools {
namespace {

constexpr const char* kPlacesServiceName = "proxyherd.places.v1.PlacesService";

// Returns the report of a member that did not answer, with a short message in the usual cases.
MemberReport Failed(const grpc::Status& status, const std::string& address) {
  MemberReport report;
  // For a suspended process the system accepts connections, but no handshake follows.
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED ||
      absl::StrContains(status.error_message(), "timed out")) {
    report.state = MemberState::kSilent;
    report.problem = absl::StrCat("no answer in time from ", address);
  } else if (absl::StrContains(status.error_message(), "Connection refused")) {
    report.problem = absl::StrCat("nothing listens at ", address);
  } else if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    report.problem = absl::StrCat(address, ": ", status.error_message());
  } else {
    report.state = MemberState::kStranger;
    report.problem = absl::StrCat(address, " answers: ", status.error_message());
  }
  return report;
}

LinkEnd ToLinkEnd(const peer::v1::LinkStatus& link) {
  return LinkEnd{.neighbour = link.neighbour(),
                 .outgoing_up = link.outgoing() == peer::v1::LINK_STATE_UP,
                 .incoming_up = link.incoming() == peer::v1::LINK_STATE_UP,
                 .reason = link.reason(),
                 .agrees = link.agrees(),
                 .differing = link.differing(),
                 .divergent = link.divergent(),
                 .agreement_seconds = link.agreement_seconds(),
                 .lag_records = link.lag_records(),
                 .round_trip_s = link.round_trip_seconds()};
}

MemberReport ToReport(const peer::v1::GetStatusResponse& response, const std::string& herd,
                      const std::string& name) {
  MemberReport report;
  if (response.herd() != herd || response.node() != name) {
    report.state = MemberState::kStranger;
    report.problem = absl::StrCat("node ", response.node(), " of herd ", response.herd(),
                                  " answers at its address");
    return report;
  }
  if (response.serving()) {
    report.state = MemberState::kServing;
  } else if (response.stopping()) {
    report.state = MemberState::kStopping;
    report.problem = "it is stopping in order";
  } else if (response.displaced() || response.cannot_speak()) {
    report.state = MemberState::kUnready;
    report.problem = response.not_ready_reason();
  } else {
    report.state = MemberState::kStarting;
    report.problem = "it is catching up with its neighbours";
  }
  report.started_ns = response.start_time().seconds() * kSecond + response.start_time().nanos();
  report.records = response.records();
  report.digest = response.digest();
  for (const auto& link : response.links()) report.links.push_back(ToLinkEnd(link));
  report.connections = response.connections();
  report.reports = response.reports();
  report.cpu_s = response.cpu_seconds();
  report.resident_bytes = response.resident_bytes();
  report.max_records = response.max_records();
  report.table_bytes = response.table_bytes();
  report.max_table_bytes = response.max_table_bytes();
  report.bound_by = response.bound_by();
  return report;
}

}  // namespace

// Calls one node, one call at a time.
class HerdProbe::NodeProbe {
 public:
  explicit NodeProbe(std::string address)
      : address_(std::move(address)),
        stub_(peer::v1::PeerService::NewStub(rpc::MakeToolChannel(address_))) {}

  void Start(int64_t timeout_ns, absl::BlockingCounter* pending) {
    context_ = std::make_unique<grpc::ClientContext>();
    context_->set_deadline(rpc::DeadlineAfter(timeout_ns));
    response_.Clear();
    stub_->async()->GetStatus(context_.get(), &request_, &response_,
                              [this, pending](grpc::Status status) {
                                status_ = std::move(status);
                                pending->DecrementCount();
                              });
  }

  MemberReport Take(const std::string& herd, const std::string& name) const {
    return status_.ok() ? ToReport(response_, herd, name) : Failed(status_, address_);
  }

 private:
  const std::string address_;
  const std::unique_ptr<peer::v1::PeerService::Stub> stub_;
  const peer::v1::GetStatusRequest request_;
  std::unique_ptr<grpc::ClientContext> context_;
  peer::v1::GetStatusResponse response_;
  grpc::Status status_;
};

// Calls the Places service, which reports only its health.
class HerdProbe::PlacesProbe {
 public:
  explicit PlacesProbe(std::string address)
      : address_(std::move(address)),
        stub_(grpc::health::v1::Health::NewStub(rpc::MakeToolChannel(address_))) {
    request_.set_service(kPlacesServiceName);
  }

  void Start(int64_t timeout_ns, absl::BlockingCounter* pending) {
    context_ = std::make_unique<grpc::ClientContext>();
    context_->set_deadline(rpc::DeadlineAfter(timeout_ns));
    response_.Clear();
    stub_->async()->Check(context_.get(), &request_, &response_,
                          [this, pending](grpc::Status status) {
                            status_ = std::move(status);
                            pending->DecrementCount();
                          });
  }

  MemberReport Take() const {
    if (!status_.ok()) return Failed(status_, address_);
    MemberReport report;
    const bool serving = response_.status() == grpc::health::v1::HealthCheckResponse::SERVING;
    report.state = serving ? MemberState::kServing : MemberState::kStarting;
    return report;
  }

 private:
  const std::string address_;
  const std::unique_ptr<grpc::health::v1::Health::Stub> stub_;
  grpc::health::v1::HealthCheckRequest request_;
  std::unique_ptr<grpc::ClientContext> context_;
  grpc::health::v1::HealthCheckResponse response_;
  grpc::Status status_;
};

HerdProbe::HerdProbe(const config::HerdFile& file) : file_(file) {
  for (const config::HerdNode& node : file_.nodes) {
    nodes_.push_back(std::make_unique<NodeProbe>(net::JoinHostPort(node.host, node.grpc_port)));
  }
  if (file_.places.has_value()) {
    places_ = std::make_unique<PlacesProbe>(
        net::JoinHostPort(file_.places->host, file_.places->grpc_port));
  }
}

HerdProbe::~HerdProbe() = default;

HerdView HerdProbe::Ask(int64_t timeout_ns) {
  absl::BlockingCounter pending(static_cast<int>(nodes_.size()) + (places_ == nullptr ? 0 : 1));
  for (auto& node : nodes_) node->Start(timeout_ns, &pending);
  if (places_ != nullptr) places_->Start(timeout_ns, &pending);
  pending.Wait();

  std::vector<MemberReport> reports;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    reports.push_back(nodes_[i]->Take(file_.herd, file_.nodes[i].name));
  }
  std::optional<MemberReport> places;
  if (places_ != nullptr) places = places_->Take();
  return MakeHerdView(file_, std::move(reports), std::move(places));
}

}  // namespace proxyherd::tools
