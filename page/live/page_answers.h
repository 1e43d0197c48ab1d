// Answers the HTTP requests of pages: the page's files, a part of the map, a client, the places
// near a spot, a line of the console.
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

// The limits of pages, beside those of the HTTP port.
enum class PageLimit : uint8_t {
  kLookups,       // answered 429
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
  // References must outlive it.
  PageAnswers(const PageOptions& options, const Table& table, Env& env)
      : options_(options), table_(table), env_(env) {}

  // Sets the map for later answers; nullptr: clients have not been counted yet.
  void SetMap(std::shared_ptr<const MapSnapshot> map);

  // The routes of the page. They must not be used after the destruction of this object.
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

  // Searches for places by all pages together: people click no faster, and searches of Google cost
  // money.
  static constexpr int64_t kLookupsAtOnce = 5;
  static constexpr int64_t kLookupsASecond = 1;
  // Lines of the console, likewise.
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
