// Small OpenStreetMap files for tests, and a folder for them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proxyherd {

// A new folder, deleted with its contents by the destructor.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string Path(std::string_view name) const;
  // Writes a file, replacing an older one of the same name. Returns its path.
  std::string Write(std::string_view name, std::string_view bytes) const;
  std::vector<std::string> Names() const;

 private:
  std::string path_;
};

std::string ReadBytes(const std::string& path);

using TagList = std::vector<std::pair<std::string, std::string>>;

// Elements of an .osm file, and the complete file.
std::string NodeXml(int64_t id, double latitude, double longitude, const TagList& tags = {});
std::string WayXml(int64_t id, const std::vector<int64_t>& nodes, const TagList& tags = {});
// Members are ways; a negative one has the role "inner".
std::string RelationXml(int64_t id, const std::vector<int64_t>& ways, const TagList& tags = {});
std::string OsmXml(std::string_view elements);

// Converts a file with libosmium, into the format that the name of `to` implies or, if given, into
// `format` (libosmium's name); its header says up to when the data is complete, if that is given.
void Convert(const std::string& from, const std::string& to, const std::string& format = "",
             const std::string& complete_until = "");

}  // namespace proxyherd
