#include "tools/herdctl/view/node_table.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/herdctl/view/time_text.h"

namespace proxyherd::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kGreen = "\x1b[32m";
constexpr const char* kYellow = "\x1b[33m";
constexpr const char* kRed = "\x1b[31m";
constexpr const char* kPlain = "\x1b[0m";

const char* StateColour(const NodeRow& node) {
  if (node.state == "serving") return node.busy ? kYellow : kGreen;
  return node.state == "starting" || node.state == "draining" ? kYellow : kRed;
}

// Pads before colouring, because the escape sequences have no width.
std::string StateCell(const NodeRow& node, bool colour) {
  const std::string padded = absl::StrFormat("%-11s", node.state);
  return colour ? absl::StrCat(StateColour(node), padded, kPlain) : padded;
}

std::string DistanceText(double distance_m) {
  constexpr double kKilometre = 1000;
  return distance_m < kKilometre ? absl::StrFormat("%.0f m", distance_m)
                                 : absl::StrFormat("%.0f km", distance_m / kKilometre);
}

bool Lives(const NodeRow& node) {
  return node.state == "serving" || node.state == "starting" || node.state == "draining";
}

std::string AddressText(const NodeRow& node) {
  return node.known ? absl::StrCat(node.host, ":", node.text_port) : "";
}

// The widths of the columns that depend on their content.
struct Widths {
  int name = std::string_view("NAME").size();
  int address = std::string_view("127.0.0.1:10000      ").size();

  void Fit(const NodeRow& node) {
    name = std::max(name, static_cast<int>(node.name.size()));
    address = std::max(address, static_cast<int>(AddressText(node).size()));
  }
};

std::string Row(const NodeRow& node, const Widths& widths, bool colour) {
  std::string row = absl::StrFormat("%-*s  %s", widths.name, node.name, StateCell(node, colour));
  if (node.known) {
    // The last known load of a node that is gone is outdated.
    const bool lives = Lives(node);
    const std::string limit =
        node.max_connections == 0 ? "" : absl::StrCat("/", node.max_connections);
    absl::StrAppendFormat(&row, "  %-*s  %11s  %9s  %5s  %s", widths.address, AddressText(node),
                          lives ? absl::StrCat(node.connections, limit) : "-",
                          lives ? absl::StrCat(node.reports_per_second) : "-",
                          lives ? absl::StrCat(node.links_up, "/", node.links) : "-",
                          node.location);
  }
  row.erase(row.find_last_not_of(' ') + 1);
  return row;
}

Json NodeJson(const NodeRow& node) {
  Json json = {{"name", node.name}, {"state", node.state}};
  if (!node.reason.empty()) json["reason"] = node.reason;
  json["in_herd_file"] = node.in_herd_file;
  if (!node.known) return json;
  json["host"] = node.host;
  json["text_port"] = node.text_port;
  json["grpc_port"] = node.grpc_port;
  json["http_port"] = node.http_port;
  json["location"] = node.location;
  json["version"] = node.version;
  json["start_time"] = TimeJson(node.started_s);
  json["connections"] = node.connections;
  json["max_connections"] = node.max_connections;
  json["reports_per_second"] = node.reports_per_second;
  json["busy"] = node.busy;
  json["links_up"] = node.links_up;
  json["links"] = node.links;
  return json;
}

Json AnnouncementJson(const AnnouncementRow& row) {
  return {{"node", row.node},
          {"id", row.id},
          {"text", row.text},
          {"post_time", TimeJson(row.posted_s)},
          {"expire_time", TimeJson(row.expires_s)}};
}

Json FoundJson(const std::vector<FoundRow>& rows) {
  Json json = Json::array();
  for (const FoundRow& row : rows) {
    Json one = NodeJson(row.node);
    one["distance_meters"] = row.distance_m;
    // The reason for this answer, which includes the reason for the state.
    one["reason"] = row.reason;
    json.push_back(std::move(one));
  }
  return json;
}

// Nodes' strings may contain bytes that are not UTF-8.
std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string RenderNodes(const NodesAnswer& answer, bool colour) {
  Widths widths;
  for (const NodeRow& node : answer.nodes) widths.Fit(node);
  std::string out =
      absl::StrFormat("%-*s  %-11s  %-*s  %11s  %9s  %5s  %s\n", widths.name, "NAME", "STATE",
                      widths.address, "CLIENTS AT", "CONNECTIONS", "REPORTS/s", "LINKS", "PLACE");
  for (const NodeRow& node : answer.nodes) absl::StrAppend(&out, Row(node, widths, colour), "\n");
  const auto serving = std::count_if(answer.nodes.begin(), answer.nodes.end(),
                                     [](const NodeRow& node) { return node.state == "serving"; });
  absl::StrAppend(&out, "\n", serving, " of ", answer.nodes.size(), " nodes serve, says ",
                  answer.asked, ".\n");
  for (const NodeRow& node : answer.nodes) {
    if (!node.reason.empty()) {
      absl::StrAppend(&out, "  ", node.name, " is ", node.state, ": ", node.reason, "\n");
    }
    if (!node.in_herd_file) {
      absl::StrAppend(&out, "  ", node.name, " is not in the herd file of ", answer.asked, "\n");
    }
  }
  for (const AnnouncementRow& row : answer.announcements) {
    absl::StrAppend(&out, "  ", row.node, " says until ", TimeText(row.expires_s), ": ", row.text,
                    "\n");
  }
  return out;
}

std::string RenderNodesJson(const NodesAnswer& answer) {
  Json json = {{"asked", answer.asked}, {"nodes", Json::array()}};
  for (const NodeRow& node : answer.nodes) json["nodes"].push_back(NodeJson(node));
  json["announcements"] = Json::array();
  for (const AnnouncementRow& row : answer.announcements) {
    json["announcements"].push_back(AnnouncementJson(row));
  }
  return Dump(json);
}

std::string RenderFound(const FoundAnswer& answer) {
  std::string out;
  for (const FoundRow& row : answer.nodes) {
    absl::StrAppend(&out, row.node.name, "  ", row.node.host, ":", row.node.text_port, "  ",
                    DistanceText(row.distance_m), "  ", row.reason, "\n");
  }
  if (answer.nodes.empty()) {
    absl::StrAppend(&out, "no node serves that is not busy, says ", answer.asked, "\n");
  }
  for (const FoundRow& row : answer.passed_over) {
    absl::StrAppend(&out, "  passed over: ", row.node.name, ", ", DistanceText(row.distance_m),
                    ", ", row.reason, "\n");
  }
  return out;
}

std::string RenderFoundJson(const FoundAnswer& answer) {
  return Dump({{"asked", answer.asked},
               {"nodes", FoundJson(answer.nodes)},
               {"passed_over", FoundJson(answer.passed_over)}});
}

std::string RenderPosted(const AnnouncementRow& posted) {
  return absl::StrCat(posted.node, " shows it until ", TimeText(posted.expires_s), "\n");
}

std::string RenderPostedJson(const AnnouncementRow& posted) {
  return Dump(AnnouncementJson(posted));
}

}  // namespace proxyherd::tools
