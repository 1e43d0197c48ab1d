// libosmium parses; OsmGatherer decides what to keep. Exceptions of libosmium are caught here.
#include "places/osm/reader/osm_reader.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <future>
#include <new>
#include <osmium/io/bzip2_compression.hpp>
#include <osmium/io/gzip_compression.hpp>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/io/xml_input.hpp>
#include <osmium/osm/node.hpp>
#include <osmium/osm/relation.hpp>
#include <osmium/osm/way.hpp>
#include <osmium/thread/pool.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "places/osm/osm_gatherer.h"
#include "places/osm/reader/get_looking.h"

namespace proxyherd::places {
namespace {

constexpr uint64_t kPasses = 3;
constexpr uint64_t kProgressCalls = 100;
// Memory for what all of libosmium's threads have read and decompressed ahead.
constexpr uint64_t kReaderBytes = uint64_t{16} << 20;
// How often progress is checked while libosmium skips objects that the pass does not need.
constexpr int64_t kLookNs = 1 * kMillisecond;

struct Suffix {
  std::string_view suffix;
  const char* format;  // in libosmium's terms
};
constexpr Suffix kSuffixes[] = {
    {".pbf", "pbf"}, {".osm", "osm"}, {".osm.gz", "osm.gz"}, {".osm.bz2", "osm.bz2"}};

// Returns the format; empty if the name has no known ending.
std::string FormatOf(std::string_view path) {
  for (const Suffix& known : kSuffixes) {
    if (path.ends_with(known.suffix)) return known.format;
  }
  return "";
}

absl::StatusOr<uint64_t> CheckFile(const std::string& path) {
  if (FormatOf(path).empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": unknown kind of file: the name must end in .osm.pbf, .osm, .osm.gz or .osm.bz2"));
  }
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot be opened"));
  }
  if (!S_ISREG(status.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is not a file"));
  }
  if (status.st_size == 0) {
    return absl::DataLossError(absl::StrCat(path, ": is empty; download it again"));
  }
  return static_cast<uint64_t>(status.st_size);
}

// Adds "./" to relative paths, because libosmium interprets some names as URLs, and "-" as stdin.
std::string PlainPath(const std::string& path) {
  return absl::StartsWith(path, "/") ? path : absl::StrCat("./", path);
}

// Returns YYYY-MM-DD of YYYY-MM-DDThh:mm:ssZ; empty for other strings.
std::string DateOf(const std::string& time) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  if (time.size() < kForm.size()) return "";
  for (size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == 'd' ? !absl::ascii_isdigit(time[i]) : time[i] != kForm[i]) return "";
  }
  return time.substr(0, kForm.size());
}

GeoPoint PointOf(const osmium::Location& location) {
  return {location.lat_without_check(), location.lon_without_check()};
}

// libosmium stores keys and values one after another, each with a zero byte at the end, and its own
// iterator relies on this. But strings of a damaged file may contain zero bytes, so that the list
// has more strings than expected, or an odd number.
void ReadTags(const osmium::TagList& list, std::vector<OsmTag>& tags) {
  std::string_view rest(reinterpret_cast<const char*>(list.data()), list.byte_size());
  rest.remove_prefix(std::min(rest.size(), sizeof(list)));
  for (;;) {
    const size_t key_end = rest.find('\0');
    if (key_end == std::string_view::npos) return;
    const size_t value_end = rest.find('\0', key_end + 1);
    if (value_end == std::string_view::npos) return;
    tags.push_back({rest.substr(0, key_end), rest.substr(key_end + 1, value_end - key_end - 1)});
    rest.remove_prefix(value_end + 1);
  }
}

// The three passes over a file. Member functions throw the exceptions of libosmium.
class Reading {
 public:
  Reading(const std::string& path, uint64_t size, OsmProgressCallback progress,
          uint64_t memory_bytes)
      : file_(PlainPath(path), FormatOf(path)),
        size_(size),
        progress_(progress),
        memory_bytes_(memory_bytes) {
    report_.file = path;
    report_.bytes_total = kPasses * size;
  }

  absl::StatusOr<OsmExtract> Run() {
    if (absl::Status s = Pass(osmium::osm_entity_bits::relation); !s.ok()) return s;
    gatherer_.EndRelations();
    if (absl::Status s = Pass(osmium::osm_entity_bits::way); !s.ok()) return s;
    gatherer_.EndWays();
    if (absl::Status s = Pass(osmium::osm_entity_bits::node); !s.ok()) return s;
    absl::StatusOr<OsmStore> store = gatherer_.Finish();
    if (!store.ok()) {
      return absl::Status(store.status().code(),
                          absl::StrCat(report_.file, ": ", store.status().message()));
    }
    OsmExtract extract{*std::move(store), gatherer_.counts(), DataDate()};
    extract.counts.bytes = size_;
    if (extract.counts.nodes + extract.counts.ways + extract.counts.relations == 0) {
      return absl::DataLossError(absl::StrCat(report_.file, ": has no objects; download it again"));
    }
    return extract;
  }

 private:
  absl::Status Pass(osmium::osm_entity_bits::type entities) {
    osmium::io::Reader reader(file_, entities, pool_);
    const osmium::io::Header header = reader.header();
    if (header.has_multiple_object_versions()) {
      return absl::InvalidArgumentError(
          absl::StrCat(report_.file, ": is a change or history file; use a plain extract"));
    }
    header_date_ = header.get("osmosis_replication_timestamp");
    while (osmium::memory::Buffer buffer = Next(reader)) {
      if (given_up_) break;
      for (const osmium::OSMObject& object : buffer.select<osmium::OSMObject>()) Take(object);
      if (absl::Status s = CheckMemory(); !s.ok()) return s;
      Report(reader.offset());
    }
    reader.close();
    ++passes_done_;
    Tell(passes_done_ * size_);
    return given_up_ ? absl::CancelledError(absl::StrCat(report_.file, ": reading was cancelled"))
                     : absl::OkStatus();
  }

  // Returns the next objects; empty at the end. libosmium returns only objects that the pass needs,
  // so one call may read most of a file. Therefore another thread calls it.
  osmium::memory::Buffer Next(osmium::io::Reader& reader) {
    return GetLooking(std::async(std::launch::async, [&reader] { return reader.read(); }), kLookNs,
                      [&] { Report(reader.offset()); });
  }

  void Take(const osmium::OSMObject& object) {
    if (!object.visible()) return;
    newest_ = std::max(newest_, object.timestamp());
    tags_.clear();
    ReadTags(object.tags(), tags_);
    parts_.clear();
    if (object.type() == osmium::item_type::node) {
      gatherer_.AddNode(object.id(), tags_,
                        PointOf(static_cast<const osmium::Node&>(object).location()));
    } else if (object.type() == osmium::item_type::way) {
      for (const osmium::NodeRef& node : static_cast<const osmium::Way&>(object).nodes()) {
        parts_.push_back(node.ref());
      }
      gatherer_.AddWay(object.id(), tags_, parts_);
    } else if (object.type() == osmium::item_type::relation) {
      for (const auto& member : static_cast<const osmium::Relation&>(object).members()) {
        const bool inner = std::string_view(member.role()) == "inner";
        if (member.type() == osmium::item_type::way && !inner) parts_.push_back(member.ref());
      }
      gatherer_.AddRelation(object.id(), tags_, parts_);
    }
  }

  absl::Status CheckMemory() const {
    return CheckOsmMemory(report_.file, "holding what was read",
                          kReaderBytes + gatherer_.PeakBytes(), memory_bytes_);
  }

  // `offset` is the number of bytes read in the present pass.
  void Report(uint64_t offset) {
    const uint64_t bytes = passes_done_ * size_ + std::min(offset, size_);
    if (bytes - report_.bytes_read >= report_.bytes_total / kProgressCalls) Tell(bytes);
  }

  void Tell(uint64_t bytes_read) {
    report_.bytes_read = bytes_read;
    report_.places = gatherer_.places();
    given_up_ = given_up_ || !progress_(report_);
  }

  std::string DataDate() const {
    const std::string stated = DateOf(header_date_);
    return stated.empty() ? DateOf(newest_.to_iso()) : stated;
  }

  const osmium::io::File file_;
  const uint64_t size_;
  const OsmProgressCallback progress_;
  const uint64_t memory_bytes_;
  osmium::thread::Pool pool_;
  OsmGatherer gatherer_;
  OsmProgress report_;
  uint64_t passes_done_ = 0;
  bool given_up_ = false;
  std::string header_date_;
  osmium::Timestamp newest_;
  std::vector<OsmTag> tags_;    // of the present object
  std::vector<int64_t> parts_;  // of the present object
};

}  // namespace

absl::StatusOr<OsmExtract> ReadOsmFile(const std::string& path, OsmProgressCallback progress,
                                       uint64_t memory_bytes) {
  const absl::StatusOr<uint64_t> size = CheckFile(path);
  if (!size.ok()) return size.status();
  const uint64_t needed = kReaderBytes + OsmReadingBytes(path, *size);
  if (absl::Status s = CheckOsmMemory(path, "reading it", needed, memory_bytes); !s.ok()) return s;
  try {
    return Reading(path, *size, progress, memory_bytes).Run();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError(
        absl::StrCat(path, ": not enough memory to read it; use a smaller extract"));
  } catch (const std::system_error& error) {
    return absl::ErrnoToStatus(error.code().value(), absl::StrCat(path, ": cannot be read"));
  } catch (const std::exception& error) {
    return absl::DataLossError(absl::StrCat(path, ": cannot be read as ", FormatOf(path), " (",
                                            error.what(),
                                            "); it is truncated, damaged or of another kind: "
                                            "download it again, or correct its extension"));
  }
}

}  // namespace proxyherd::places
