#include "places/world/world_provider.h"

#include <string>
#include <utility>

#include "places/data/embedded_world.h"
#include "places/place/place_json.h"

namespace proxyherd::places {
namespace {

// Far more than generate_world.py writes (8 MB); limits what a damaged frame can allocate.
constexpr size_t kMaxWorldBytes = 256 << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<WorldProvider>> WorldProvider::Load() {
  absl::StatusOr<std::string> text = Decompress(EmbeddedWorld(), kMaxWorldBytes);
  if (!text.ok()) return text.status();
  absl::StatusOr<WorldData> data = WorldData::Parse(*std::move(text));
  if (!data.ok()) return data.status();
  return std::make_unique<WorldProvider>(*std::move(data));
}

void WorldProvider::Search(const SearchRequest& request, int64_t /*budget_ns*/, Done done) {
  if (absl::Status status = ValidateSearchRequest(request); !status.ok()) {
    done(std::move(status));
    return;
  }
  done(SearchAnswer{RenderPlaces(data_.Search(request)), std::string(name())});
}

std::vector<ProviderStatus> WorldProvider::Describe() const {
  ProviderStatus status;
  status.name = std::string(name());
  status.records = static_cast<int64_t>(data_.size());
  status.data_date = std::string(kWorldDataDate);
  status.attributions = {{std::string(kGeoNames.name), std::string(kGeoNames.uri)},
                         {std::string(kOurAirports.name), std::string(kOurAirports.uri)}};
  return {status};
}

}  // namespace proxyherd::places
