// Tests that a report costs no allocation in steady state.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include "gateway/session/session.h"
#include "tests/support/fake_clock.h"
#include "tests/support/recording_log.h"

namespace {
std::atomic<uint64_t> allocations{0};
}  // namespace

void* operator new(size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t /*size*/) noexcept { std::free(memory); }

namespace proxyherd::gateway {
namespace {

class NoLookups : public LookupStarter {
  void StartLookup(uint64_t /*ticket*/, const PlacesQuery& /*query*/) override {}
};

// Returns as many reports of one client as one read takes, each newer than the one before.
std::string ReportsFrom(int time) {
  std::string reports;
  for (int i = 0; i < 100; ++i) {
    reports += "IAMAT a-client-with-a-long-name.example +34.068930-118.445127 16214" +
               std::to_string(10000 + time + i) + ".959498503\n";
  }
  return reports;
}

TEST(AllocationTest, ReportsOfAKnownClientAllocateNothing) {
  Table table({.herd = "seed", .node = "Clark"});
  FakeClock env;
  RecordingLog log;
  const Backend backend{table, env, nullptr, log};
  const SessionLimits limits;
  TrafficBudget budget(0);
  GatewayCounters counters;
  NoLookups lookups;
  const SessionContext context{backend, limits, budget, counters};
  Session session(context, lookups, env.MonotonicNs());

  uint64_t in_steady_state = 1;
  for (int round = 0; round < 10; ++round) {
    const std::string reports = ReportsFrom(round * 100);
    const uint64_t before = allocations.load();
    session.Receive(reports);
    session.Sent(session.Unsent().size());
    in_steady_state = allocations.load() - before;
  }
  EXPECT_EQ(in_steady_state, 0U);
  EXPECT_EQ(counters.Requests(Verb::kIamat, RequestResult::kOk).Value(), 1000U);
}

}  // namespace
}  // namespace proxyherd::gateway
