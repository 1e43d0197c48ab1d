#include "tools/herdctl/ask/health_check.h"

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "rpc/deadline.h"
#include "rpc/grpc_channel.h"

namespace proxyherd::tools {
namespace {

using grpc::health::v1::HealthCheckResponse;

// The defaults of grpc_health_probe.
constexpr int64_t kConnectTimeoutNs = 1 * kSecond;
constexpr int64_t kCallTimeoutNs = 1 * kSecond;

}  // namespace

HealthAnswer CheckHealth(const std::string& address, const std::string& service) {
  const auto channel = rpc::MakeToolChannel(address);
  if (!channel->WaitForConnected(rpc::DeadlineAfter(kConnectTimeoutNs))) {
    return {Health::kNoConnection, absl::StrCat("no connection to ", address, " within 1 s")};
  }
  grpc::ClientContext context;
  context.set_deadline(rpc::DeadlineAfter(kCallTimeoutNs));
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  HealthCheckResponse response;
  const auto stub = grpc::health::v1::Health::NewStub(channel);
  const grpc::Status status = stub->Check(&context, request, &response);
  if (!status.ok()) {
    return {Health::kCallFailed, absl::StrCat("the health call failed: ", status.error_message())};
  }
  const std::string name = HealthCheckResponse::ServingStatus_Name(response.status());
  const bool serving = response.status() == HealthCheckResponse::SERVING;
  return {serving ? Health::kServing : Health::kNotServing, absl::StrCat("status: ", name)};
}

}  // namespace proxyherd::tools
