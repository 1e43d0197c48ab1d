#include "node/places_side.h"

#include <prometheus/counter.h>

#include <string>
#include <utility>

#include "node/places_lookups.h"
#include "rpc/channel_factory.h"
#include "server/signals/signals.h"

namespace proxyherd::node {
namespace {

std::shared_ptr<places::RemoteProvider> MakeRemote(NodeContext& context, Timers& timers) {
  auto& hits = prometheus::BuildCounter()
                   .Name("proxyherd_places_limit_hits_total")
                   .Help("Number of times that a limit of lookups was reached, by limit.")
                   .Register(context.registry);
  places::RemoteProvider::Counters counters;
  counters.too_many = [&count = hits.Add({{"limit", "lookups"}})] { count.Increment(); };
  counters.silence = [&count = hits.Add({{"limit", "silence"}})] { count.Increment(); };
  return std::make_shared<places::RemoteProvider>(context.options.places_address,
                                                  rpc::CountedChannels(context.client_metrics),
                                                  context.env, timers, std::move(counters));
}

}  // namespace

absl::StatusOr<std::unique_ptr<PlacesSide>> PlacesSide::Make(NodeContext& context) {
  auto timers = std::make_unique<runtime::TimerThread>(context.env);
  std::shared_ptr<places::Places> embedded;
  std::shared_ptr<places::RemoteProvider> remote;
  if (!context.options.places_address.empty()) {
    remote = MakeRemote(context, *timers);
  } else {
    server::Logger& logger = context.logger;
    absl::StatusOr<places::Places> made =
        places::MakePlaces(context.options.common.provider,
                           {context.env, *timers, context.registry,
                            [&logger](const std::string& message) { logger.Info(message); },
                            [&logger](const std::string& message) { logger.Warning(message); },
                            server::IsStopSignalPending});
    if (!made.ok()) return made.status();
    embedded = std::make_shared<places::Places>(*std::move(made));
  }
  return std::unique_ptr<PlacesSide>(
      new PlacesSide(std::move(timers), std::move(embedded), std::move(remote)));
}

PlacesSide::PlacesSide(std::unique_ptr<runtime::TimerThread> timers,
                       std::shared_ptr<places::Places> embedded,
                       std::shared_ptr<places::RemoteProvider> remote)
    : timers_(std::move(timers)), embedded_(std::move(embedded)), remote_(std::move(remote)) {}

gateway::PlacesLookup PlacesSide::Lookup() const {
  if (remote_ != nullptr) return LookupIn(remote_);
  return LookupIn(std::shared_ptr<places::Provider>(embedded_, embedded_->provider.get()));
}

const prometheus::Collectable* PlacesSide::metrics() const {
  return embedded_ == nullptr ? nullptr : embedded_->metrics.get();
}

bool PlacesSide::Reload() {
  if (embedded_ == nullptr) return false;
  embedded_->provider->Reload();
  return true;
}

void PlacesSide::Stop() {
  if (remote_ != nullptr) remote_->Stop();
}

}  // namespace proxyherd::node
