#include "config/herd_file.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/absl_strings.h"
#include "base/split.h"
#include "config/text_file.h"
#include "core/feed.h"
#include "core/iso6709.h"
#include "core/record.h"
#include "net/host_port.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace proxyherd::config {
namespace {

using Fields = std::vector<std::string>;

// A node has one follower of its feed per link and one for all watchers.
constexpr size_t kMaxNeighbours = kMaxFollowers - 1;

class Parser {
 public:
  explicit Parser(std::string file_name) : file_name_(std::move(file_name)) {}

  HerdFileResult Parse(std::string_view text) {
    for (std::string_view line : Split(text, '\n')) {
      ++line_;
      line = line.substr(0, line.find('#'));
      const Fields fields =
          absl::StrSplit(ToAbsl(line), absl::ByAnyChar(" \t\r\f\v"), absl::SkipEmpty());
      if (!fields.empty()) ParseFact(fields);
    }
    CheckLinks();
    result_.herd.whole = text.empty() || text.back() == '\n';
    if (result_.herd.herd.empty()) Error(line_, "no `herd NAME` line");
    if (result_.herd.nodes.empty()) Error(line_, "no `node` line");
    std::sort(result_.herd.nodes.begin(), result_.herd.nodes.end(),
              [](const HerdNode& a, const HerdNode& b) { return a.name < b.name; });
    std::sort(result_.herd.links.begin(), result_.herd.links.end());
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [line, text_of_error] : errors_) result_.errors.push_back(std::move(text_of_error));
    return std::move(result_);
  }

 private:
  struct Link {
    int line;
    std::string from;
    std::string to;
  };

  void Error(int line, std::string_view what) {
    errors_.emplace_back(line, absl::StrCat(file_name_, ":", line, ": ", ToAbsl(what)));
  }

  void ParseFact(const Fields& fields) {
    if (fields[0] == "herd") return ParseHerd(fields);
    if (fields[0] == "node") return ParseNode(fields);
    if (fields[0] == "link") return ParseLink(fields);
    if (fields[0] == "places") return ParsePlaces(fields);
    Error(line_,
          absl::StrCat("unknown fact `", fields[0], "`; expected herd, node, link or places"));
  }

  void ParseHerd(const Fields& fields) {
    if (fields.size() != 2 || !IsNodeName(fields[1])) {
      return Error(line_, "expected `herd NAME`, the name of letters, digits, `-`, `_` and `.`");
    }
    if (!result_.herd.herd.empty()) return Error(line_, "the herd already has a name");
    result_.herd.herd = fields[1];
  }

  void ParseNode(const Fields& fields) {
    if (fields.size() < 2 || !IsNodeName(fields[1])) {
      return Error(line_,
                   "expected `node NAME host=HOST text=PORT grpc=PORT http=PORT [link=PORT] "
                   "at=LOCATION`, the name of up to 64 letters, digits, `-`, `_` and `.`");
    }
    HerdNode node;
    node.name = fields[1];
    const auto settings = Settings(fields, 2, {"host", "text", "grpc", "http", "at"}, {"link"});
    if (!settings.has_value()) return;
    node.host = settings->at("host");
    node.text_port = Port(node.host, "text", settings->at("text"));
    node.grpc_port = Port(node.host, "grpc", settings->at("grpc"));
    node.http_port = Port(node.host, "http", settings->at("http"));
    if (const auto link = settings->find("link"); link != settings->end()) {
      node.link_port = Port(node.host, "link", link->second);
    }
    node.at = settings->at("at");
    if (!IsLocation(node.at)) {
      Error(line_, absl::StrCat("at=", node.at, " is not a location like +34.0689-118.4451"));
    }
    const auto [known, added] = node_lines_.emplace(node.name, line_);
    if (!added) {
      return Error(line_, absl::StrCat("node ", node.name, " is defined in line ", known->second,
                                       " already"));
    }
    result_.herd.nodes.push_back(std::move(node));
  }

  void ParsePlaces(const Fields& fields) {
    const auto settings = Settings(fields, 1, {"host", "grpc", "http"}, {});
    if (!settings.has_value()) return;
    if (result_.herd.places.has_value()) return Error(line_, "there is a `places` line already");
    PlacesEndpoint places;
    places.host = settings->at("host");
    places.grpc_port = Port(places.host, "grpc", settings->at("grpc"));
    places.http_port = Port(places.host, "http", settings->at("http"));
    result_.herd.places = std::move(places);
  }

  void ParseLink(const Fields& fields) {
    if (fields.size() != 3) return Error(line_, "expected `link NAME NAME`");
    links_.push_back({line_, fields[1], fields[2]});
  }

  // Reads "key=value" fields, which must have all the keys `needed`, and may have those of
  // `optional`; otherwise appends errors and returns nullopt.
  std::optional<std::map<std::string, std::string>> Settings(
      const Fields& fields, size_t first, const std::vector<std::string>& needed,
      const std::vector<std::string>& optional) {
    std::vector<std::string> keys = needed;
    keys.insert(keys.end(), optional.begin(), optional.end());
    std::map<std::string, std::string> settings;
    const size_t errors = errors_.size();
    for (size_t i = first; i < fields.size(); ++i) {
      const std::pair<std::string, std::string> setting =
          absl::StrSplit(fields[i], absl::MaxSplits('=', 1));
      if (std::find(keys.begin(), keys.end(), setting.first) == keys.end()) {
        Error(line_, absl::StrCat("unknown setting `", fields[i], "`; expected ",
                                  absl::StrJoin(keys, "=, "), "="));
      } else if (setting.second.empty()) {
        Error(line_, absl::StrCat(setting.first, "= has no value"));
      } else if (!settings.insert(setting).second) {
        Error(line_, absl::StrCat(setting.first, "= is given twice"));
      }
    }
    for (const std::string& key : needed) {
      if (errors_.size() == errors && settings.count(key) == 0) {
        Error(line_, absl::StrCat(key, "= is missing"));
      }
    }
    if (errors_.size() != errors) return std::nullopt;
    return settings;
  }

  uint16_t Port(const std::string& host, std::string_view key, const std::string& text) {
    uint32_t port = 0;
    if (!absl::SimpleAtoi(text, &port) || port == 0 || port > 65535) {
      Error(line_, absl::StrCat(ToAbsl(key), "=", text, " is not a port from 1 to 65535"));
      return 0;
    }
    const auto [known, added] = port_lines_.emplace(std::make_pair(host, port), line_);
    if (!added) {
      Error(line_, absl::StrCat(ToAbsl(key), "=", text, ": port ", port, " of ", host,
                                " is used in line ", known->second, " already"));
    }
    return static_cast<uint16_t>(port);
  }

  // Called after all lines were read, so that a link may precede its nodes.
  void CheckLinks() {
    std::map<std::pair<std::string, std::string>, int> seen;
    std::map<std::string, size_t> degree;
    for (const Link& link : links_) {
      bool good = true;
      for (const std::string& name : std::set<std::string>{link.from, link.to}) {
        if (node_lines_.count(name) == 0) {
          Error(link.line, absl::StrCat("link with an unknown node ", name));
          good = false;
        }
      }
      if (link.from == link.to) {
        Error(link.line, absl::StrCat("link of ", link.from, " with itself"));
        good = false;
      }
      const auto [known, added] = seen.emplace(std::minmax(link.from, link.to), link.line);
      if (!added) {
        Error(link.line,
              absl::StrCat("link ", link.from, " ", link.to, " is written in line ", known->second,
                           " already; once is enough for both directions"));
        good = false;
      }
      if (!good) continue;
      for (const std::string* name : {&link.from, &link.to}) {
        if (++degree[*name] == kMaxNeighbours + 1) {
          Error(link.line, absl::StrCat(*name, " has more than ", kMaxNeighbours, " links"));
        }
      }
      result_.herd.links.push_back(known->first);
    }
  }

  const std::string file_name_;
  int line_ = 0;
  HerdFileResult result_;
  std::vector<std::pair<int, std::string>> errors_;
  std::vector<Link> links_;
  std::map<std::string, int> node_lines_;
  std::map<std::pair<std::string, uint32_t>, int> port_lines_;
};

}  // namespace

std::string LinkAddress(const HerdNode& node) {
  return net::JoinHostPort(node.host, node.link_port != 0 ? node.link_port : node.grpc_port);
}

const HerdNode* HerdFile::Find(std::string_view name) const {
  const auto found = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const HerdNode& node) { return node.name == name; });
  return found == nodes.end() ? nullptr : &*found;
}

std::vector<std::string> HerdFile::NeighboursOf(std::string_view name) const {
  std::vector<std::string> neighbours;
  for (const auto& [lesser, greater] : links) {
    if (lesser == name) neighbours.push_back(greater);
    if (greater == name) neighbours.push_back(lesser);
  }
  std::sort(neighbours.begin(), neighbours.end());
  return neighbours;
}

uint64_t HerdFile::TopologyHash() const {
  std::string text = absl::StrCat("herd ", herd, "\n");
  for (const HerdNode& node : nodes) absl::StrAppend(&text, "node ", node.name, "\n");
  for (const auto& link : links)
    absl::StrAppend(&text, "link ", link.first, " ", link.second, "\n");
  return XXH3_64bits(text.data(), text.size());
}

HerdFileResult ParseHerdFile(std::string_view text, const std::string& file_name) {
  return Parser(file_name).Parse(text);
}

absl::StatusOr<HerdFile> ReadHerdFile(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadTextFile(path);
  if (!text.ok()) {
    return absl::Status(text.status().code(),
                        absl::StrCat(text.status().message(), "; name the herd file with --herd="));
  }
  HerdFileResult result = ParseHerdFile(*text, path);
  if (!result.errors.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(result.errors, "\n"));
  }
  return std::move(result.herd);
}

}  // namespace proxyherd::config
