// Any bytes as the arrays of an index, as from a damaged cache: they are refused, or whatever is
// found is a point of the owner's within the radius, nearest first.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "places/point_index.h"
#include "tests/fuzz/check.h"

using namespace proxyherd;  // NOLINT: a program of one function

namespace {

// Takes values off the front of the bytes; zeros when there are no more.
class Bytes {
 public:
  Bytes(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  template <typename Value>
  std::vector<Value> Take(size_t count) {
    std::vector<Value> values(count);
    const size_t taken = std::min(size_, count * sizeof(Value));
    if (taken > 0) std::memcpy(values.data(), data_, taken);
    data_ += taken;
    size_ -= taken;
    return values;
  }

 private:
  const uint8_t* data_;
  size_t size_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr double kRadiusM = 5e6;
  Bytes bytes(data, size);
  const size_t count = bytes.Take<uint8_t>(1)[0];
  // How much longer than right the arrays are: mostly nothing.
  const size_t excess = bytes.Take<uint8_t>(1)[0] / 128;
  const auto order = bytes.Take<uint32_t>(count + excess);
  const auto splits = bytes.Take<PointIndex::Split>(PointIndex::InnerNodes(count));
  const auto points = bytes.Take<StoredPoint>(count);
  const auto positions = bytes.Take<float>(3 * count);
  const auto index = PointIndex::Attach(points, {positions, order, splits});
  if (!index.ok()) return 0;
  FUZZ_CHECK(excess == 0);
  const auto hits = index->Nearest({10, 20}, kRadiusM, 5);
  FUZZ_CHECK(hits.size() <= 5);
  for (size_t i = 0; i < hits.size(); ++i) {
    FUZZ_CHECK(hits[i].index < count && hits[i].distance_m <= kRadiusM);
    FUZZ_CHECK(i == 0 || hits[i - 1].distance_m <= hits[i].distance_m);
  }
  index->VisitWithin({10, 20}, kRadiusM, [&](const PointHit& hit) {
    FUZZ_CHECK(hit.index < count && hit.distance_m <= kRadiusM);
  });
  return 0;
}
