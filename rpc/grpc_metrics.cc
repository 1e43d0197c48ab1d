#include "rpc/grpc_metrics.h"

#include <google/protobuf/descriptor.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "runtime/real_env.h"

namespace proxyherd::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

// The names of status codes, spelled as in the Go libraries, in the order of their numbers.
constexpr std::array<const char*, 17> kCodes = {
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};

// In seconds; fine below a millisecond, because most calls are answered from memory.
const prometheus::Histogram::BucketBoundaries kBuckets = {
    .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

struct MethodMetrics {
  prometheus::Counter* started;
  std::array<prometheus::Counter*, kCodes.size()> handled;
  prometheus::Histogram* handling;
  prometheus::Counter* received;
  prometheus::Counter* sent;
};

const char* TypeOf(const google::protobuf::MethodDescriptor& method) {
  if (method.client_streaming() && method.server_streaming()) return "bidi_stream";
  if (method.client_streaming()) return "client_stream";
  return method.server_streaming() ? "server_stream" : "unary";
}

}  // namespace

// The metrics of each method by its path, "/package.Service/Method".
class GrpcMethodTable {
 public:
  GrpcMethodTable(prometheus::Registry& registry, const std::string& side,
                  const std::vector<std::string>& services) {
    const auto counter = [&](const std::string& name, const char* help) -> auto& {
      return prometheus::BuildCounter()
          .Name(absl::StrCat("grpc_", side, "_", name))
          .Help(help)
          .Register(registry);
    };
    auto& started = counter("started_total", "RPCs started.");
    auto& handled = counter("handled_total", "RPCs completed, by code.");
    auto& received = counter("msg_received_total", "Messages received.");
    auto& sent = counter("msg_sent_total", "Messages sent.");
    auto& handling = prometheus::BuildHistogram()
                         .Name(absl::StrCat("grpc_", side, "_handling_seconds"))
                         .Help("Duration of RPCs until they completed.")
                         .Register(registry);
    for (const std::string& name : services) {
      const auto* service =
          google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
      for (int i = 0; service != nullptr && i < service->method_count(); ++i) {
        const auto& method = *service->method(i);
        const prometheus::Labels labels = {
            {"grpc_type", TypeOf(method)}, {"grpc_service", name}, {"grpc_method", method.name()}};
        MethodMetrics& metrics = methods_[absl::StrCat("/", name, "/", method.name())];
        metrics.started = &started.Add(labels);
        metrics.received = &received.Add(labels);
        metrics.sent = &sent.Add(labels);
        metrics.handling = &handling.Add(labels, kBuckets);
        for (size_t code = 0; code < kCodes.size(); ++code) {
          prometheus::Labels with_code = labels;
          with_code.emplace("grpc_code", kCodes[code]);
          metrics.handled[code] = &handled.Add(with_code);
        }
      }
    }
  }

  const MethodMetrics* Find(const char* path) const {
    const auto found = methods_.find(path);
    return found == methods_.end() ? nullptr : &found->second;
  }

 private:
  absl::flat_hash_map<std::string, MethodMetrics> methods_;
};

namespace {

// Counts one call, on the server or the client.
class CallInterceptor : public grpc::experimental::Interceptor {
 public:
  CallInterceptor(const MethodMetrics& metrics, bool server)
      : metrics_(metrics), server_(server), began_ns_(runtime::RealEnv().MonotonicNs()) {
    metrics_.started->Increment();
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_MESSAGE)) {
      metrics_.sent->Increment();
    }
    // The end of a stream is also intercepted, without a message.
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE) &&
        methods->GetRecvMessage() != nullptr) {
      metrics_.received->Increment();
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
    const auto index = static_cast<size_t>(code);
    metrics_.handled[std::min(index, kCodes.size() - 1)]->Increment();
    const int64_t took_ns = runtime::RealEnv().MonotonicNs() - began_ns_;
    metrics_.handling->Observe(static_cast<double>(took_ns) / kSecond);
  }

  const MethodMetrics& metrics_;
  const bool server_;
  const int64_t began_ns_;
};

class ServerFactory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit ServerFactory(GrpcMethodTable methods) : methods_(std::move(methods)) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    const MethodMetrics* metrics = methods_.Find(info->method());
    return metrics == nullptr ? nullptr : new CallInterceptor(*metrics, true);
  }

 private:
  const GrpcMethodTable methods_;
};

class ClientFactory : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit ClientFactory(std::shared_ptr<const GrpcMethodTable> methods)
      : methods_(std::move(methods)) {}
  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* info) override {
    const MethodMetrics* metrics = methods_->Find(info->method());
    return metrics == nullptr ? nullptr : new CallInterceptor(*metrics, false);
  }

 private:
  const std::shared_ptr<const GrpcMethodTable> methods_;
};

}  // namespace

std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
MakeServerInterceptors(prometheus::Registry& registry, const std::vector<std::string>& services) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(
      std::make_unique<ServerFactory>(GrpcMethodTable(registry, "server", services)));
  return factories;
}

ClientMetrics::ClientMetrics(prometheus::Registry& registry,
                             const std::vector<std::string>& services)
    : methods_(std::make_shared<const GrpcMethodTable>(registry, "client", services)) {}

std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
ClientMetrics::MakeInterceptors() const {
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<ClientFactory>(methods_));
  return factories;
}

}  // namespace proxyherd::rpc
