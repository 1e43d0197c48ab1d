#include "rpc/grpc_metrics.h"

#include <cstdint>
#include <utility>

#include "base/env.h"
#include "rpc/method_metrics.h"
#include "runtime/real_env.h"

namespace proxyherd::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

// Counts one call, on the server or the client.
class CallInterceptor : public grpc::experimental::Interceptor {
 public:
  CallInterceptor(const MethodMetrics& metrics, bool server)
      : metrics_(metrics), server_(server), began_ns_(runtime::RealEnv().MonotonicNs()) {
    metrics_.Started();
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_MESSAGE)) {
      metrics_.Sent();
    }
    // The end of a stream is also intercepted, without a message.
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE) &&
        methods->GetRecvMessage() != nullptr) {
      metrics_.Received();
    }
    if (server_ && methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      Handled(methods->GetSendStatus().error_code());
    }
    if (!server_ && methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_STATUS)) {
      Handled(methods->GetRecvStatus()->error_code());
    }
    methods->Proceed();
  }

 private:
  void Handled(grpc::StatusCode code) {
    metrics_.Handled(static_cast<absl::StatusCode>(code),
                     runtime::RealEnv().MonotonicNs() - began_ns_);
  }

  const MethodMetrics& metrics_;
  const bool server_;
  const int64_t began_ns_;
};

class ServerFactory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  ServerFactory(prometheus::Registry& registry, const std::vector<std::string>& services)
      : methods_(registry, "server", services) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    const MethodMetrics* metrics = methods_.Find(info->method());
    return metrics == nullptr ? nullptr : new CallInterceptor(*metrics, true);
  }

 private:
  const MethodMetricsTable methods_;
};

class ClientFactory : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit ClientFactory(std::shared_ptr<const MethodMetricsTable> methods)
      : methods_(std::move(methods)) {}
  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* info) override {
    const MethodMetrics* metrics = methods_->Find(info->method());
    return metrics == nullptr ? nullptr : new CallInterceptor(*metrics, false);
  }

 private:
  const std::shared_ptr<const MethodMetricsTable> methods_;
};

}  // namespace

std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
MakeServerInterceptors(prometheus::Registry& registry, const std::vector<std::string>& services) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<ServerFactory>(registry, services));
  return factories;
}

ClientMetrics::ClientMetrics(prometheus::Registry& registry,
                             const std::vector<std::string>& services)
    : methods_(std::make_shared<const MethodMetricsTable>(registry, "client", services)) {}

std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
ClientMetrics::MakeInterceptors() const {
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<ClientFactory>(methods_));
  return factories;
}

}  // namespace proxyherd::rpc
