// The wire form of the links' messages.
#include "peer/link_wire.h"

#include <utility>

namespace proxyherd {
namespace {

void HelloToWire(Hello&& from, peer::v1::Hello& to) {
  to.set_herd(std::move(from.herd));
  to.set_node(std::move(from.node));
  to.set_epoch_ns(from.epoch_ns);
  to.set_attempt(from.attempt);
  to.set_protocol_version(from.protocol_version);
  to.set_topology_hash(from.topology_hash);
}

Hello HelloFromWire(peer::v1::Hello& from) {
  return {std::move(*from.mutable_herd()),
          std::move(*from.mutable_node()),
          from.epoch_ns(),
          from.attempt(),
          from.protocol_version(),
          from.topology_hash()};
}

void HeartbeatToWire(const Heartbeat& from, peer::v1::Heartbeat& to) {
  to.set_root_digest(from.root_digest);
  to.set_records(from.records);
  to.set_sent_at_ns(static_cast<uint64_t>(from.sent_at_ns));
}

Heartbeat HeartbeatFromWire(const peer::v1::Heartbeat& from) {
  return {from.root_digest(), from.records(), static_cast<int64_t>(from.sent_at_ns())};
}

void BatchToWire(Batch&& from, peer::v1::Batch& to) {
  to.set_number(from.number);
  for (BatchOrigin& origin : from.origins) {
    peer::v1::Origin& wire = *to.add_origins();
    wire.set_index(origin.index);
    wire.set_node(std::move(origin.node));
  }
  to.set_records(std::move(from.records));
  to.set_repair(from.repair);
}

Batch BatchFromWire(peer::v1::Batch& from) {
  Batch batch;
  batch.number = from.number();
  batch.origins.reserve(static_cast<size_t>(from.origins_size()));
  for (peer::v1::Origin& origin : *from.mutable_origins()) {
    batch.origins.push_back({origin.index(), std::move(*origin.mutable_node())});
  }
  batch.records = std::move(*from.mutable_records());
  batch.repair = from.repair();
  return batch;
}

// Overloads by message type, for std::visit.
struct ToRequest {
  peer::v1::LinkRequest& out;
  void operator()(std::monostate) const {}
  void operator()(Hello&& hello) const { HelloToWire(std::move(hello), *out.mutable_hello()); }
  void operator()(Batch&& batch) const { BatchToWire(std::move(batch), *out.mutable_batch()); }
  void operator()(const Heartbeat& beat) const { HeartbeatToWire(beat, *out.mutable_heartbeat()); }
  void operator()(const RepairDone& done) const {
    out.mutable_repair_done()->set_serving(done.serving);
  }
};

struct ToResponse {
  peer::v1::LinkResponse& out;
  void operator()(std::monostate) const {}
  void operator()(Hello&& hello) const { HelloToWire(std::move(hello), *out.mutable_hello()); }
  void operator()(const Acknowledgement& acknowledgement) const {
    out.mutable_acknowledgement()->set_batch_number(acknowledgement.batch_number);
  }
  void operator()(const Heartbeat& beat) const { HeartbeatToWire(beat, *out.mutable_heartbeat()); }
};

}  // namespace

void ToWire(SenderMessage message, peer::v1::LinkRequest& out) {
  out.Clear();
  std::visit(ToRequest{out}, std::move(message));
}

void ToWire(ReceiverMessage message, peer::v1::LinkResponse& out) {
  out.Clear();
  std::visit(ToResponse{out}, std::move(message));
}

SenderMessage FromWire(peer::v1::LinkRequest& message) {
  switch (message.kind_case()) {
    case peer::v1::LinkRequest::kHello:
      return HelloFromWire(*message.mutable_hello());
    case peer::v1::LinkRequest::kBatch:
      return BatchFromWire(*message.mutable_batch());
    case peer::v1::LinkRequest::kHeartbeat:
      return HeartbeatFromWire(message.heartbeat());
    case peer::v1::LinkRequest::kRepairDone:
      return RepairDone{message.repair_done().serving()};
    case peer::v1::LinkRequest::KIND_NOT_SET:
      break;
  }
  return std::monostate{};
}

ReceiverMessage FromWire(peer::v1::LinkResponse& message) {
  switch (message.kind_case()) {
    case peer::v1::LinkResponse::kHello:
      return HelloFromWire(*message.mutable_hello());
    case peer::v1::LinkResponse::kAcknowledgement:
      return Acknowledgement{message.acknowledgement().batch_number()};
    case peer::v1::LinkResponse::kHeartbeat:
      return HeartbeatFromWire(message.heartbeat());
    case peer::v1::LinkResponse::KIND_NOT_SET:
      break;
  }
  return std::monostate{};
}

}  // namespace proxyherd
