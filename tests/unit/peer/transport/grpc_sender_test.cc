// Tests the port for links against a client of gRPC's library, which plays the neighbour's sender.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/record.h"
#include "peer/protocol/link_messages.h"
#include "peer/wire/link_wire.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"
#include "tests/unit/peer/transport/linked_node.h"

namespace proxyherd::peer {
namespace {

constexpr size_t kBatchBytes = size_t{256} * 1024;
constexpr uint64_t kFewClients = 1000;

// A stream to a node, of a process that ends with this object.
class GrpcSender {
 public:
  GrpcSender(uint16_t port, std::string node) : node_(std::move(node)) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kGrpcWindowBytes);
    const auto channel = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                                   grpc::InsecureChannelCredentials(), arguments);
    stub_ = v1::PeerService::NewStub(channel);
    stream_ = stub_->Link(&context_);
  }
  ~GrpcSender() {
    if (!ended_) {
      context_.TryCancel();
      End();
    }
  }

  bool Send(SenderMessage message) {
    ToWire(std::move(message), request_);
    return stream_->Write(request_);
  }
  // monostate: the stream has ended.
  ReceiverMessage Read() {
    return stream_->Read(&response_) ? FromWire(response_) : ReceiverMessage();
  }
  // Returns the node's answer; its epoch is 0 if there is none.
  Hello Greet(uint64_t epoch_ns, uint64_t attempt) {
    Send(Hello{"seed", node_, epoch_ns, attempt});
    const ReceiverMessage answer = Read();
    return std::holds_alternative<Hello>(answer) ? std::get<Hello>(answer) : Hello();
  }
  // Sends batches of clients, each with an acknowledgement wanted at once.
  void SendClients(uint64_t first, uint64_t count) {
    std::string records;
    MakeClients(first, count, [&](const RecordView& record) {
      const size_t at = records.size();
      records.resize(at + record.Bytes());
      EncodeRecord(record, records.data() + at);
      if (records.size() >= kBatchBytes) SendBatch(std::exchange(records, ""));
    });
    if (!records.empty()) SendBatch(std::move(records));
  }
  // Reads until the node has acknowledged all batches.
  bool Acknowledged() {
    for (;;) {
      const ReceiverMessage message = Read();
      if (std::holds_alternative<std::monostate>(message)) return false;
      const auto* const answer = std::get_if<Acknowledgement>(&message);
      if (answer != nullptr && answer->batch_number == batches_) return true;
    }
  }
  bool HalfClose() { return stream_->WritesDone(); }
  grpc::Status End() {
    ended_ = true;
    while (stream_->Read(&response_)) {
    }
    return stream_->Finish();
  }
  std::string Trailer(const std::string& key) const {
    const auto found = context_.GetServerTrailingMetadata().find(key);
    if (found == context_.GetServerTrailingMetadata().end()) return "";
    return {found->second.data(), found->second.size()};
  }

 private:
  void SendBatch(std::string records) {
    Batch batch;
    batch.number = ++batches_;
    batch.origins = {{0, node_}};
    batch.records = std::move(records);
    batch.acknowledge_now = true;
    Send(std::move(batch));
  }

  const std::string node_;
  std::unique_ptr<v1::PeerService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::LinkRequest, v1::LinkResponse>> stream_;
  v1::LinkRequest request_;
  v1::LinkResponse response_;
  uint64_t batches_ = 0;
  bool ended_ = false;
};

class GrpcSenderTest : public ::testing::Test {
 protected:
  GrpcSenderTest() : table_(MakeSeedTable("Clark")) { Run(1); }

  void Run(uint64_t epoch_ns) {
    node_ = std::make_unique<LinkedNode>(*table_, "Bona", DeadPort().Release(), epoch_ns);
    port_ = node_->Listen(port_);
    node_->Start();
  }
  bool IncomingIs(LinkState state) {
    return Eventually([&] { return node_->View().incoming == state; });
  }

  const std::unique_ptr<Table> table_;
  uint16_t port_ = 0;
  std::unique_ptr<LinkedNode> node_;
};

TEST_F(GrpcSenderTest, AMillionRecordsArriveAndAreAcknowledged) {
  GrpcSender bona(port_, "Bona");
  EXPECT_EQ(bona.Greet(5, 1).epoch_ns, 1U);
  bona.SendClients(0, kManyClients);
  EXPECT_TRUE(bona.Acknowledged());
  EXPECT_EQ(table_->Records(), kManyClients);
  EXPECT_TRUE(bona.HalfClose());
  const grpc::Status status = bona.End();
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST_F(GrpcSenderTest, AQuestionOfRepairIsAnsweredWithMoreThanTheWindow) {
  AddClients(*table_, 0, 50 * kFewClients);
  GrpcSender bona(port_, "Bona");
  ASSERT_EQ(bona.Greet(5, 1).epoch_ns, 1U);
  RepairRequest request;
  request.max_bytes = kBatchBytes;
  size_t lacking = 0;
  for (uint64_t bucket = 0; bucket < 512; ++bucket) {
    request.ranges.push_back({{bucket << 52, 12}, true, {}});
    lacking += table_->BucketRecords(static_cast<uint32_t>(bucket));
  }
  ASSERT_TRUE(bona.Send(request));
  ReceiverMessage message = bona.Read();
  while (!std::holds_alternative<RepairReply>(message)) {
    ASSERT_FALSE(std::holds_alternative<std::monostate>(message));
    message = bona.Read();
  }
  const auto& reply = std::get<RepairReply>(message);
  EXPECT_TRUE(reply.knows_tick);
  EXPECT_EQ(reply.verdicts.size(), request.ranges.size());
  EXPECT_GT(reply.records.size(), size_t{2} * kGrpcWindowBytes);
  size_t records = 0;
  for (std::string_view rest = reply.records; !rest.empty(); ++records) {
    const std::optional<RecordView> record = DecodeRecord(rest);
    ASSERT_TRUE(record.has_value());
    rest.remove_prefix(record->Bytes());
  }
  EXPECT_LE(records, lacking);
}

TEST_F(GrpcSenderTest, RefusedHellosSayWhy) {
  GrpcSender zoe(port_, "Zoe");
  EXPECT_EQ(zoe.Greet(5, 1).epoch_ns, 0U);
  const grpc::Status status = zoe.End();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(absl::StartsWith(status.error_message(), "Zoe is not linked with Clark"))
      << status.error_message();

  GrpcSender newer(port_, "Bona");
  ASSERT_EQ(newer.Greet(5, 1).epoch_ns, 1U);
  newer.SendClients(0, 1);
  ASSERT_TRUE(newer.Acknowledged());
  GrpcSender older(port_, "Bona");
  EXPECT_EQ(older.Greet(4, 1).epoch_ns, 0U);
  EXPECT_EQ(older.End().error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(older.Trailer(std::string(kNewerEpochKey)), "5");
}

TEST_F(GrpcSenderTest, ANeighbourThatIsKilledReturns) {
  auto killed = std::make_unique<GrpcSender>(port_, "Bona");
  ASSERT_EQ(killed->Greet(5, 1).epoch_ns, 1U);
  killed->SendClients(0, kManyClients / 10);
  killed.reset();
  ASSERT_TRUE(IncomingIs(LinkState::kDown));
  GrpcSender bona(port_, "Bona");
  ASSERT_EQ(bona.Greet(6, 1).epoch_ns, 1U);
  bona.SendClients(kManyClients, kFewClients);
  EXPECT_TRUE(bona.Acknowledged());
  EXPECT_GE(table_->Records(), kFewClients);
}

TEST_F(GrpcSenderTest, ANodeThatStopsSaysSoAndReturns) {
  GrpcSender before(port_, "Bona");
  ASSERT_EQ(before.Greet(5, 1).epoch_ns, 1U);
  before.SendClients(0, kFewClients);
  ASSERT_TRUE(before.Acknowledged());
  node_->Stop();
  const grpc::Status status = before.End();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "Clark is stopping");
  Run(2);
  GrpcSender after(port_, "Bona");
  ASSERT_EQ(after.Greet(5, 2).epoch_ns, 2U);
  after.SendClients(kFewClients, kFewClients);
  EXPECT_TRUE(after.Acknowledged());
  EXPECT_EQ(table_->Records(), 2 * kFewClients);
}

}  // namespace
}  // namespace proxyherd::peer
