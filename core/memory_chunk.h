// A chunk of memory that the processor can address as one big page.
//
// Records are scattered in memory. With pages of 4 KiB, nearly every access to a record misses the
// TLB as well as the caches, and walking the page tables then costs more than reading the record,
// above all in a virtual machine, which has two sets of page tables.
#pragma once

#include <cstddef>
#include <utility>

namespace proxyherd {

// Owns one chunk; movable. Its untouched pages cost nothing. Not thread-safe.
class MemoryChunk {
 public:
  static constexpr size_t kBytes = size_t{2} << 20;  // a big page of x86-64 and of ARM with 4 KiB

  // Throws std::bad_alloc.
  MemoryChunk();
  ~MemoryChunk();
  MemoryChunk(MemoryChunk&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  MemoryChunk& operator=(MemoryChunk&& other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }

  char* data() const { return data_; }

  // Turns the chunk into one big page, if the system can (Linux 6.1 and later; it copies the chunk,
  // which takes some tenths of a millisecond). Call it only if all pages of the chunk are in use:
  // untouched pages would take memory from then on.
  void MakeBigPage();

 private:
  char* data_;  // null only when moved from
};

}  // namespace proxyherd
