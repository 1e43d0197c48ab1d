#include "peer/wire/link_wire.h"

#include <utility>

#include "peer/wire/membership_wire.h"

namespace proxyherd::peer {
namespace {

void HelloToWire(Hello&& from, peer::v1::Hello& to) {
  to.set_herd(std::move(from.herd));
  to.set_node(std::move(from.node));
  to.set_epoch_ns(from.epoch_ns);
  to.set_attempt(from.attempt);
  to.set_protocol_version(from.protocol_version);
  to.set_topology_hash(from.topology_hash);
  to.set_knows_epoch_ns(from.knows_epoch_ns);
  to.set_expire_after_ns(from.expire_after_ns);
  to.set_late_acknowledgements(from.late_acknowledgements);
}

Hello HelloFromWire(peer::v1::Hello& from) {
  Hello hello;
  hello.herd = std::move(*from.mutable_herd());
  hello.node = std::move(*from.mutable_node());
  hello.epoch_ns = from.epoch_ns();
  hello.attempt = from.attempt();
  hello.protocol_version = from.protocol_version();
  hello.topology_hash = from.topology_hash();
  hello.knows_epoch_ns = from.knows_epoch_ns();
  hello.expire_after_ns = from.expire_after_ns();
  hello.late_acknowledgements = from.late_acknowledgements();
  return hello;
}

void HeartbeatToWire(const Heartbeat& from, peer::v1::Heartbeat& to) {
  to.set_number(from.number);
  if (from.digest.has_value()) {
    peer::v1::TableDigest& digest = *to.mutable_digest();
    digest.set_tick(from.digest->tick);
    digest.set_sum(from.digest->sum);
    if (from.digest->previous_sum.has_value()) {
      digest.set_previous_sum(*from.digest->previous_sum);
    }
  }
  to.set_records(from.records);
  to.set_clock_ns(static_cast<uint64_t>(from.clock_ns));
  to.set_serving(from.serving);
  to.set_merged_batch(from.merged_batch);
}

Heartbeat HeartbeatFromWire(const peer::v1::Heartbeat& from) {
  Heartbeat beat;
  beat.number = from.number();
  if (from.has_digest()) {
    const peer::v1::TableDigest& digest = from.digest();
    beat.digest = {digest.tick(), digest.sum(), std::nullopt};
    if (digest.has_previous_sum()) beat.digest->previous_sum = digest.previous_sum();
  }
  beat.records = from.records();
  beat.clock_ns = static_cast<int64_t>(from.clock_ns());
  beat.serving = from.serving();
  beat.merged_batch = from.merged_batch();
  return beat;
}

// Moves origins to or from the wire form.
template <typename Wire>
void OriginsToWire(std::vector<BatchOrigin>&& from, Wire& to) {
  for (BatchOrigin& origin : from) {
    peer::v1::Origin& wire = *to.add_origins();
    wire.set_index(origin.index);
    wire.set_node(std::move(origin.node));
  }
}

template <typename Wire>
std::vector<BatchOrigin> OriginsFromWire(Wire& from) {
  std::vector<BatchOrigin> origins;
  origins.reserve(static_cast<size_t>(from.origins_size()));
  for (peer::v1::Origin& origin : *from.mutable_origins()) {
    origins.push_back({origin.index(), std::move(*origin.mutable_node())});
  }
  return origins;
}

void BatchToWire(Batch&& from, peer::v1::Batch& to) {
  to.set_number(from.number);
  OriginsToWire(std::move(from.origins), to);
  to.set_records(std::move(from.records));
  to.set_repair(from.repair);
  to.set_acknowledge_now(from.acknowledge_now);
}

Batch BatchFromWire(peer::v1::Batch& from) {
  Batch batch;
  batch.number = from.number();
  batch.origins = OriginsFromWire(from);
  batch.records = std::move(*from.mutable_records());
  batch.repair = from.repair();
  batch.acknowledge_now = from.acknowledge_now();
  return batch;
}

void RequestToWire(const RepairRequest& from, peer::v1::RepairRequest& to) {
  to.set_tick(from.tick);
  to.set_most_bytes(from.max_bytes);
  for (const RepairRange& range : from.ranges) {
    peer::v1::RepairRange& wire = *to.add_ranges();
    wire.set_first(range.range.first);
    wire.set_bits(range.range.bits);
    wire.set_by_record(range.by_record);
    wire.mutable_values()->Assign(range.values.begin(), range.values.end());
  }
}

RepairRequest RequestFromWire(const peer::v1::RepairRequest& from) {
  RepairRequest request;
  request.tick = from.tick();
  request.max_bytes = from.most_bytes();
  request.ranges.reserve(static_cast<size_t>(from.ranges_size()));
  for (const peer::v1::RepairRange& range : from.ranges()) {
    request.ranges.push_back({{range.first(), range.bits()},
                              range.by_record(),
                              {range.values().begin(), range.values().end()}});
  }
  return request;
}

void ReplyToWire(RepairReply&& from, peer::v1::RepairReply& to) {
  to.set_knows_tick(from.knows_tick);
  for (const RangeVerdict& verdict : from.verdicts) {
    peer::v1::RangeVerdict& wire = *to.add_verdicts();
    wire.mutable_differing()->Assign(verdict.differing.begin(), verdict.differing.end());
    wire.mutable_records()->Assign(verdict.records.begin(), verdict.records.end());
    wire.set_more(verdict.more);
  }
  OriginsToWire(std::move(from.origins), to);
  to.set_records(std::move(from.records));
  to.set_merged_batch(from.merged_batch);
}

RepairReply ReplyFromWire(peer::v1::RepairReply& from) {
  RepairReply reply;
  reply.knows_tick = from.knows_tick();
  reply.verdicts.reserve(static_cast<size_t>(from.verdicts_size()));
  for (const peer::v1::RangeVerdict& verdict : from.verdicts()) {
    reply.verdicts.push_back({{verdict.differing().begin(), verdict.differing().end()},
                              {verdict.records().begin(), verdict.records().end()},
                              verdict.more()});
  }
  reply.origins = OriginsFromWire(from);
  reply.records = std::move(*from.mutable_records());
  reply.merged_batch = from.merged_batch();
  return reply;
}

void DoneToWire(const RepairDone& from, peer::v1::RepairDone& to) {
  to.set_serving(from.serving);
  to.set_verified(from.verified);
  to.set_differing(from.differing);
  to.set_divergent(from.divergent);
  to.set_covers_attempt(from.covers_attempt);
}

RepairDone DoneFromWire(const peer::v1::RepairDone& from) {
  return {from.serving(), from.verified(), from.differing(), from.divergent(),
          from.covers_attempt()};
}

// Overloads by message type, for std::visit.
struct ToRequest {
  peer::v1::LinkRequest& out;
  void operator()(std::monostate) const {}
  void operator()(Hello&& hello) const { HelloToWire(std::move(hello), *out.mutable_hello()); }
  void operator()(Batch&& batch) const { BatchToWire(std::move(batch), *out.mutable_batch()); }
  void operator()(const Heartbeat& beat) const { HeartbeatToWire(beat, *out.mutable_heartbeat()); }
  void operator()(const RepairRequest& request) const {
    RequestToWire(request, *out.mutable_repair_request());
  }
  void operator()(const RepairDone& done) const { DoneToWire(done, *out.mutable_repair_done()); }
  void operator()(MembershipUpdate&& update) const {
    MembershipToWire(std::move(update), *out.mutable_notices());
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
  void operator()(RepairReply&& reply) const {
    ReplyToWire(std::move(reply), *out.mutable_repair_reply());
  }
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
      return DoneFromWire(message.repair_done());
    case peer::v1::LinkRequest::kRepairRequest:
      return RequestFromWire(message.repair_request());
    case peer::v1::LinkRequest::kNotices:
      return MembershipFromWire(*message.mutable_notices());
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
    case peer::v1::LinkResponse::kRepairReply:
      return ReplyFromWire(*message.mutable_repair_reply());
    case peer::v1::LinkResponse::KIND_NOT_SET:
      break;
  }
  return std::monostate{};
}

}  // namespace proxyherd::peer
