#include "page/live/page_feed.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "metrics/families.h"
#include "page/seen.h"
#include "runtime/serial_thread.h"

namespace proxyherd::page {
namespace {

// Interval of the charts' samples. While nobody watches, there are fewer, because each wakes two
// threads; the page draws no gap between samples that are as close as these.
constexpr int64_t kTickNs = kSecond;
constexpr int64_t kUnwatchedTickNs = 5 * kSecond;

}  // namespace

struct PageFeed::Impl {
  Impl(PageOptions options_in, const Table& table_in, Env& env_in,
       const gateway::TcpServer& gateway_in, peer::Links& links_in,
       peer::WatchDispatcher& watches_in)
      : options(std::move(options_in)),
        table(table_in),
        env(env_in),
        gateway(gateway_in),
        links(links_in),
        watches(watches_in),
        viewers([this] { thread.Post([this] { OnArrival(); }); }),
        model(options.facts, table),
        seen(options.facts.details),
        thread(env, {[this] { Tick(); }, [this] { return next_tick_ns; }}) {}

  // The functions below run on `thread`.

  void Tick() {
    const int64_t now_ns = env.MonotonicNs();
    if (now_ns < next_tick_ns) return;
    ticked_at_ns = now_ns;
    // Missed ticks are skipped.
    const int64_t interval_ns = viewers.Count() > 0 ? kTickNs : kUnwatchedTickNs;
    next_tick_ns = std::max(next_tick_ns + interval_ns, now_ns + interval_ns / 2);
    if (stopped || asked) return;
    asked = true;
    links.Nodes(
        [this, hold = thread.MakeHold()](const std::vector<peer::NodeView>& nodes, int64_t) {
          auto picture = std::make_shared<HerdPicture>(TakePicture(nodes));
          links.View([this, hold, picture](const peer::LinkSetView& view) {
            picture->links = view;
            thread.Post([this, picture] { Show(std::move(*picture)); });
          });
        });
  }

  void Show(HerdPicture picture) {
    asked = false;
    if (stopped) return;
    const Totals totals = TotalsOf(picture.links);
    const bool watched = viewers.Count() > 0;
    std::string points;
    bool changed = false;
    {
      MutexLock lock(&seen_mu);
      changed = seen.records() > 0;
      points = seen.Take();
    }
    const Frames frames = model.Tick(totals, std::move(picture), points, changed, watched);
    answers.SetMap(model.map());
    if (watched) {
      viewers.Show(frames);
    } else if (std::exchange(tapped, false)) {
      watches.SetTap(nullptr);
    }
  }

  // Called at most once a second, because `seen` is cleared every second.
  void ShowEarly() {
    if (stopped || viewers.Count() == 0) return;
    viewers.Show(model.Early());
    answers.SetMap(model.map());
  }

  void OnArrival() {
    if (stopped) return;
    // Never sooner after the last tick than otherwise, because a rate over less would be noise.
    next_tick_ns = std::min(next_tick_ns, ticked_at_ns + kTickNs);
    if (!std::exchange(tapped, true)) {
      watches.SetTap([this](const RecordView& record) {
        MutexLock lock(&seen_mu);
        seen.Add(record);
        if (seen.records() == 1) thread.Post([this] { ShowEarly(); });
      });
    }
    viewers.Greet(model.Hello());
    answers.SetMap(model.map());
  }

  Totals TotalsOf(const peer::LinkSetView& view) const {
    Totals totals;
    totals.monotonic_ns = env.MonotonicNs();
    totals.wall_ns = env.NowNs();
    totals.reports = gateway.Reports();
    for (const gateway::GatewayCounters* set : gateway.Counters()) {
      for (const Counter& result : set->requests[static_cast<size_t>(gateway::Verb::kWhatsat)]) {
        totals.whatsats += result.Value();
      }
      for (const LatencyHistogram& handling : set->handling) totals.handling.Add(handling);
    }
    totals.flood_ages.Add(links.flood_ages());
    for (const peer::LinkView& link : view.links) {
      totals.flooded += link.received.records.won;
      totals.sent += link.sent.records;
    }
    totals.clients = table.Records();
    totals.connections = static_cast<uint64_t>(gateway.OpenConnections());
    return totals;
  }

  // Constant after construction.
  const PageOptions options;
  const Table& table;
  Env& env;
  const gateway::TcpServer& gateway;
  peer::Links& links;
  peer::WatchDispatcher& watches;

  server::Viewers viewers;
  PageAnswers answers{options, table, env};

  // Accessed only by `thread`.
  PageModel model;
  int64_t ticked_at_ns = 0;
  int64_t next_tick_ns = 0;
  bool asked = false;   // a picture was requested
  bool tapped = false;  // `seen` receives changes
  bool stopped = false;

  Mutex seen_mu;
  Seen seen ABSL_GUARDED_BY(seen_mu);

  runtime::SerialThread thread;
};

PageFeed::PageFeed(PageOptions options, const Table& table, Env& env,
                   const gateway::TcpServer& gateway, peer::Links& links,
                   peer::WatchDispatcher& watches)
    : impl_(std::make_unique<Impl>(std::move(options), table, env, gateway, links, watches)) {}

// Stop has joined the thread, so `stopped`, which belongs to the thread, may be read.
PageFeed::~PageFeed() { assert(impl_->stopped); }

void PageFeed::Start() {
  impl_->thread.Post([impl = impl_.get()] { impl->next_tick_ns = impl->env.MonotonicNs(); });
}

void PageFeed::Stop() {
  impl_->thread.Post([impl = impl_.get()] {
    impl->stopped = true;
    impl->next_tick_ns = std::numeric_limits<int64_t>::max();
    impl->watches.SetTap(nullptr);
  });
  impl_->thread.Join();
}

server::Viewers& PageFeed::viewers() { return impl_->viewers; }

server::HttpRoutes PageFeed::Routes() { return impl_->answers.Routes(); }

std::vector<prometheus::MetricFamily> PageFeed::Collect() const {
  metrics::Families families;
  families.Begin(prometheus::MetricType::Counter, "proxyherd_page_limit_hits_total",
                 "Number of times that a limit on requests of pages was reached, by limit.");
  for (int i = 0; i < kPageLimits; ++i) {
    const auto limit = static_cast<PageLimit>(i);
    families.Add({{"limit", std::string(NameOf(limit))}},
                 static_cast<double>(impl_->answers.Hits(limit)));
  }
  return families.Take();
}

}  // namespace proxyherd::page
