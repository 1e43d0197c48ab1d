#include "places/metrics/guard_metrics.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "metrics/families.h"

namespace proxyherd::places {
namespace {

using prometheus::MetricType;

// A label's value and its count.
using Counts = std::vector<std::pair<std::string, uint64_t>>;

// The families of one provider's guards.
class GuardFamilies {
 public:
  GuardFamilies(const std::string& provider, metrics::Families& families)
      : provider_(provider), families_(families) {}

  // Adds one series for each value of `label`; one series without a label.
  void Add(MetricType type, std::string_view name, const std::string& help,
           const std::string& label, const Counts& counts) {
    families_.Begin(type, absl::StrCat("proxyherd_places_", ToAbsl(name)), help);
    for (const auto& [value, count] : counts) {
      metrics::Families::Labels labels = {{"provider", provider_}};
      if (!label.empty()) labels.push_back({label, value});
      families_.Add(std::move(labels), static_cast<double>(count));
    }
  }
  void Counter(std::string_view name, const std::string& help, const std::string& label,
               const Counts& counts) {
    Add(MetricType::Counter, name, help, label, counts);
  }
  void Gauge(std::string_view name, const std::string& help, const std::string& label,
             const Counts& counts) {
    Add(MetricType::Gauge, name, help, label, counts);
  }

 private:
  const std::string& provider_;
  metrics::Families& families_;
};

void AddCoalesced(const CoalescingProvider::Stats& stats, GuardFamilies& families) {
  families.Counter("merged_total", "Searches that were coalesced or refused, by result.", "result",
                   {{"joined", stats.joined},
                    {"repeated", stats.repeated},
                    {"expired", stats.expired},
                    {"refused", stats.refused}});
  families.Gauge("waiting", "Searches that wait for a provider now.", "", {{"", stats.waiting}});
}

void AddCache(const CachedProvider::Stats& stats, GuardFamilies& families) {
  families.Counter("cache_total", "Lookups, evictions and expiries of the answer cache, by result.",
                   "result",
                   {{"hit", stats.hits},
                    {"miss", stats.misses},
                    {"evicted", stats.evicted},
                    {"expired", stats.expired}});
  families.Gauge("cache_entries", "Answers in the cache.", "", {{"", stats.entries}});
  families.Gauge("cache_bytes", "Bytes of the answers in the cache.", "", {{"", stats.bytes}});
}

void AddBreaker(const CircuitBreakerProvider::Stats& stats, GuardFamilies& families) {
  using State = CircuitBreaker::State;
  families.Gauge("breaker_state", "1 for the present state of the breaker.", "state",
                 {{"closed", stats.state == State::kClosed ? 1 : 0},
                  {"open", stats.state == State::kOpen ? 1 : 0},
                  {"half_open", stats.state == State::kHalfOpen ? 1 : 0}});
  families.Counter(
      "breaker_transitions_total", "Changes of the breaker to a state.", "to",
      {{"closed", stats.closed}, {"open", stats.opened}, {"half_open", stats.half_opened}});
  families.Counter("breaker_refused_total", "Searches that an open breaker refused.", "",
                   {{"", stats.refused}});
}

void AddRetrying(const RetryingProvider::Stats& stats, GuardFamilies& families) {
  families.Counter("attempts_total", "Calls, by kind: a search's first, or a retry.", "kind",
                   {{"first", stats.first}, {"retry", stats.retries}});
  families.Counter("given_up_total", "Searches that failed although a retry was advised.", "",
                   {{"", stats.given_up}});
}

void AddBudget(const BudgetedProvider& budget, GuardFamilies& families) {
  const BudgetedProvider::Stats stats = budget.stats();
  families.Counter("budget_total", "Calls that were checked against the budget, by result.",
                   "result",
                   {{"granted", stats.granted},
                    {"refused_minute", stats.refused_minute},
                    {"refused_day", stats.refused_day}});
  families.Counter("budget_saves_total", "Writes of the budget file, by result.", "result",
                   {{"ok", stats.saves}, {"failed", stats.failed_saves}});
  Counts left;
  for (const ProviderStatus& status : budget.Describe()) {
    const auto add = [&left](const char* window, std::optional<int64_t> calls) {
      if (calls.has_value()) left.emplace_back(window, static_cast<uint64_t>(*calls));
    };
    add("minute", status.budget_left_minute);
    add("day", status.budget_left_day);
  }
  families.Gauge("budget_left", "Calls left in the budget.", "window", left);
  Counts limits;
  const BudgetLimits limit = budget.limits();
  if (limit.per_minute > 0) limits.emplace_back("minute", static_cast<uint64_t>(limit.per_minute));
  if (limit.per_day > 0) limits.emplace_back("day", static_cast<uint64_t>(limit.per_day));
  families.Gauge("budget_limit", "Max calls in a window of the budget.", "window", limits);
}

void AddFallbacks(const std::vector<FallbackProvider::Step>& steps, metrics::Families& families) {
  families.Begin(MetricType::Counter, "proxyherd_places_fallbacks_total",
                 "Searches passed on to the next provider, by the error of the previous one.");
  for (const FallbackProvider::Step& step : steps) {
    for (size_t code = 1; code < step.by_code.size(); ++code) {
      families.Add({{"from", step.from}, {"to", step.to}, {"reason", StatusLabel(code)}},
                   static_cast<double>(step.by_code[code]));
    }
  }
}

}  // namespace

GuardMetrics::GuardMetrics(std::optional<Guards> guards, const FallbackProvider* fallback)
    : guards_(std::move(guards)), fallback_(fallback) {}

std::vector<prometheus::MetricFamily> GuardMetrics::Collect() const {
  metrics::Families all;
  if (guards_.has_value()) {
    GuardFamilies families(guards_->provider, all);
    AddCoalesced(guards_->merged->stats(), families);
    AddCache(guards_->cache->stats(), families);
    AddBreaker(guards_->breaker->stats(), families);
    AddRetrying(guards_->retrying->stats(), families);
    AddBudget(*guards_->budget, families);
  }
  if (fallback_ != nullptr) AddFallbacks(fallback_->steps(), all);
  return all.Take();
}

}  // namespace proxyherd::places
