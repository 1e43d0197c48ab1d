// The hash table of one bucket: open addressing over four-byte handles, with two bytes of hashes
// beside each: one for finding a client, one for visiting a part of the bucket.
#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <utility>

#include "core/block_arena.h"

namespace proxyherd {

// At most 7/8 full; the capacity is a power of two. The callers compare and hash the records that
// handles stand for. Not thread-safe.
class SlotTable {
 public:
  using Handle = BlockArena::Handle;

  // The bits of the shared hash after the bits that choose the bucket.
  using Part = uint8_t;
  static constexpr uint32_t kPartBits = 8;
  // The part of a client whose bucket was chosen by the first `bucket_bits` of its shared hash.
  static Part PartOf(uint64_t shared_hash, uint32_t bucket_bits) {
    return static_cast<Part>(shared_hash << bucket_bits >> (64 - kPartBits));
  }

  // Accepts parts that begin with the same bits as a given part.
  class PartFilter {
   public:
    // Compares the first `bits` of `part`, or all if it has fewer.
    PartFilter(Part part, uint32_t bits)
        : mask_(static_cast<Part>(bits >= kPartBits ? 0xff : 0xff00U >> bits)), part_(part) {}
    bool Passes(Part part) const { return ((part ^ part_) & mask_) == 0; }

   private:
    Part mask_;
    Part part_;
  };

  // The slot of the handle for which `is` holds; nullptr if absent. Valid until Insert.
  template <typename Is>
  Handle* Find(uint64_t hash, Is is) const {
    if (capacity_ == 0) return nullptr;
    for (uint32_t slot = HomeSlot(hash);; slot = (slot + 1) & (capacity_ - 1)) {
      if (handles()[slot] == 0) return nullptr;
      if (tags()[slot] == Tag(hash) && is(handles()[slot])) return &handles()[slot];
    }
  }

  // The addresses at which Find looks first: only for prefetching, because Insert may free them.
  struct Home {
    const void* tag;
    const void* handle;
  };
  Home HomeOf(uint64_t hash) const {
    if (capacity_ == 0) return {nullptr, nullptr};
    return {&tags()[HomeSlot(hash)], &handles()[HomeSlot(hash)]};
  }
  // The first handle that Find will pass to `is`; 0 if absent.
  Handle FirstCandidate(uint64_t hash) const {
    const Handle* const found = Find(hash, [](Handle /*handle*/) { return true; });
    return found == nullptr ? 0 : *found;
  }

  // REQUIRES: handle != 0, and Find would not find it. `hash_of` gives the hash of a handle.
  template <typename HashOf>
  void Insert(uint64_t hash, Part part, Handle handle, HashOf hash_of) {
    assert(handle != 0);
    if (Full()) Grow(hash_of);
    Place(hash, part, handle);
    ++size_;
  }

  // Removes the handles for which `goes` holds, and shrinks to what is left.
  template <typename Goes, typename HashOf>
  void EraseIf(Goes goes, HashOf hash_of) {
    const std::unique_ptr<char[]> old_memory = std::move(memory_);
    const auto* old_handles = reinterpret_cast<const Handle*>(old_memory.get());
    const uint32_t old_capacity = std::exchange(capacity_, 0);
    const Part* const old_parts = PartsIn(old_memory.get(), old_capacity);
    size_ = 0;
    for (uint32_t slot = 0; slot < old_capacity; ++slot) {
      const Handle handle = old_handles[slot];
      if (handle != 0 && !goes(handle)) Insert(hash_of(handle), old_parts[slot], handle, hash_of);
    }
  }

  uint32_t size() const { return size_; }
  uint32_t capacity() const { return capacity_; }
  size_t MemoryBytes() const { return BytesFor(capacity_); }
  // The memory that the next Insert allocates, 0 if none. The old memory is held until it returns.
  size_t InsertBytes() const { return Full() ? BytesFor(NextCapacity()) : 0; }
  // The handle in a slot; 0 if the slot is empty. REQUIRES: slot < capacity().
  Handle At(uint32_t slot) const {
    assert(slot < capacity_);
    return handles()[slot];
  }
  // Returns true if the filter accepts the part of the client in this slot; meaningless for an
  // empty slot.
  bool Passes(PartFilter filter, uint32_t slot) const {
    return filter.Passes(PartsIn(memory_.get(), capacity_)[slot]);
  }
  // Sets the handle of a slot whose record has moved to another block. REQUIRES: the slot is not
  // empty.
  void SetAt(uint32_t slot, Handle handle) {
    assert(At(slot) != 0);
    handles()[slot] = handle;
  }

 private:
  static constexpr uint32_t kFirstCapacity = 8;

  bool Full() const { return (size_ + 1) * 8 > capacity_ * 7; }
  uint32_t NextCapacity() const { return capacity_ == 0 ? kFirstCapacity : capacity_ * 2; }
  static size_t BytesFor(uint32_t capacity) {
    return capacity * (sizeof(Handle) + 1 + sizeof(Part));
  }
  static uint8_t Tag(uint64_t hash) { return static_cast<uint8_t>(hash); }
  uint32_t HomeSlot(uint64_t hash) const {
    return static_cast<uint32_t>(hash >> 32) & (capacity_ - 1);
  }
  Handle* handles() const { return reinterpret_cast<Handle*>(memory_.get()); }
  uint8_t* tags() const {
    return reinterpret_cast<uint8_t*>(memory_.get()) + capacity_ * sizeof(Handle);
  }

  static Part* PartsIn(char* memory, uint32_t capacity) {
    return reinterpret_cast<Part*>(memory) + capacity * (sizeof(Handle) + 1);
  }

  void Place(uint64_t hash, Part part, Handle handle) {
    uint32_t slot = HomeSlot(hash);
    while (handles()[slot] != 0) slot = (slot + 1) & (capacity_ - 1);
    handles()[slot] = handle;
    tags()[slot] = Tag(hash);
    PartsIn(memory_.get(), capacity_)[slot] = part;
  }

  template <typename HashOf>
  void Grow(HashOf hash_of) {
    const std::unique_ptr<char[]> old_memory = std::move(memory_);
    const auto* old_handles = reinterpret_cast<const Handle*>(old_memory.get());
    const uint32_t old_capacity = capacity_;
    capacity_ = NextCapacity();
    memory_ = std::make_unique<char[]>(BytesFor(capacity_));
    const Part* const old_parts = PartsIn(old_memory.get(), old_capacity);
    for (uint32_t slot = 0; slot < old_capacity; ++slot) {
      if (old_handles[slot] == 0) continue;
      Place(hash_of(old_handles[slot]), old_parts[slot], old_handles[slot]);
    }
  }

  std::unique_ptr<char[]> memory_;  // capacity_ handles, then as many tags, then as many parts
  uint32_t capacity_ = 0;
  uint32_t size_ = 0;
};

}  // namespace proxyherd
