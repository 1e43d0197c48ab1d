// Measures how long it takes to load places of OpenStreetMap, and how much memory they take.
//
//   osm_load_bench FILE...           reads each file, and again from its cache, which the first
//                                    run writes beside it
//   osm_load_bench FOLDER NUMBER     writes a cache of NUMBER made-up places into the folder, and
//                                    loads it
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/env.h"
#include "bench/bench_clock.h"
#include "places/osm/osm_store_builder.h"
#include "places/osm/reader/osm_cache.h"
#include "places/osm/reader/osm_load.h"
#include "places/osm/reader/osm_provider.h"
#include "runtime/real_env.h"

namespace proxyherd::bench {
namespace {

// Wall and CPU time since construction.
class Stopwatch {
 public:
  std::string Shown() const {
    return absl::StrFormat(
        "%.3f s (CPU %.3f s)",
        static_cast<double>(runtime::RealEnv().MonotonicNs() - wall_ns_) / kSecond,
        static_cast<double>(CpuTimeNs(RUSAGE_SELF) - cpu_ns_) / kSecond);
  }

 private:
  const int64_t wall_ns_ = runtime::RealEnv().MonotonicNs();
  const int64_t cpu_ns_ = CpuTimeNs(RUSAGE_SELF);
};

// Returns the peak of the process's memory so far.
double PeakMb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

bool Fails(const absl::Status& status) {
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return !status.ok();
}

bool LoadOne(const std::string& file, bool use_cache) {
  const Stopwatch watch;
  const auto loaded =
      places::LoadOsmFile(file, use_cache, [](const places::OsmProgress&) { return true; });
  if (Fails(loaded.status())) return false;
  const std::string time = watch.Shown();
  const places::OsmExtract& extract = loaded->extract;
  std::printf("%s\n", places::Describe(places::OsmReport{file, extract.counts, extract.data_date,
                                                         loaded->from_cache, loaded->cache_note})
                          .c_str());
  std::printf("  %s, %zu places in %.1f MB, peak of the process %.1f MB\n", time.c_str(),
              extract.store.size(), static_cast<double>(extract.store.bytes().size()) / 1e6,
              PeakMb());
  return true;
}

// Adds a place like those of a city; half of them have every tag that a shop can have.
void AddPlace(uint64_t number, std::minstd_rand& random, places::OsmStoreBuilder& builder) {
  static const places::OsmTypes types = {"cafe",
                                         {"cafe", "food", "point_of_interest", "establishment"}};
  const std::string name = absl::StrCat("Kaffeehaus Nummer ", number);
  const std::string house = absl::StrCat(random() % 200);
  const std::string phone = absl::StrCat("+49 89 ", random() % 100'000'000);
  const std::string website = absl::StrCat("https://www.kaffeehaus-", number, ".example/start");
  std::vector<places::OsmTag> tags = {{"amenity", "cafe"}, {"name", name}};
  if (number % 2 == 0) {
    tags.insert(tags.end(), {{"addr:street", "Leopoldstrasse"},
                             {"addr:housenumber", house},
                             {"addr:postcode", "80802"},
                             {"addr:city", "Muenchen"},
                             {"addr:country", "DE"},
                             {"phone", phone},
                             {"website", website},
                             {"opening_hours", "Mo-Fr 07:00-19:00; Sa,Su 09:00-18:00"},
                             {"wheelchair", "yes"},
                             {"cuisine", "coffee_shop"}});
  }
  std::string packed;
  builder.PackTags(tags, packed);
  std::uniform_real_distribution<double> latitude(47, 55);
  std::uniform_real_distribution<double> longitude(6, 15);
  builder.Add(places::MakeOsmKey(places::OsmObject::Kind::kNode, static_cast<int64_t>(number)),
              {latitude(random), longitude(random)}, std::nullopt, builder.NumberTypes(types, true),
              packed);
}

bool LoadMadeUp(const std::string& folder, uint64_t places) {
  // The cache is checked against an extract, whose contents are not read here.
  const std::string file = absl::StrCat(folder, "/made-up.osm.pbf");
  std::ofstream(file) << "not read";
  places::OsmStoreBuilder builder;
  std::minstd_rand random(1);
  for (uint64_t i = 0; i < places; ++i) AddPlace(i, random, builder);
  const Stopwatch building;
  absl::StatusOr<places::OsmStore> store = std::move(builder).Build();
  if (Fails(store.status())) return false;
  std::printf("index built and packed in %s\n", building.Shown().c_str());
  const auto source = places::FingerprintOf(file);
  if (Fails(source.status())) return false;
  const Stopwatch writing;
  places::OsmExtract extract{*std::move(store), {}, "2026-01-01"};
  extract.counts.places = places;
  if (Fails(places::WriteOsmCache(file, *source, extract))) return false;
  std::printf("cache written in %s\n", writing.Shown().c_str());
  extract = {};
  return LoadOne(file, true);
}

int Run(int argc, char** argv) {
  uint64_t places = 0;
  if (argc == 3 && absl::SimpleAtoi(argv[2], &places)) return LoadMadeUp(argv[1], places) ? 0 : 1;
  if (argc < 2) {
    std::fprintf(stderr, "usage: osm_load_bench FILE... | osm_load_bench FOLDER NUMBER\n");
    return 2;
  }
  for (int i = 1; i < argc; ++i) {
    if (!LoadOne(argv[i], false) || !LoadOne(argv[i], true)) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace proxyherd::bench

int main(int argc, char** argv) { return proxyherd::bench::Run(argc, argv); }
