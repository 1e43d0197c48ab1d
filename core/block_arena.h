// Allocates blocks of a few dozen bytes. A handle has four bytes instead of a pointer's eight, and
// a block has no header: at ten million clients, the overhead is half of malloc's.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "core/memory_chunk.h"

namespace proxyherd {

// Allocates blocks in units of 4 bytes. A freed block is reused only for the same size, so an owner
// whose blocks change size must move them to a new arena when Wasteful() returns true. Memory
// returns to the system only on destruction. Not thread-safe.
class BlockArena {
 public:
  using Handle = uint32_t;  // 0 is never allocated
  static constexpr size_t kUnitBytes = 4;
  static constexpr size_t kChunkBytes = MemoryChunk::kBytes;  // 2^32 units reach 16 GiB

  // The bytes that a block of this size occupies.
  static size_t Capacity(size_t bytes) {
    return (bytes + kUnitBytes - 1) / kUnitBytes * kUnitBytes;
  }

  // REQUIRES: 0 < bytes <= kChunkBytes / 2. Throws only std::bad_alloc.
  Handle Allocate(size_t bytes);
  // `bytes`: the size given to Allocate, or another size of the same Capacity.
  void Free(Handle handle, size_t bytes);
  // Shrinks a block in place, and frees its end. REQUIRES: `bytes` as for Free; 0 < smaller, and
  // Capacity(smaller) < Capacity(bytes).
  void Shrink(Handle handle, size_t bytes, size_t smaller) {
    assert(smaller > 0 && Capacity(smaller) < Capacity(bytes));
    const size_t kept = Capacity(smaller);
    Free(static_cast<Handle>(handle + kept / kUnitBytes), Capacity(bytes) - kept);
  }

  // Memory in use, free blocks included.
  size_t MemoryBytes() const {
    return chunks_.empty() ? 0 : (chunks_.size() - 1) * kChunkBytes + used_in_last_;
  }
  // The part of MemoryBytes that free blocks occupy.
  size_t FreeBytes() const { return free_bytes_; }
  // Returns how much Allocate(bytes) would add to MemoryBytes(), including the unused end of a
  // chunk in which the block does not fit.
  size_t GrowthFor(size_t bytes) const {
    const size_t capacity = Capacity(bytes);
    if (HasFree(capacity / kUnitBytes)) return 0;
    return used_in_last_ + capacity > kChunkBytes ? kChunkBytes - used_in_last_ + capacity
                                                  : capacity;
  }

  // Returns true if more than half of the memory, and more than kMinWaste, is freed blocks.
  bool Wasteful() const { return free_bytes_ > kMinWaste && free_bytes_ > MemoryBytes() / 2; }

  char* At(Handle handle) {
    return chunks_[handle / kUnitsPerChunk].data() + handle % kUnitsPerChunk * kUnitBytes;
  }
  const char* At(Handle handle) const { return const_cast<BlockArena*>(this)->At(handle); }

 private:
  static constexpr size_t kMinWaste = size_t{256} << 10;
  static constexpr size_t kUnitsPerChunk = kChunkBytes / kUnitBytes;

  bool HasFree(size_t units) const {
    return units < free_by_units_.size() && free_by_units_[units] != 0;
  }

  std::vector<MemoryChunk> chunks_;
  size_t used_in_last_ = kChunkBytes;
  size_t free_bytes_ = 0;
  std::vector<Handle> free_by_units_;  // heads of lists through the blocks' first four bytes
};

}  // namespace proxyherd
