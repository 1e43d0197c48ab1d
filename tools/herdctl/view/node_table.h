// Renders one node's view of all nodes: as text for people, as JSON for programs. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace proxyherd::tools {

// One node, as known by another; see Node in peer.proto.
struct NodeRow {
  std::string name;
  std::string state;  // its name, e.g. "serving"
  std::string reason = {};
  bool in_herd_file = true;
  bool known = false;  // whether the fields below are valid
  std::string host = {};
  uint32_t text_port = 0;
  uint32_t grpc_port = 0;
  uint32_t http_port = 0;
  std::string location = {};
  std::string version = {};
  int64_t started_s = 0;  // since 1970
  uint64_t connections = 0;
  uint64_t max_connections = 0;
  uint64_t reports_per_second = 0;
  bool busy = false;
  int links_up = 0;
  int links = 0;
};

// An announcement.
struct AnnouncementRow {
  std::string node;
  uint64_t id = 0;
  std::string text;
  int64_t posted_s = 0;   // since 1970
  int64_t expires_s = 0;  // likewise
};

struct NodesAnswer {
  std::string asked;  // the node that answered
  std::vector<NodeRow> nodes;
  std::vector<AnnouncementRow> announcements;
};

struct FoundRow {
  NodeRow node;
  double distance_m = 0;
  std::string reason;
};

struct FoundAnswer {
  std::string asked;
  std::vector<FoundRow> nodes;
  std::vector<FoundRow> passed_over;
};

std::string RenderNodes(const NodesAnswer& answer, bool colour);
std::string RenderNodesJson(const NodesAnswer& answer);

std::string RenderFound(const FoundAnswer& answer);
std::string RenderFoundJson(const FoundAnswer& answer);

std::string RenderPosted(const AnnouncementRow& posted);
std::string RenderPostedJson(const AnnouncementRow& posted);

}  // namespace proxyherd::tools
