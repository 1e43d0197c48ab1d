// Tests that a restart reads the cache, and only if it is right.
#include "places/osm/reader/osm_cache.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "places/osm/reader/osm_load.h"
#include "tests/support/osm_files.h"

namespace proxyherd::places {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::string Town(std::string_view name) {
  return OsmXml(absl::StrCat(
      NodeXml(1, 0, 0, {{"amenity", "cafe"}, {"name", std::string(name)}}), NodeXml(2, 0, 1),
      WayXml(3, {1, 2}, {{"leisure", "park"}, {"name", "Park"}, {"opening_hours", "dawn"}})));
}

class OsmCacheTest : public testing::Test {
 protected:
  OsmLoaded Load(bool use_cache = true) {
    reads_ = 0;
    absl::StatusOr<OsmLoaded> loaded = LoadOsmFile(file_, use_cache, [this](const OsmProgress&) {
      ++reads_;
      return true;
    });
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_EQ(loaded->from_cache, reads_ == 0);
    return *std::move(loaded);
  }
  std::string CacheBytes() const { return ReadBytes(OsmCachePath(file_)); }
  void WriteCache(std::string_view bytes) { folder_.Write("town.osm.proxyherd-places", bytes); }

  ScratchFolder folder_;
  std::string file_ = folder_.Write("town.osm", Town("Old"));
  int reads_ = 0;
};

TEST_F(OsmCacheTest, TheSecondLoadIsTheSameFromTheCache) {
  const OsmLoaded first = Load();
  EXPECT_FALSE(first.from_cache);
  EXPECT_EQ(first.cache_note, "");
  const OsmLoaded second = Load();
  EXPECT_TRUE(second.from_cache);
  EXPECT_EQ(second.cache_note, "");
  EXPECT_EQ(second.extract.store.bytes(), first.extract.store.bytes());
  EXPECT_EQ(second.extract.counts, first.extract.counts);
  EXPECT_EQ(second.extract.counts.hours_unread, 1U);
  EXPECT_EQ(second.extract.data_date, "2026-01-02");
  EXPECT_THAT(folder_.Names(), UnorderedElementsAre("town.osm", "town.osm.proxyherd-places"));
}

TEST_F(OsmCacheTest, WithoutCacheNoneIsReadOrWritten) {
  Load(false);
  EXPECT_THAT(folder_.Names(), ElementsAre("town.osm"));
  Load();
  EXPECT_FALSE(Load(false).from_cache);
}

TEST_F(OsmCacheTest, ACacheOfAnotherExtractIsReplaced) {
  Load();
  folder_.Write("town.osm", Town("New name"));
  const OsmLoaded loaded = Load();
  EXPECT_FALSE(loaded.from_cache);
  EXPECT_THAT(loaded.cache_note, HasSubstr("has changed"));
  EXPECT_TRUE(Load().from_cache);
}

TEST_F(OsmCacheTest, SizeTimeAndContentAllCount) {
  struct stat before {};
  ASSERT_EQ(::stat(file_.c_str(), &before), 0);
  const timespec times[] = {before.st_atim, before.st_mtim};
  Load();
  // The same size and, as some tools set it, the same time.
  folder_.Write("town.osm", Town("Odd"));
  ASSERT_EQ(::utimensat(AT_FDCWD, file_.c_str(), times, 0), 0);
  EXPECT_FALSE(Load().from_cache);
  // The same content, but another time.
  const timespec later[] = {before.st_atim, {before.st_mtim.tv_sec + 1, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, file_.c_str(), later, 0), 0);
  EXPECT_FALSE(Load().from_cache);
}

TEST_F(OsmCacheTest, AChangeAnywhereInALargeFileIsSeenAtItsEnds) {
  std::string bytes(3 << 20, 'x');
  const std::string path = folder_.Write("large", bytes);
  const OsmFingerprint original = *FingerprintOf(path);
  EXPECT_EQ(original.size, bytes.size());
  for (const size_t at : {size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
    std::string changed = bytes;
    changed[at] = 'y';
    folder_.Write("large", changed);
    EXPECT_NE(FingerprintOf(path)->checksum, original.checksum) << at;
  }
}

// Returns the status of ReadOsmCache for a file with these bytes.
absl::Status StatusOf(const std::string& bytes, const OsmFingerprint& source) {
  OsmCacheHeader header;
  if (bytes.size() < sizeof(header)) return absl::DataLossError("it is truncated");
  std::memcpy(&header, bytes.data(), sizeof(header));
  absl::Status status = CheckOsmCacheHeader(header, bytes.size(), source);
  if (!status.ok()) return status;
  return DecodeOsmCache(header, bytes.substr(sizeof(header))).status();
}

TEST_F(OsmCacheTest, EveryWrongBitAndEveryCutIsSeen) {
  Load();
  const OsmFingerprint source = *FingerprintOf(file_);
  std::string bytes = CacheBytes();
  EXPECT_EQ(StatusOf(bytes, source), absl::OkStatus());
  for (size_t at = 0; at < bytes.size() * 8; ++at) {
    const auto bit = static_cast<char>(1 << at % 8);
    bytes[at / 8] = static_cast<char>(bytes[at / 8] ^ bit);
    EXPECT_FALSE(StatusOf(bytes, source).ok()) << at;
    bytes[at / 8] = static_cast<char>(bytes[at / 8] ^ bit);
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(StatusOf(bytes.substr(0, size), source).ok()) << size;
  }
}

TEST_F(OsmCacheTest, ADamagedCacheIsBuiltAnew) {
  const OsmLoaded good = Load();
  const std::string bytes = CacheBytes();
  std::string wrong_bit = bytes;
  wrong_bit.back() = static_cast<char>(wrong_bit.back() ^ 1);
  for (const std::string& damaged :
       {std::string(), bytes.substr(0, 20), bytes.substr(0, bytes.size() - 1), wrong_bit,
        bytes + "more"}) {
    WriteCache(damaged);
    const OsmLoaded loaded = Load();
    EXPECT_FALSE(loaded.from_cache) << damaged.size();
    EXPECT_THAT(loaded.cache_note, HasSubstr("was not used")) << damaged.size();
    EXPECT_EQ(loaded.extract.store.bytes(), good.extract.store.bytes());
    EXPECT_EQ(CacheBytes(), bytes);
  }
}

TEST_F(OsmCacheTest, ACacheThatCannotBeWrittenIsOnlyNoted) {
  ASSERT_EQ(::mkdir(OsmCachePath(file_).c_str(), 0700), 0);
  const OsmLoaded loaded = Load();
  EXPECT_FALSE(loaded.from_cache);
  EXPECT_THAT(loaded.cache_note, HasSubstr("was not written"));
  EXPECT_EQ(loaded.extract.counts.places, 2U);
  EXPECT_THAT(folder_.Names(), UnorderedElementsAre("town.osm", "town.osm.proxyherd-places"));
}

TEST_F(OsmCacheTest, AFileThatChangesWhileItIsReadIsRefused) {
  const auto change = [this](const OsmProgress&) {
    folder_.Write("town.osm", Town("Changed meanwhile"));
    return true;
  };
  const absl::Status status = LoadOsmFile(file_, true, change).status();
  // It may also be reported as damaged, if the change comes between the passes.
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(folder_.Names(), ElementsAre("town.osm"));
}

}  // namespace
}  // namespace proxyherd::places
