// Small files of OpenStreetMap for tests, and a folder for them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proxyherd {

// A new folder, which goes with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string Path(std::string_view name) const;
  // Writes a file, over an older one of the name, and gives its path.
  std::string Write(std::string_view name, std::string_view bytes) const;
  std::vector<std::string> Names() const;

 private:
  std::string path_;
};

std::string ReadBytes(const std::string& path);

using TagList = std::vector<std::pair<std::string, std::string>>;

// Elements of an .osm file, and the whole of it.
std::string NodeXml(int64_t id, double latitude, double longitude, const TagList& tags = {});
std::string WayXml(int64_t id, const std::vector<int64_t>& nodes, const TagList& tags = {});
// Members are ways; a negative one has the role "inner".
std::string RelationXml(int64_t id, const std::vector<int64_t>& ways, const TagList& tags = {});
std::string OsmXml(std::string_view elements);

// By libosmium, into what the name of `to` says or, if given, into a format as libosmium names it;
// with a header that says up to when the data is complete, if that is given.
void Convert(const std::string& from, const std::string& to, const std::string& format = "",
             const std::string& complete_until = "");

}  // namespace proxyherd
