#include "core/block_arena.h"

#include <cassert>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace proxyherd {

BlockArena::Handle BlockArena::Allocate(size_t bytes) {
  assert(bytes > 0 && bytes <= kChunkBytes / 2);
  const size_t capacity = Capacity(bytes);
  const size_t units = capacity / kUnitBytes;
  if (HasFree(units)) {
    const Handle handle = free_by_units_[units];
    std::memcpy(&free_by_units_[units], At(handle), sizeof(Handle));
    free_bytes_ -= capacity;
    return handle;
  }
  if (used_in_last_ + capacity > kChunkBytes) {
    if ((chunks_.size() + 1) * kUnitsPerChunk > std::numeric_limits<Handle>::max()) {
      throw std::bad_alloc();
    }
    if (!chunks_.empty()) chunks_.back().MakeBigPage();
    chunks_.emplace_back();
    used_in_last_ = chunks_.size() == 1 ? kUnitBytes : 0;  // handle 0 stays unused
  }
  const size_t unit = (chunks_.size() - 1) * kUnitsPerChunk + used_in_last_ / kUnitBytes;
  used_in_last_ += capacity;
  return static_cast<Handle>(unit);
}

void BlockArena::Free(Handle handle, size_t bytes) {
  const size_t units = Capacity(bytes) / kUnitBytes;
  if (units >= free_by_units_.size()) free_by_units_.resize(units + 1);
  free_bytes_ += Capacity(bytes);
  const Handle next = std::exchange(free_by_units_[units], handle);
  std::memcpy(At(handle), &next, sizeof(next));
}

}  // namespace proxyherd
