#include "tools/herdctl/view/top_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/env.h"
#include "tools/herdctl/view/herd_agreement.h"
#include "tools/herdctl/view/herd_table.h"
#include "tools/herdctl/view/reply_scanner.h"
#include "tools/herdctl/view/time_text.h"

namespace proxyherd::tools {
namespace {

using Json = nlohmann::ordered_json;

// The changes between two samples, per second.
struct Rates {
  double reports = 0;
  double cpu = 0;  // 1 means one core
};

struct Row {
  const MemberView* node = nullptr;
  bool known = false;  // it answers; otherwise the other fields are not set
  std::optional<Rates> rates;
  uint64_t lag_records = 0;  // of the link that lags most
  double round_trip_s = 0;   // the longest of its links
  int64_t up_s = 0;
};

std::optional<Rates> RatesOf(const MemberReport& before, const MemberReport& now, double seconds) {
  // The counters of a new process start at 0.
  if (before.started_ns == 0 || before.started_ns != now.started_ns || seconds <= 0 ||
      before.reports > now.reports) {
    return std::nullopt;
  }
  return Rates{static_cast<double>(now.reports - before.reports) / seconds,
               std::max(0.0, now.cpu_s - before.cpu_s) / seconds};
}

std::vector<Row> Rows(const TopLook* before, const TopLook& now) {
  std::vector<Row> rows;
  for (size_t i = 0; i < now.view.nodes.size(); ++i) {
    Row row;
    row.node = &now.view.nodes[i];
    row.known = Answers(*row.node);
    const MemberReport& report = row.node->report;
    if (before != nullptr && row.known && Answers(before->view.nodes[i])) {
      const double seconds = static_cast<double>(now.monotonic_ns - before->monotonic_ns) / kSecond;
      row.rates = RatesOf(before->view.nodes[i].report, report, seconds);
    }
    for (const LinkEnd& end : report.links) {
      row.lag_records = std::max(row.lag_records, end.lag_records);
      if (end.outgoing_up) row.round_trip_s = std::max(row.round_trip_s, end.round_trip_s);
    }
    row.up_s = std::max<int64_t>(0, now.since_1970_ns - report.started_ns) / kSecond;
    rows.push_back(row);
  }
  return rows;
}

constexpr std::array<const char*, 11> kTitles = {
    "NODE", "STATE", "CLIENTS", "CONNS", "REPORTS/s", "LINKS", "LAG", "RTT", "CPU", "MEMORY", "UP"};
using Cells = std::array<std::string, kTitles.size()>;
constexpr size_t kStateCell = 1;

Cells CellsOf(const Row& row) {
  const MemberReport& report = row.node->report;
  const std::string links = absl::StrCat(row.node->links_up, "/", row.node->links_configured);
  if (!row.known) {
    return {row.node->name, StateName(report.state), "-", "-", "-", links, "-", "-", "-", "-", "-"};
  }
  constexpr double kPercent = 100;
  constexpr double kMsPerSecond = 1000;
  return {row.node->name,
          StateName(report.state),
          absl::StrCat(report.records),
          absl::StrCat(report.connections),
          row.rates.has_value() ? absl::StrFormat("%.0f", row.rates->reports) : "-",
          links,
          absl::StrCat(row.lag_records),
          row.round_trip_s > 0 ? absl::StrFormat("%.1f ms", row.round_trip_s * kMsPerSecond) : "-",
          row.rates.has_value() ? absl::StrFormat("%.1f%%", row.rates->cpu * kPercent) : "-",
          report.resident_bytes > 0 ? BytesText(report.resident_bytes) : "-",
          DurationText(row.up_s)};
}

// Cuts to a number of bytes, but never within a UTF-8 character.
std::string Cut(const std::string& line, size_t columns) {
  if (columns == 0 || line.size() <= columns) return line;
  size_t end = columns;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  return line.substr(0, end);
}

// Aligns names and states to the left, numbers to the right.
std::string Joined(const Cells& cells, const std::array<size_t, kTitles.size()>& widths) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths[i] - cells[i].size(), ' ');
    if (i > 0) line += "  ";
    line += i <= kStateCell ? absl::StrCat(cells[i], padding) : absl::StrCat(padding, cells[i]);
  }
  return line;
}

// Called after the line was cut, because escape sequences take no room on the screen.
std::string Coloured(const std::string& line, const MemberView& node, size_t name_width) {
  const size_t begin = name_width + 2;
  const std::string state = StateName(node.report.state);
  if (line.size() < begin + state.size()) return line;
  return absl::StrCat(line.substr(0, begin), StateColour(node.report.state), state, kPlainColour,
                      line.substr(begin + state.size()));
}

Json RowJson(const Row& row) {
  const MemberReport& report = row.node->report;
  Json json = {{"name", row.node->name}, {"state", StateName(report.state)}};
  if (!report.problem.empty()) json["problem"] = report.problem;
  json["links_up"] = row.node->links_up;
  json["links"] = row.node->links_configured;
  if (!row.known) return json;
  json["clients"] = report.records;
  json["connections"] = report.connections;
  json["reports"] = report.reports;
  json["reports_per_second"] = row.rates.has_value() ? Json(row.rates->reports) : Json();
  json["lag_records"] = row.lag_records;
  json["round_trip_seconds"] = row.round_trip_s;
  json["cpu_seconds"] = report.cpu_s;
  json["cpu"] = row.rates.has_value() ? Json(row.rates->cpu) : Json();
  json["resident_bytes"] = report.resident_bytes;
  json["uptime_seconds"] = row.up_s;
  return json;
}

}  // namespace

std::string BytesText(uint64_t bytes) {
  constexpr std::array<const char*, 4> kUnits = {"KiB", "MiB", "GiB", "TiB"};
  constexpr double kUnit = 1024;
  if (static_cast<double>(bytes) < kUnit) return absl::StrCat(bytes, " B");
  double value = static_cast<double>(bytes) / kUnit;
  size_t unit = 0;
  // From here on the value would be shown as 1024.0.
  while (value >= kUnit - 0.05 && unit + 1 < kUnits.size()) {
    value /= kUnit;
    ++unit;
  }
  return absl::StrFormat("%.1f %s", value, kUnits[unit]);
}

std::string DurationText(int64_t seconds) {
  constexpr int64_t kMinute = 60;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  if (seconds < kMinute) return absl::StrCat(seconds, "s");
  if (seconds < kHour) return absl::StrFormat("%dm%02ds", seconds / kMinute, seconds % kMinute);
  if (seconds < kDay) {
    return absl::StrFormat("%dh%02dm", seconds / kHour, seconds % kHour / kMinute);
  }
  return absl::StrFormat("%dd%02dh", seconds / kDay, seconds % kDay / kHour);
}

std::string RenderTop(const TopLook* before, const TopLook& now, bool colour, ScreenSize size) {
  const std::vector<Row> rows = Rows(before, now);
  std::vector<Cells> table(1);
  std::copy(kTitles.begin(), kTitles.end(), table[0].begin());
  for (const Row& row : rows) table.push_back(CellsOf(row));
  std::array<size_t, kTitles.size()> widths{};
  for (const Cells& cells : table) {
    for (size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  const HerdAgreement agreement = CheckAgreement(now.view);
  const std::string phrase = AgreementPhrase(now.view, agreement);
  std::vector<std::string> lines = {
      Cut(absl::StrCat("Herd ", now.view.herd, " at ", TimeText(now.since_1970_ns / kSecond), ": ",
                       RenderProgress(now.view), phrase.empty() ? "" : ", ", phrase, "."),
          size.columns),
      ""};
  for (size_t i = 0; i < table.size(); ++i) {
    std::string line = Cut(Joined(table[i], widths), size.columns);
    lines.push_back(colour && i > 0 ? Coloured(line, *rows[i - 1].node, widths[0]) : line);
  }
  for (const auto& sentences : {Problems(now.view), agreement.differences}) {
    for (const std::string& sentence : sentences) {
      lines.push_back(Cut(absl::StrCat("  ", SafeForTerminal(sentence)), size.columns));
    }
  }
  if (size.lines > 0 && lines.size() > size.lines) lines.resize(size.lines);
  std::string out;
  for (const std::string& line : lines) absl::StrAppend(&out, line, "\n");
  return out;
}

std::string RenderTopFrame(const TopLook* before, const TopLook& now, bool colour, ScreenSize size,
                           double interval_s) {
  constexpr size_t kFooterLines = 2;
  const std::string footer = absl::StrFormat("q quits, Space refreshes; every %g s", interval_s);
  if (size.lines > 0 && size.lines <= 2 * kFooterLines) return RenderTop(before, now, colour, size);
  if (size.lines > 0) size.lines -= kFooterLines;
  return absl::StrCat(RenderTop(before, now, colour, size), "\n", Cut(footer, size.columns), "\n");
}

std::string RenderTopJson(const TopLook* before, const TopLook& now, bool one_line) {
  const HerdAgreement agreement = CheckAgreement(now.view);
  Json json = {{"time", TimeJsonMs(now.since_1970_ns)},
               {"herd", now.view.herd},
               {"all_up", AllUp(now.view)},
               {"all_agree", agreement.agree},
               {"clients", agreement.clients},
               {"in_flight", agreement.in_flight},
               {"nodes", Json::array()}};
  for (const Row& row : Rows(before, now)) json["nodes"].push_back(RowJson(row));
  // Nodes' strings may contain bytes that are not UTF-8.
  return json.dump(one_line ? -1 : 2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace proxyherd::tools
