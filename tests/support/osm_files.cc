// The only test file that knows libosmium.
#include "tests/support/osm_files.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <osmium/io/any_compression.hpp>
#include <osmium/io/pbf_output.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/io/writer.hpp>
#include <osmium/io/xml_input.hpp>
#include <osmium/io/xml_output.hpp>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"

namespace proxyherd {
namespace {

std::string TagsXml(const TagList& tags) {
  std::string xml;
  for (const auto& [key, value] : tags) {
    absl::StrAppend(&xml, "<tag k=\"", key, "\" v=\"", value, "\"/>");
  }
  return xml;
}

constexpr char kMeta[] = "version=\"1\" timestamp=\"2026-01-02T03:04:05Z\"";

}  // namespace

ScratchFolder::ScratchFolder() {
  path_ = (std::filesystem::temp_directory_path() / "proxyherd-osm-XXXXXX").string();
  if (::mkdtemp(path_.data()) == nullptr) std::abort();
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ScratchFolder::Path(std::string_view name) const {
  return absl::StrCat(path_, "/", ToAbsl(name));
}

std::string ScratchFolder::Write(std::string_view name, std::string_view bytes) const {
  std::string path = Path(name);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return path;
}

std::vector<std::string> ScratchFolder::Names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string NodeXml(int64_t id, double latitude, double longitude, const TagList& tags) {
  return absl::StrCat("<node id=\"", id, "\" ", kMeta, " lat=\"", latitude, "\" lon=\"", longitude,
                      "\">", TagsXml(tags), "</node>\n");
}

std::string WayXml(int64_t id, const std::vector<int64_t>& nodes, const TagList& tags) {
  std::string xml = absl::StrCat("<way id=\"", id, "\" ", kMeta, ">");
  for (const int64_t node : nodes) absl::StrAppend(&xml, "<nd ref=\"", node, "\"/>");
  return absl::StrCat(xml, TagsXml(tags), "</way>\n");
}

std::string RelationXml(int64_t id, const std::vector<int64_t>& ways, const TagList& tags) {
  std::string xml = absl::StrCat("<relation id=\"", id, "\" ", kMeta, ">");
  for (const int64_t way : ways) {
    absl::StrAppend(&xml, "<member type=\"way\" ref=\"", std::abs(way), "\" role=\"",
                    way < 0 ? "inner" : "outer", "\"/>");
  }
  return absl::StrCat(xml, TagsXml(tags), "</relation>\n");
}

std::string OsmXml(std::string_view elements) {
  return absl::StrCat("<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n",
                      ToAbsl(elements), "</osm>\n");
}

void Convert(const std::string& from, const std::string& to, const std::string& format,
             const std::string& complete_until) {
  osmium::thread::Pool pool;
  osmium::io::Reader reader(osmium::io::File(from), pool);
  osmium::io::Header header = reader.header();
  if (!complete_until.empty()) header.set("osmosis_replication_timestamp", complete_until);
  osmium::io::Writer writer(osmium::io::File(to, format), header, osmium::io::overwrite::allow,
                            pool);
  while (osmium::memory::Buffer buffer = reader.read()) writer(std::move(buffer));
  writer.close();
  reader.close();
}

}  // namespace proxyherd
