#include "page/herd_picture.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "page/frame.h"

namespace proxyherd::page {
namespace {

// Writes the fields of one object.
class Fields {
 public:
  explicit Fields(std::string& out) : out_(out) { out_ += '{'; }
  ~Fields() { out_ += '}'; }
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  std::string& Key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    absl::StrAppend(&out_, "\"", ToAbsl(name), "\":");
    return out_;
  }
  void Text(std::string_view name, std::string_view text) { AppendString(text, Key(name)); }
  void Flag(std::string_view name, bool value) { Key(name) += value ? "true" : "false"; }
  void Number(std::string_view name, uint64_t value) { absl::StrAppend(&Key(name), value); }
  void Number(std::string_view name, double value) { absl::StrAppend(&Key(name), value); }

 private:
  std::string& out_;
  bool first_ = true;
};

void AppendClaims(const std::vector<peer::LinkClaim>& claims, std::string& out) {
  out += '[';
  for (const peer::LinkClaim& claim : claims) {
    if (out.back() != '[') out += ',';
    Fields fields(out);
    fields.Text("to", claim.neighbour);
    fields.Flag("out", claim.outgoing_up);
    fields.Flag("in", claim.incoming_up);
  }
  out += ']';
}

void AppendNode(const PicturedNode& node, std::string& out) {
  Fields fields(out);
  fields.Text("name", node.name);
  fields.Text("state", peer::NameOf(node.state));
  fields.Text("reason", node.reason);
  fields.Flag("expected", node.expected);
  if (!node.heard_of) return;
  const peer::MemberEntry& member = node.member;
  fields.Text("host", member.address.host);
  fields.Number("text", uint64_t{member.address.text_port});
  fields.Number("http", uint64_t{member.address.http_port});
  fields.Text("version", member.address.version);
  if (const auto at = ParseLocation(member.address.location)) AppendPoint(*at, fields.Key("at"));
  fields.Number("since", member.version.epoch_ns / static_cast<uint64_t>(kSecond));
  fields.Number("connections", member.load.connections);
  fields.Number("max_connections", member.load.max_connections);
  fields.Number("reports", member.load.reports_per_second);
  AppendClaims(member.links, fields.Key("links"));
}

struct Posted {
  const std::string* node;
  const peer::Announcement* announcement;
};

void AppendAnnouncements(const HerdPicture& picture, int64_t wall_ns, std::string& out) {
  std::vector<Posted> posted;
  for (const PicturedNode& node : picture.nodes) {
    for (const peer::Announcement& announcement : node.member.people) {
      if (peer::IsCurrent(announcement, wall_ns)) posted.push_back({&node.name, &announcement});
    }
  }
  std::sort(posted.begin(), posted.end(), [](const Posted& a, const Posted& b) {
    return std::pair(b.announcement->id, *a.node) < std::pair(a.announcement->id, *b.node);
  });
  posted.resize(std::min(posted.size(), HerdPicture::kMaxAnnouncements));
  out += '[';
  for (const Posted& one : posted) {
    if (out.back() != '[') out += ',';
    Fields fields(out);
    fields.Text("node", *one.node);
    fields.Text("text", one.announcement->text);
    fields.Number("posted", one.announcement->id / static_cast<uint64_t>(kSecond));
    fields.Number("expires", one.announcement->expires_ns / static_cast<uint64_t>(kSecond));
  }
  out += ']';
}

uint64_t SentBy(const peer::LinkSetView& links, const std::string& neighbour) {
  for (const peer::LinkView& link : links.links) {
    if (link.neighbour == neighbour) return link.sent.records;
  }
  return 0;
}

uint64_t Received(const peer::LinkView& link) {
  const peer::MergeCounts& records = link.received.records;
  return records.won + records.equal + records.stale;
}

uint64_t ReceivedBy(const peer::LinkSetView& links, const std::string& neighbour) {
  for (const peer::LinkView& link : links.links) {
    if (link.neighbour == neighbour) return Received(link);
  }
  return 0;
}

double Rate(uint64_t now, uint64_t before, double seconds) {
  return now < before ? 0 : static_cast<double>(now - before) / std::max(seconds, 1e-3);
}

}  // namespace

HerdPicture TakePicture(const std::vector<peer::NodeView>& nodes) {
  HerdPicture picture;
  for (const peer::NodeView& view : nodes) {
    if (picture.nodes.size() == HerdPicture::kMaxNodes) {
      ++picture.nodes_left_out;
      continue;
    }
    PicturedNode node{view.name, view.state, view.reason, view.expected, view.member != nullptr,
                      {}};
    if (view.member != nullptr) node.member = *view.member;
    picture.nodes.push_back(std::move(node));
  }
  return picture;
}

std::string HerdFrame(const HerdPicture& picture, int64_t wall_ns) {
  std::string out;
  {
    Fields fields(out);
    fields.Text("type", "herd");
    fields.Flag("ready", picture.links.ready);
    fields.Text("waiting_for", picture.links.waiting_for);
    fields.Number("left_out", uint64_t{picture.nodes_left_out});
    std::string& nodes = fields.Key("nodes");
    nodes += '[';
    for (const PicturedNode& node : picture.nodes) {
      if (nodes.back() != '[') nodes += ',';
      AppendNode(node, nodes);
    }
    nodes += ']';
    AppendAnnouncements(picture, wall_ns, fields.Key("words"));
  }
  return out;
}

std::string LinksJson(const peer::LinkSetView& links, const peer::LinkSetView& before,
                      double seconds) {
  std::string out = "[";
  for (const peer::LinkView& link : links.links) {
    if (out.size() > 1) out += ',';
    Fields fields(out);
    fields.Text("to", link.neighbour);
    fields.Text("out", peer::ToString(link.outgoing));
    fields.Text("in", peer::ToString(link.incoming));
    fields.Text("reason", link.reason);
    fields.Number("lag", link.lag_records);
    fields.Number("rtt_us", static_cast<double>(link.round_trip_ns) / kMicrosecond);
    fields.Number("ahead_ms", static_cast<double>(link.clock_ahead_ns) / kMillisecond);
    fields.Flag("agrees", link.agrees);
    fields.Flag("repairing", link.repairing);
    fields.Number("differing", link.differing);
    fields.Number("sent", Rate(link.sent.records, SentBy(before, link.neighbour), seconds));
    fields.Number("received", Rate(Received(link), ReceivedBy(before, link.neighbour), seconds));
  }
  out += ']';
  return out;
}

}  // namespace proxyherd::page
