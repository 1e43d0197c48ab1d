// Tests files of every kind, good and bad.
#include "places/osm/reader/osm_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string_view>

#include "tests/support/osm_files.h"

namespace proxyherd::places {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Returns two cafes, a park as a way, one as a relation, and some nodes.
std::string Town() {
  return OsmXml(absl::StrCat(
      NodeXml(1, 0, 0), NodeXml(2, 0, 0.002), NodeXml(3, 0.002, 0.002), NodeXml(4, 0.002, 0),
      NodeXml(5, 0.01, 0.01, {{"amenity", "cafe"}, {"name", "Caf\xc3\xa9 &quot;5&quot;"}}),
      NodeXml(6, 0.02, 0.01, {{"amenity", "cafe"}, {"name", "Six"}, {"opening_hours", "24/7"}}),
      WayXml(7, {1, 2, 3, 4, 1}, {{"leisure", "park"}, {"name", "Park"}}), WayXml(8, {1, 2, 3}),
      WayXml(9, {3, 4, 1}),
      RelationXml(10, {8, 9, -7},
                  {{"type", "multipolygon"}, {"leisure", "park"}, {"name", "Other"}})));
}

// Reads a file with `memory_bytes` of memory and returns the error; `read`: whether reading began.
std::string ErrorWith(const std::string& path, uint64_t memory_bytes, bool& read) {
  const auto begun = [&read](const OsmProgress&) { return read = true; };
  return std::string(ReadOsmFile(path, begun, memory_bytes).status().message());
}

absl::StatusOr<OsmExtract> Read(const std::string& path) {
  return ReadOsmFile(path, [](const OsmProgress&) { return true; });
}

class OsmReaderTest : public testing::Test {
 protected:
  // Writes the town to a file of this name.
  std::string TownFile(const std::string& name) {
    const std::string xml = folder_.Write("town-source.osm", Town());
    const std::string path = folder_.Path(name);
    if (path != xml) Convert(xml, path);
    return path;
  }
  absl::Status ErrorOf(const std::string& name, std::string_view bytes) {
    const std::string path = folder_.Write(name, bytes);
    const absl::Status status = Read(path).status();
    EXPECT_THAT(std::string(status.message()), HasSubstr(path));
    return status;
  }

  ScratchFolder folder_;
};

TEST_F(OsmReaderTest, EveryKindOfFileIsReadAlike) {
  std::string first_bytes;
  for (const char* name : {"town.osm", "town.osm.gz", "town.osm.bz2", "town.osm.pbf", "town.pbf"}) {
    const std::string path = TownFile(name);
    const absl::StatusOr<OsmExtract> extract = Read(path);
    ASSERT_TRUE(extract.ok()) << extract.status();
    const OsmCounts& counts = extract->counts;
    EXPECT_EQ(counts.nodes, 6U) << name;
    EXPECT_EQ(counts.ways, 3U) << name;
    EXPECT_EQ(counts.relations, 1U) << name;
    EXPECT_EQ(counts.places, 4U) << name;
    EXPECT_EQ(counts.hours, 1U) << name;
    EXPECT_EQ(counts.bytes, ReadBytes(path).size()) << name;
    EXPECT_EQ(counts.ways_incomplete + counts.relations_incomplete, 0U) << name;
    EXPECT_EQ(extract->data_date, "2026-01-02") << name;
    const auto hits = extract->store.Nearest({0.01, 0.01}, 50'000, 1, {});
    ASSERT_EQ(hits.size(), 1U);
    EXPECT_EQ(extract->store.MakePlace(hits[0].index, "", "")->name, "Caf\xc3\xa9 \"5\"");
    if (first_bytes.empty()) first_bytes = std::string(extract->store.bytes());
    EXPECT_EQ(extract->store.bytes(), first_bytes) << name;
  }
}

TEST_F(OsmReaderTest, TheOrderOfAFileDoesNotMatter) {
  const std::string path = folder_.Write(
      "mixed.osm", OsmXml(absl::StrCat(WayXml(7, {1, 2}, {{"leisure", "park"}, {"name", "Park"}}),
                                       NodeXml(1, 0, 0), NodeXml(2, 0, 2))));
  const absl::StatusOr<OsmExtract> extract = Read(path);
  ASSERT_TRUE(extract.ok()) << extract.status();
  EXPECT_EQ(extract->counts.places, 1U);
  EXPECT_EQ(extract->counts.ways_incomplete, 0U);
}

TEST_F(OsmReaderTest, AHeadersDateCountsMoreThanTheObjects) {
  const std::string source = folder_.Write("town-source.osm", Town());
  const std::string dated = folder_.Path("dated.osm.pbf");
  Convert(source, dated, "pbf", "2026-03-04T20:21:22Z");
  EXPECT_EQ(Read(dated)->data_date, "2026-03-04");
  const std::string undated =
      folder_.Write("undated.osm", OsmXml("<node id=\"1\" lat=\"1\" lon=\"2\"/>"));
  EXPECT_EQ(Read(undated)->data_date, "");
}

TEST_F(OsmReaderTest, ObjectsThatWereDeletedAreNotThere) {
  const std::string path = folder_.Write(
      "deleted.osm",
      OsmXml("<node id=\"1\" visible=\"false\"/><node id=\"2\" lat=\"1\" lon=\"2\"/>"));
  EXPECT_EQ(Read(path)->counts.nodes, 1U);
}

TEST_F(OsmReaderTest, ProgressGoesFromTheStartToTheEndAndCanEndIt) {
  const std::string path = TownFile("town.osm.pbf");
  std::vector<OsmProgress> seen;
  const auto record = [&seen](const OsmProgress& progress) {
    seen.push_back(progress);
    return true;
  };
  ASSERT_TRUE(ReadOsmFile(path, record).ok());
  ASSERT_GE(seen.size(), 3U);
  for (size_t i = 1; i < seen.size(); ++i) EXPECT_GE(seen[i].bytes_read, seen[i - 1].bytes_read);
  EXPECT_EQ(seen.back().file, path);
  EXPECT_EQ(seen.back().bytes_read, seen.back().bytes_total);
  EXPECT_EQ(seen.back().places, 2U);  // ways and relations get their places after all nodes

  const absl::Status given_up =
      ReadOsmFile(path, [](const OsmProgress&) { return false; }).status();
  EXPECT_EQ(given_up.code(), absl::StatusCode::kCancelled);
}

TEST_F(OsmReaderTest, FilesThatAreNoneAreNamed) {
  EXPECT_EQ(Read(folder_.Path("missing.osm.pbf")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(Read(folder_.Path("missing.osm.pbf")).status().message()),
              HasSubstr("missing.osm.pbf"));
  EXPECT_EQ(Read("https://example.org/x.osm.pbf").status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(Read("/dev/null/x.osm").ok());
}

TEST_F(OsmReaderTest, WhatIsWrongIsToldWithWhatToDo) {
  const std::string html = "<html><body>404 Not Found</body></html>";
  const std::string pbf = ReadBytes(TownFile("town.osm.pbf"));
  const std::string gz = ReadBytes(TownFile("town.osm.gz"));
  const std::string bz2 = ReadBytes(TownFile("town.osm.bz2"));
  const struct {
    std::string name;
    std::string bytes;
    absl::StatusCode code;
    std::string hint;
  } table[] = {
      {"town.txt", Town(), absl::StatusCode::kInvalidArgument, "must end in .osm.pbf"},
      {"town.osm.zst", Town(), absl::StatusCode::kInvalidArgument, "must end in .osm.pbf"},
      {"empty.osm", "", absl::StatusCode::kDataLoss, "is empty"},
      {"empty.osm.pbf", "", absl::StatusCode::kDataLoss, "is empty"},
      {"none.osm", OsmXml(""), absl::StatusCode::kDataLoss, "has no objects"},
      {"html.osm", html, absl::StatusCode::kDataLoss, "download it again"},
      {"html.osm.pbf", html, absl::StatusCode::kDataLoss, "download it again"},
      {"html.osm.gz", html, absl::StatusCode::kDataLoss, "download it again"},
      {"html.osm.bz2", html, absl::StatusCode::kDataLoss, "download it again"},
      {"xml.osm.pbf", Town(), absl::StatusCode::kDataLoss, "correct its extension"},
      {"pbf.osm", pbf, absl::StatusCode::kDataLoss, "correct its extension"},
      {"cut.osm", Town().substr(0, Town().size() / 2), absl::StatusCode::kDataLoss, "truncated"},
      {"cut.osm.pbf", pbf.substr(0, pbf.size() - 7), absl::StatusCode::kDataLoss, "truncated"},
      {"cut.osm.gz", gz.substr(0, gz.size() / 2), absl::StatusCode::kDataLoss, "truncated"},
      {"cut.osm.bz2", bz2.substr(0, bz2.size() / 2), absl::StatusCode::kDataLoss, "truncated"},
      {"changes.osm",
       "<osmChange version=\"0.6\"><create><node id=\"1\" version=\"1\" lat=\"1\" lon=\"1\"/>"
       "</create></osmChange>",
       absl::StatusCode::kInvalidArgument, "use a plain extract"}};
  for (const auto& [name, bytes, code, hint] : table) {
    const absl::Status status = ErrorOf(name, bytes);
    EXPECT_EQ(status.code(), code) << name << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(hint)) << name;
  }
}

// libosmium finds the ends of strings by zero bytes, which a damaged file may contain anywhere.
TEST_F(OsmReaderTest, AZeroByteInATagIsNoCrash) {
  const std::string source = folder_.Write("town-source.osm", Town());
  const std::string plain = folder_.Path("plain.osm.pbf");
  Convert(source, plain, "pbf,pbf_compression=none");
  const std::string pbf = ReadBytes(plain);
  for (const char* text : {"amenity", "cafe", "name", "Six", "leisure", "park", "outer"}) {
    std::string damaged = pbf;
    const size_t at = damaged.find(text);
    ASSERT_NE(at, std::string::npos) << text;
    damaged[at + 1] = '\0';
    const absl::StatusOr<OsmExtract> extract = Read(folder_.Write("zero.osm.pbf", damaged));
    ASSERT_TRUE(extract.ok()) << text << extract.status();
    EXPECT_EQ(extract->counts.nodes, 6U) << text;
    EXPECT_LE(extract->counts.places, 4U) << text;
  }
}

// Each reading starts threads, so the sweeps below take only a part of all positions and the suite
// stays quick.
constexpr size_t kSweepStep = 3;

// A file cut anywhere causes an error or has fewer objects, and nothing else.
TEST_F(OsmReaderTest, AFileCutOffAnywhereIsNoCrash) {
  const std::string pbf = ReadBytes(TownFile("town.osm.pbf"));
  for (size_t size = 1; size < pbf.size(); size += kSweepStep) {
    const absl::StatusOr<OsmExtract> cut = Read(folder_.Write("cut.osm.pbf", pbf.substr(0, size)));
    if (cut.ok()) {
      EXPECT_LT(cut->counts.places, 4U) << size;
    } else {
      EXPECT_EQ(cut.status().code(), absl::StatusCode::kDataLoss) << size << cut.status();
    }
  }
}

// The blocks are not compressed, so that a wrong bit reaches their contents.
TEST_F(OsmReaderTest, AWrongBitAnywhereIsNoCrash) {
  const std::string source = folder_.Write("town-source.osm", Town());
  const std::string plain = folder_.Path("plain.osm.pbf");
  Convert(source, plain, "pbf,pbf_compression=none");
  const std::string pbf = ReadBytes(plain);
  std::mt19937 random(20261126);
  for (size_t at = 0; at < pbf.size(); at += 1 + random() % kSweepStep) {
    std::string damaged = pbf;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
    const absl::StatusOr<OsmExtract> extract = Read(folder_.Write("bit.osm.pbf", damaged));
    if (!extract.ok()) continue;
    for (uint32_t i = 0; i < extract->store.size(); ++i) extract->store.MakePlace(i, "", "");
  }
}

TEST_F(OsmReaderTest, AFileThatWillNotFitIsNotEvenBegun) {
  const std::string path = TownFile("town.osm.bz2");
  bool read = false;
  EXPECT_THAT(ErrorWith(path, uint64_t{16} << 20, read),
              AllOf(HasSubstr(path + ": reading it needs about 17 MiB, and 16 MiB are left"),
                    HasSubstr("use a smaller extract, or give it more memory")));
  EXPECT_FALSE(read);
  EXPECT_EQ(ErrorWith(path, uint64_t{17} << 20, read), "");
  EXPECT_TRUE(read);
}

// Like a file that was filtered to places alone.
TEST_F(OsmReaderTest, AFileThatTurnsOutToNeedMoreIsGivenUpOnTheWay) {
  std::string objects;
  for (int i = 1; i <= 40'000; ++i) {
    objects += NodeXml(i, 0.01, 0.01, {{"amenity", "cafe"}, {"name", std::string(200, 'x')}});
  }
  const std::string source = folder_.Write("dense-source.osm", OsmXml(objects));
  const std::string path = folder_.Path("dense.osm.bz2");
  Convert(source, path);
  bool read = false;
  EXPECT_THAT(ErrorWith(path, uint64_t{20} << 20, read), HasSubstr("holding what was read needs"));
  EXPECT_TRUE(read);
  EXPECT_EQ(ErrorWith(path, uint64_t{80} << 20, read), "");
}

}  // namespace
}  // namespace proxyherd::places
