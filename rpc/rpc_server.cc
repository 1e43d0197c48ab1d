#include "rpc/rpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.pb.h"
#include "net/host_port.h"
#include "rpc/deadline.h"
#include "rpc/grpc_metrics.h"

namespace proxyherd::rpc {
namespace {

constexpr char kHealth[] = "grpc.health.v1.Health";
constexpr char kReflection[] = "grpc.reflection.v1alpha.ServerReflection";

}  // namespace

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(const RpcServerOptions& options,
                                                            const std::string& service_name,
                                                            grpc::Service& service,
                                                            prometheus::Registry& registry) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  // gRPC's own health service does not link its descriptor in; this use does, for reflection.
  grpc::health::v1::HealthCheckRequest::descriptor();

  const std::string listen = net::JoinHostPort(options.address, options.port);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port);
  // Otherwise a second process could listen on the same port unnoticed.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, options.window_bytes);
  grpc::ResourceQuota quota("server");
  quota.Resize(options.memory_bytes);
  if (options.sync_threads > 0) {
    quota.SetMaxThreads(options.sync_threads);
    using Option = grpc::ServerBuilder::SyncServerOption;
    builder.SetSyncServerOption(Option::NUM_CQS, 1);
    builder.SetSyncServerOption(Option::MIN_POLLERS, 2);
    builder.SetSyncServerOption(Option::MAX_POLLERS, 32);
  }
  builder.SetResourceQuota(quota);
  builder.experimental().SetInterceptorCreators(
      MakeServerInterceptors(registry, {service_name, kHealth, kReflection}));
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(
        absl::StrCat("gRPC port: cannot listen on ", listen, "; is it used by another process?"));
  }
  server->GetHealthCheckService()->SetServingStatus(service_name, false);
  return std::unique_ptr<RpcServer>(new RpcServer(service_name, std::move(server)));
}

RpcServer::RpcServer(std::string service_name, std::unique_ptr<grpc::Server> server)
    : service_name_(std::move(service_name)), server_(std::move(server)) {}

RpcServer::~RpcServer() { assert(is_shut_down_); }

void RpcServer::SetServing(bool serving) {
  server_->GetHealthCheckService()->SetServingStatus(service_name_, serving);
}

void RpcServer::SetServing(const std::string& part, bool serving) {
  server_->GetHealthCheckService()->SetServingStatus(absl::StrCat(service_name_, "/", part),
                                                     serving);
}

void RpcServer::Drain() { server_->GetHealthCheckService()->Shutdown(); }

void RpcServer::Shutdown(int64_t grace_ns) {
  server_->Shutdown(DeadlineAfter(grace_ns));
  server_->Wait();
  is_shut_down_ = true;
}

}  // namespace proxyherd::rpc
