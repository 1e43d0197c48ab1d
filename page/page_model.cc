#include "page/page_model.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/escaped_text.h"
#include "page/frame.h"

namespace proxyherd::page {
namespace {

FrameText Shared(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

void AppendClusters(const std::vector<Cluster>& clusters, std::string& out) {
  for (const Cluster& cluster : clusters) {
    if (out.back() != '[') out += ',';
    AppendPoint(cluster.middle, out);
    // Continues inside the point's brackets.
    out.back() = ',';
    absl::StrAppend(&out, cluster.clients, "]");
  }
}

std::string Begin(const MapSnapshot& map) {
  return absl::StrCat("{\"type\":\"map\",\"version\":", map.version, ",\"clients\":", map.clients,
                      ",\"clusters\":[");
}

}  // namespace

std::string MapFrame(const MapSnapshot& map) {
  std::string out = Begin(map);
  AppendClusters(Clusters(map, {}, 0, PageModel::kMaxWorldClusters), out);
  out += "]}";
  return out;
}

std::string MapAnswer(const MapSnapshot& map, const MapBox& box, int level) {
  std::string out = Begin(map);
  bool complete = false;
  const auto points = PointsIn(map, box, PageModel::kMaxBoxPoints, complete);
  if (!complete) AppendClusters(Clusters(map, box, level, PageModel::kMaxBoxClusters), out);
  for (const GridPoint* point : points) {
    if (out.back() != '[') out += ',';
    AppendPoint(point->at, out);
    out.back() = ',';
    out += "1,";
    AppendString(EscapeBytes(point->client), out);
    out += ']';
  }
  out += "]}";
  return out;
}

std::string ClientAnswer(const Table& table, const std::string& client) {
  StoredReport report;
  if (!table.Find(client, report)) return "";
  std::string line;
  AppendAtLine(report.server, report.received_ns, report.client_time_ns,
               {client, report.location, report.time}, line);
  std::string out = "{\"client\":";
  AppendString(EscapeBytes(client), out);
  out += ",\"at_line\":";
  AppendString(EscapeBytes(line), out);
  out += ",\"server\":";
  AppendString(report.server, out);
  absl::StrAppend(&out, ",\"received_ms\":", report.received_ns / kMillisecond, ",\"at\":");
  AppendPoint(ParseLocation(report.location).value_or(Coordinates{}), out);
  out += '}';
  return out;
}

PageModel::PageModel(PageFacts facts, const Table& table)
    : facts_(std::move(facts)), scan_(table, facts_.details) {}

Frames PageModel::Tick(const Totals& totals, HerdPicture picture, const std::string& seen,
                       bool changed, bool watched) {
  const Sample* const sample = history_.Add(totals);
  const HerdPicture before = std::exchange(picture_, std::move(picture));
  const int64_t before_ns = std::exchange(pictured_ns_, totals.monotonic_ns);
  wall_ns_ = totals.wall_ns;
  hello_.reset();
  if (changed) scan_.NoteChange();
  if (!watched) {
    scan_.Forget();
    map_.reset();
    herd_.reset();
    return {};
  }
  Frames frames;
  std::string herd = HerdFrame(picture_, wall_ns_);
  if (herd_ == nullptr || *herd_ != herd) frames.herd = herd_ = Shared(std::move(herd));
  if (const auto map = scan_.Step()) frames.map = map_ = Shared(MapFrame(*map));
  if (sample == nullptr) return frames;
  std::string tick = "{\"type\":\"tick\",\"sample\":";
  AppendSample(*sample, tick);
  const double seconds = static_cast<double>(totals.monotonic_ns - before_ns) / kSecond;
  absl::StrAppend(&tick, ",\"links\":", LinksJson(picture_.links, before.links, seconds),
                  ",\"seen\":", seen, "}");
  frames.tick = Shared(std::move(tick));
  return frames;
}

Frames PageModel::Early() {
  scan_.NoteChange();
  Frames frames;
  if (!scan_.OneTurn()) return frames;
  if (const auto map = scan_.Step()) frames.map = map_ = Shared(MapFrame(*map));
  return frames;
}

Frames PageModel::Hello() {
  if (hello_ == nullptr) hello_ = HelloText();
  if (herd_ == nullptr) herd_ = Shared(HerdFrame(picture_, wall_ns_));
  if (map_ == nullptr) {
    if (const auto map = scan_.Step()) map_ = Shared(MapFrame(*map));
  }
  return {hello_, herd_, map_, nullptr};
}

FrameText PageModel::HelloText() const {
  std::string out = "{\"type\":\"hello\",\"herd\":";
  AppendString(facts_.herd, out);
  out += ",\"node\":";
  AppendString(facts_.node, out);
  out += ",\"version\":";
  AppendString(facts_.version, out);
  absl::StrAppend(&out, ",\"details\":", facts_.details ? "true" : "false",
                  ",\"console\":", facts_.console ? "true" : "false", ",\"samples\":[");
  for (const Sample& sample : history_.samples()) {
    if (out.back() != '[') out += ',';
    AppendSample(sample, out);
  }
  out += "]}";
  return Shared(std::move(out));
}

}  // namespace proxyherd::page
