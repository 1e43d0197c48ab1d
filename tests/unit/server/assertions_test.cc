// Tests that REQUIRES of server/ and rpc/ are asserted. docs/assertions.md has the whole table.
#include <gmock/gmock.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include "rpc/grpc_log.h"
#include "rpc/rpc_server.h"
#include "server/log/log_file.h"
#include "server/log/logger.h"
#include "server/signals/signals.h"

namespace proxyherd::server {
namespace {

// Release builds have no assertions.
#ifndef NDEBUG

class ServerAssertionsDeathTest : public testing::Test {
 protected:
  // The child process must not inherit threads of the parent.
  ServerAssertionsDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(ServerAssertionsDeathTest, StderrIsNotReopened) {
  LogFile file;
  EXPECT_DEATH(static_cast<void>(file.Reopen()), "!path_.empty");
}

TEST_F(ServerAssertionsDeathTest, SignalsAreWatchedBeforeTheyAreWaitedFor) {
  EXPECT_DEATH(WaitForStopSignal([] {}), "started_");
}

TEST_F(ServerAssertionsDeathTest, OneLogOfSignalsExists) {
  EXPECT_DEATH(
      {
        Logger logger("Clark", LogFormat::kText);
        const SignalLog one(logger);
        const SignalLog another(logger);
      },
      "logger_ == nullptr");
}

TEST_F(ServerAssertionsDeathTest, OneLogOfGrpcExists) {
  EXPECT_DEATH(
      {
        Logger logger("Clark", LogFormat::kText);
        const rpc::GrpcLog one(logger);
        const rpc::GrpcLog another(logger);
      },
      "current == nullptr");
}

TEST_F(ServerAssertionsDeathTest, ARpcServerIsShutDown) {
  EXPECT_DEATH(
      {
        prometheus::Registry registry;
        grpc::Service service;
        rpc::RpcServerOptions options;
        options.address = "127.0.0.1";
        options.memory_bytes = size_t{64} << 20;
        options.window_bytes = 65535;
        rpc::RpcServer::Start(options, "grpc.health.v1.Health", service, registry).IgnoreError();
      },
      "is_shut_down_");
}

#endif

}  // namespace
}  // namespace proxyherd::server
