// Puts the embedded data, the index and the printing together.
#include "places/world_provider.h"

#include <string>
#include <utility>

#include "places/embedded_world.h"
#include "places/place_json.h"

namespace proxyherd {
namespace {

// Far above what the generator writes (8 MB); a damaged frame must not ask for all memory.
constexpr size_t kMaxWorldBytes = 256 << 20;

}  // namespace

absl::StatusOr<std::unique_ptr<WorldProvider>> WorldProvider::Load() {
  absl::StatusOr<std::string> text = Decompress(EmbeddedWorld(), kMaxWorldBytes);
  if (!text.ok()) return text.status();
  absl::StatusOr<WorldData> data = WorldData::Parse(*std::move(text));
  if (!data.ok()) return data.status();
  return std::make_unique<WorldProvider>(*std::move(data));
}

void WorldProvider::Search(const SearchRequest& request, std::chrono::nanoseconds /*budget*/,
                           Done done) {
  if (absl::Status status = ValidateSearchRequest(request); !status.ok()) {
    done(std::move(status));
    return;
  }
  const GeoPoint center{request.latitude, request.longitude};
  done(SearchAnswer{RenderPlaces(data_.Nearest(center, request.radius_m,
                                               static_cast<size_t>(request.max_results))),
                    std::string(name())});
}

}  // namespace proxyherd
