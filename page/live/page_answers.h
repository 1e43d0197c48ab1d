// Answers the HTTP requests of pages: for the page's files, a part of the map, a client, the places
// near a spot, or a line of the console.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/counters.h"
#include "base/env.h"
#include "base/mutex.h"
#include "core/table.h"
#include "gateway/protocol/places_lookup.h"
#include "page/allowance.h"
#include "page/live/console_call.h"
#include "page/page_model.h"
#include "server/http/http_message.h"

namespace proxyherd::page {

// The limits on requests of pages, in addition to the HTTP port's own limits.
enum class PageLimit : uint8_t {
  kLookups,       // the request is answered with 429
  kConsoleCalls,  // likewise
};
inline constexpr int kPageLimits = 2;
std::string_view NameOf(PageLimit limit);

struct PageOptions {
  PageFacts facts;
  gateway::PlacesLookup places;
  TextPort text;  // this node's own
};

// Thread-safe.
class PageAnswers {
 public:
  // References must outlive this object.
  PageAnswers(const PageOptions& options, const Table& table, Env& env)
      : options_(options), table_(table), env_(env) {}

  // Sets the map for later answers; nullptr if clients have not been counted yet.
  void SetMap(std::shared_ptr<const MapSnapshot> map);

  // Returns the routes of the page, which must not be used after this object is destroyed.
  server::HttpRoutes Routes();

  uint64_t Hits(PageLimit limit) const { return hits_[static_cast<size_t>(limit)].Value(); }

 private:
  void AddAssets(server::HttpRoutes& routes);
  bool May(PageLimit limit, Allowance& allowance);
  void Hit(PageLimit limit);
  server::HttpAnswer AnswerMap(const server::HttpCall& call);
  server::HttpAnswer AnswerClient(const server::HttpCall& call) const;
  void AnswerSpot(const server::HttpCall& call, server::HttpDone done);
  server::HttpAnswer AnswerConsole(const server::HttpCall& call);

  // Burst and rate of searches for places by all pages: people do not click faster, and Google's
  // searches cost money.
  static constexpr int64_t kLookupsAtOnce = 5;
  static constexpr int64_t kLookupsASecond = 1;
  // Burst and rate of console lines, likewise.
  static constexpr int64_t kCallsAtOnce = 20;
  static constexpr int64_t kCallsASecond = 5;

  const PageOptions& options_;
  const Table& table_;
  Env& env_;

  Mutex mu_;
  std::shared_ptr<const MapSnapshot> map_ ABSL_GUARDED_BY(mu_);
  Allowance lookups_{kLookupsAtOnce, kLookupsASecond};  // guarded by mu_, as is calls_
  Allowance calls_{kCallsAtOnce, kCallsASecond};
  std::array<Counter, kPageLimits> hits_;
  std::atomic<int> calls_under_way_{0};
};

}  // namespace proxyherd::page
