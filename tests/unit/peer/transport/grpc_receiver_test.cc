// Tests the streams that a node dials against servers of gRPC's library: one that carries a
// neighbour's links, and one that refuses.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "peer/transport/server_stream.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"
#include "rpc/deadline.h"
#include "tests/unit/peer/transport/linked_node.h"

namespace proxyherd::peer {
namespace {

constexpr uint64_t kFewClients = 1000;

// Serves Link with gRPC's library, until Kill.
class GrpcServer final : public v1::PeerService::CallbackService {
 public:
  using MakeReactor = std::function<LinkServerReactor*(grpc::CallbackServerContext&)>;

  // `port`: 0: any.
  GrpcServer(uint16_t port, MakeReactor make) : make_(std::move(make)), port_(port) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(absl::StrCat("127.0.0.1:", port), grpc::InsecureServerCredentials(),
                             &port_);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kGrpcWindowBytes);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~GrpcServer() override { Kill(); }

  uint16_t port() const { return static_cast<uint16_t>(port_); }
  // Cancels what is being served.
  void Kill() {
    if (server_ != nullptr) server_->Shutdown(rpc::DeadlineAfter(0));
    server_.reset();
  }

  LinkServerReactor* Link(grpc::CallbackServerContext* context) override { return make_(*context); }

 private:
  const MakeReactor make_;
  int port_;
  std::unique_ptr<grpc::Server> server_;
};

// Jaquez, which takes links by gRPC and reaches nobody itself.
class GrpcNode {
 public:
  GrpcNode(Table& table, uint16_t port, uint64_t epoch_ns)
      : node_(table, "Clark", DeadPort().Release(), epoch_ns),
        server_(port, [this](grpc::CallbackServerContext& context) {
          return MakeServerStream(node_.links().set(), node_.links().thread(), context);
        }) {
    node_.Start();
  }
  ~GrpcNode() { server_.Kill(); }

  uint16_t port() const { return server_.port(); }

 private:
  LinkedNode node_;
  GrpcServer server_;
};

class GrpcReceiverTest : public ::testing::Test {
 protected:
  GrpcReceiverTest()
      : clark_table_(MakeSeedTable("Clark")), jaquez_table_(MakeSeedTable("Jaquez")) {}

  void RunJaquez(uint64_t epoch_ns) {
    jaquez_ = std::make_unique<GrpcNode>(*jaquez_table_, port_, epoch_ns);
    port_ = jaquez_->port();
  }
  void RunClark(uint64_t epoch_ns) {
    clark_ = std::make_unique<LinkedNode>(*clark_table_, "Jaquez", port_, epoch_ns);
    clark_->Start();
  }
  bool OutgoingIs(LinkState state) {
    return Eventually([&] { return clark_->View().outgoing == state; });
  }
  bool TablesAgree() {
    return Eventually([&] {
      return clark_table_->Records() == jaquez_table_->Records() &&
             clark_table_->RootDigest() == jaquez_table_->RootDigest();
    });
  }

  const std::unique_ptr<Table> clark_table_;
  const std::unique_ptr<Table> jaquez_table_;
  uint16_t port_ = 0;
  std::unique_ptr<GrpcNode> jaquez_;
  std::unique_ptr<LinkedNode> clark_;
};

TEST_F(GrpcReceiverTest, AMillionRecordsArriveAndAreAcknowledged) {
  RunJaquez(1);
  RunClark(1);
  ASSERT_TRUE(OutgoingIs(LinkState::kUp));
  AddClients(*clark_table_, 0, kManyClients);
  EXPECT_TRUE(TablesAgree());
  EXPECT_EQ(jaquez_table_->Records(), kManyClients);
  EXPECT_TRUE(Eventually([&] { return clark_->View().lag_records == 0; }));
}

TEST_F(GrpcReceiverTest, RepairBringsBothTablesTogether) {
  constexpr uint64_t kEach = kManyClients / 20;
  AddClients(*clark_table_, 0, kEach);
  AddClients(*jaquez_table_, kEach, kEach);
  RunJaquez(1);
  RunClark(1);
  EXPECT_TRUE(TablesAgree());
  EXPECT_EQ(clark_table_->Records(), 2 * kEach);
  EXPECT_GT(clark_->View().sent.repair_questions, 0U);
}

TEST_F(GrpcReceiverTest, ARefusalArrivesAsItWasWritten) {
  const std::string words = "für Clark zu 100 % nichts";
  GrpcServer server(0, [&](grpc::CallbackServerContext& /*context*/) {
    struct Refusal final : LinkServerReactor {
      void OnDone() override { delete this; }
    };
    auto* const refusal = new Refusal;
    refusal->Finish({grpc::StatusCode::PERMISSION_DENIED, words});
    return refusal;
  });
  port_ = server.port();
  RunClark(1);
  EXPECT_TRUE(Eventually([&] { return clark_->View().reason == words; })) << clark_->View().reason;
}

TEST_F(GrpcReceiverTest, ANeighbourThatIsKilledWhileItReadsReturns) {
  RunJaquez(1);
  RunClark(1);
  ASSERT_TRUE(OutgoingIs(LinkState::kUp));
  AddClients(*clark_table_, 0, kManyClients / 10);
  jaquez_.reset();
  ASSERT_TRUE(Eventually([&] { return clark_->View().outgoing != LinkState::kUp; }));
  AddClients(*clark_table_, kManyClients, kFewClients);
  RunJaquez(2);
  EXPECT_TRUE(TablesAgree());
  EXPECT_EQ(jaquez_table_->Records(), kManyClients / 10 + kFewClients);
}

TEST_F(GrpcReceiverTest, ANodeThatIsGoneReturns) {
  RunJaquez(1);
  RunClark(1);
  ASSERT_TRUE(OutgoingIs(LinkState::kUp));
  AddClients(*clark_table_, 0, kManyClients / 10);
  clark_.reset();
  AddClients(*clark_table_, kManyClients, kFewClients);
  RunClark(2);
  EXPECT_TRUE(TablesAgree());
}

}  // namespace
}  // namespace proxyherd::peer
