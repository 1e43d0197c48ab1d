#include "peer/service/peer_metrics.h"

#include <string>
#include <utility>

#include "metrics/families.h"
#include "peer/http2/stream_limits.h"

namespace proxyherd::peer {
namespace {

using prometheus::MetricType;

// A metric family with one value per link.
struct LinkFamily {
  MetricType type;
  const char* name;
  const char* help;
  double (*value)(const LinkView&);
};

constexpr LinkFamily kLinkFamilies[] = {
    {MetricType::Gauge, "proxyherd_link_lag_records",
     "Records that have changed and that the neighbour has not acknowledged.",
     [](const LinkView& link) { return static_cast<double>(link.lag_records); }},
    {MetricType::Gauge, "proxyherd_link_round_trip_seconds",
     "Round trip of the last heartbeat; 0 before the first.",
     [](const LinkView& link) { return static_cast<double>(link.round_trip_ns) / kSecond; }},
    {MetricType::Gauge, "proxyherd_link_agrees",
     "1 if both ends are known to hold the same, except for changes on their way.",
     [](const LinkView& link) { return link.agrees ? 1.0 : 0.0; }},
    {MetricType::Gauge, "proxyherd_link_disagreement_seconds",
     "Time for which the two ends have not been known to hold the same; 0 if they are.",
     [](const LinkView& link) {
       return link.agrees ? 0.0 : static_cast<double>(link.agreement_for_ns) / kSecond;
     }},
    {MetricType::Gauge, "proxyherd_link_differing_records",
     "Records that differed in the last comparison, most of them on their way.",
     [](const LinkView& link) { return static_cast<double>(link.differing); }},
    {MetricType::Gauge, "proxyherd_link_divergent_records",
     "Records that differed in two comparisons a second apart.",
     [](const LinkView& link) { return static_cast<double>(link.divergent); }},
    {MetricType::Gauge, "proxyherd_link_clock_ahead_seconds",
     "Neighbour's clock minus ours, to within a round trip.",
     [](const LinkView& link) { return static_cast<double>(link.clock_ahead_ns) / kSecond; }},
    {MetricType::Gauge, "proxyherd_link_repairing",
     "1 while repair after a new epoch is running; reported by the asking end only.",
     [](const LinkView& link) { return link.repairing ? 1.0 : 0.0; }},
    {MetricType::Gauge, "proxyherd_link_topology_matches",
     "0 if the neighbour's herd file describes other nodes or links than ours.",
     [](const LinkView& link) { return link.same_topology ? 1.0 : 0.0; }},
    {MetricType::Gauge, "proxyherd_link_expiry_matches",
     "0 if the neighbour forgets clients after another time than this node.",
     [](const LinkView& link) { return link.same_expiry ? 1.0 : 0.0; }},
    {MetricType::Counter, "proxyherd_link_dials_total", "Dials of the neighbour.",
     [](const LinkView& link) { return static_cast<double>(link.sent.attempts); }},
    {MetricType::Counter, "proxyherd_link_handshakes_total",
     "Times that the outgoing stream came up.",
     [](const LinkView& link) { return static_cast<double>(link.sent.times_up); }},
    {MetricType::Counter, "proxyherd_flood_sent_records_total",
     "Records sent to the neighbour, including repeated ones.",
     [](const LinkView& link) { return static_cast<double>(link.sent.records); }},
    {MetricType::Counter, "proxyherd_flood_sent_batches_total", "Batches sent to the neighbour.",
     [](const LinkView& link) { return static_cast<double>(link.sent.batches); }},
    {MetricType::Counter, "proxyherd_flood_sent_bytes_total",
     "Bytes of records sent to the neighbour, without framing.",
     [](const LinkView& link) { return static_cast<double>(link.sent.record_bytes); }},
    {MetricType::Counter, "proxyherd_repair_sent_records_total",
     "Records sent because repair found that the neighbour lacked them, without those in answers.",
     [](const LinkView& link) { return static_cast<double>(link.sent.repair_records); }},
    {MetricType::Counter, "proxyherd_repair_questions_total", "Repair questions asked.",
     [](const LinkView& link) { return static_cast<double>(link.sent.repair_questions); }},
    {MetricType::Counter, "proxyherd_flood_received_batches_total",
     "Batches received from the neighbour.",
     [](const LinkView& link) { return static_cast<double>(link.received.batches); }},
    {MetricType::Counter, "proxyherd_flood_received_bytes_total",
     "Bytes of records received from the neighbour, without framing.",
     [](const LinkView& link) { return static_cast<double>(link.received.record_bytes); }},
};

void AddLinks(const LinkSetView& view, metrics::Families& families) {
  families.Begin(MetricType::Gauge, "proxyherd_link_up",
                 "1 if the stream of the link is past its handshake.");
  for (const LinkView& link : view.links) {
    families.Add({{"peer", link.neighbour}, {"direction", "outgoing"}},
                 link.outgoing == LinkState::kUp ? 1 : 0);
    families.Add({{"peer", link.neighbour}, {"direction", "incoming"}},
                 link.incoming == LinkState::kUp ? 1 : 0);
  }
  for (const LinkFamily& family : kLinkFamilies) {
    families.Begin(family.type, family.name, family.help);
    for (const LinkView& link : view.links) {
      families.Add({{"peer", link.neighbour}}, family.value(link));
    }
  }
  families.Begin(MetricType::Counter, "proxyherd_link_limit_hits_total",
                 "Times that the neighbour exceeded a limit, by limit.");
  for (const LinkView& link : view.links) {
    for (int i = 0; i < kLinkLimits; ++i) {
      const auto limit = static_cast<LinkLimit>(i);
      families.Add({{"peer", link.neighbour}, {"limit", std::string(NameOf(limit))}},
                   static_cast<double>(link.limits[limit]));
    }
  }
  families.Begin(MetricType::Counter, "proxyherd_flood_received_records_total",
                 "Records received from the neighbour, by result of their merge.");
  for (const LinkView& link : view.links) {
    const MergeCounts& records = link.received.records;
    for (const auto& [result, count] : {std::pair<const char*, uint64_t>{"won", records.won},
                                        {"duplicate", records.equal},
                                        {"stale", records.stale},
                                        {"invalid", records.invalid},
                                        {"expired", records.expired}}) {
      families.Add({{"peer", link.neighbour}, {"result", result}}, static_cast<double>(count));
    }
  }
}

void AddNodes(const LinkSetView& view, metrics::Families& families) {
  families.Begin(MetricType::Gauge, "proxyherd_herd_nodes",
                 "Nodes of the herd by state, as known here.");
  for (size_t i = 1; i < kNodeStates; ++i) {
    families.Add({{"state", std::string(NameOf(static_cast<NodeState>(i)))}},
                 static_cast<double>(view.nodes[i]));
  }
  families.Gauge("proxyherd_herd_file_differing_nodes",
                 "Heard nodes whose herd file describes other nodes or links than ours.",
                 static_cast<double>(view.differing_files));
  families.Gauge("proxyherd_herd_unlisted_nodes", "Heard nodes that are not in our herd file.",
                 static_cast<double>(view.unlisted_nodes));
  families.Gauge("proxyherd_announcements", "Current announcements of all nodes.",
                 static_cast<double>(view.announcements));
  families.Begin(MetricType::Counter, "proxyherd_membership_updates_received_total",
                 "Membership entries received from neighbours, by result of their merge.");
  families.Add({{"result", "won"}}, static_cast<double>(view.membership.won));
  families.Add({{"result", "known"}}, static_cast<double>(view.membership.known));
  families.Add({{"result", "malformed"}}, static_cast<double>(view.membership.malformed));
  families.Add({{"result", "no_room"}}, static_cast<double>(view.membership.no_room));
  families.Begin(MetricType::Counter, "proxyherd_membership_limit_hits_total",
                 "Times that a limit of the membership was reached, by limit.");
  families.Add({{"limit", "nodes"}}, static_cast<double>(view.membership.no_room));
  families.Add({{"limit", "announcements"}}, static_cast<double>(view.posts_refused));
}

}  // namespace

std::vector<prometheus::MetricFamily> PeerMetrics::Collect() const {
  const LinkSetView view = links_.View();
  metrics::Families families;
  families.Gauge("proxyherd_table_records", "Clients known.",
                 static_cast<double>(table_.Records()));
  families.Gauge("proxyherd_table_memory_bytes",
                 "Memory for the records of the table, free blocks included.",
                 static_cast<double>(table_.MemoryBytes()));
  families.Gauge(
      "proxyherd_table_max_records",
      "New clients beyond this many are refused: the minimum of the limits of the herd's nodes.",
      static_cast<double>(table_.limits().Clients()));
  families.Gauge("proxyherd_table_footprint_bytes",
                 "Memory of the table, including the room that it needs to reorganize itself.",
                 static_cast<double>(table_.FootprintBytes()));
  families.Gauge("proxyherd_table_max_footprint_bytes",
                 "New clients and longer records beyond this are refused: the minimum of the "
                 "limits of the herd's nodes.",
                 static_cast<double>(table_.limits().Bytes()));
  families.Gauge("proxyherd_table_own_max_footprint_bytes",
                 "This node's own limit on the footprint, --max_table_bytes.",
                 static_cast<double>(table_.limits().Own().bytes));
  families.Counter(
      "proxyherd_table_future_reports_total",
      "Reports further in the future than --max_future, which are ordered by their receipt.",
      static_cast<double>(table_.FutureReports()));
  families.Counter(
      "proxyherd_table_expired_records_total",
      "Records that were deleted because of their age, or skipped when a peer sent them.",
      static_cast<double>(table_.ExpiredRecords()));
  families.Gauge(
      "proxyherd_ready",
      "1 once the node knows what the herd knows, or found no neighbour to ask; 0 again if it "
      "is displaced, and while it reaches no neighbour.",
      view.ready ? 1 : 0);
  families.Gauge("proxyherd_node_displaced",
                 "1 after another process of the node's name has taken its links.",
                 view.displaced ? 1 : 0);
  families.Gauge(
      "proxyherd_node_cannot_speak",
      "1 while neighbours are linked to the node but it has reached none of them for 10 s.",
      view.mute ? 1 : 0);
  families.Counter("proxyherd_link_refused_total", "Incoming streams that were refused.",
                   static_cast<double>(view.refused));
  AddLinks(view, families);
  AddNodes(view, families);
  families.Begin(MetricType::Counter, "proxyherd_link_connection_limit_hits_total",
                 "Times that the other end of a link's connection exceeded a limit, by limit.");
  for (int i = 0; i < kStreamLimits; ++i) {
    const auto limit = static_cast<StreamLimit>(i);
    families.Add({{"limit", std::string(NameOf(limit))}},
                 static_cast<double>(links_.stream_limit_hits()[limit]));
  }
  families.Begin(MetricType::Counter, "proxyherd_watch_limit_hits_total",
                 "Times that a watcher reached a limit, by limit.");
  for (int i = 0; i < kWatchLimits; ++i) {
    const auto limit = static_cast<WatchLimit>(i);
    families.Add({{"limit", std::string(NameOf(limit))}},
                 static_cast<double>(watch_limit_hits_[limit].Value()));
  }
  families.Begin(
      MetricType::Histogram, "proxyherd_flood_age_seconds",
      "Time from the receipt of a report at its node to its merge here, by both clocks.");
  families.AddHistogram({}, {&links_.flood_ages()});
  return families.Take();
}

}  // namespace proxyherd::peer
