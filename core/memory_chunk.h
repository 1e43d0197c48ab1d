// Memory that the processor can address as one big page.
//
// Records lie anywhere in memory. With pages of 4 KiB nearly every look at one also misses the
// processor's table of pages, and walking through the page tables costs more than the record
// itself, above all in a virtual machine, where there are two sets of them.
#pragma once

#include <cstddef>
#include <utility>

namespace proxyherd {

// Owns one chunk; movable. Untouched pages of it cost nothing. Not thread-safe.
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

  // Makes one big page of it, if the system can (Linux 6.1 and later; it copies the chunk, some
  // tenths of a millisecond). For a chunk whose pages are all in use: an untouched one would take
  // its whole size from then on.
  void MakeBigPage();

 private:
  char* data_;  // null only when moved from
};

}  // namespace proxyherd
