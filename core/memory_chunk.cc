#include "core/memory_chunk.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace proxyherd {
namespace {

// In the kernel since 6.1, but missing in older headers of the C library.
constexpr int kMadviseCollapse = 25;

}  // namespace

// A big page must be aligned to its size: a mapping of twice the size contains an aligned chunk,
// and the rest is unmapped.
MemoryChunk::MemoryChunk() {
  void* const mapped = mmap(nullptr, 2 * kBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  char* const begin = static_cast<char*>(mapped);
  const size_t before = (kBytes - reinterpret_cast<uintptr_t>(begin) % kBytes) % kBytes;
  if (before != 0) munmap(begin, before);
  munmap(begin + before + kBytes, kBytes - before);
  data_ = begin + before;
}

MemoryChunk::~MemoryChunk() {
  if (data_ != nullptr) munmap(data_, kBytes);
}

void MemoryChunk::MakeBigPage() {
  // If it fails, small pages remain in use, which is correct.
  (void)madvise(data_, kBytes, kMadviseCollapse);
}

}  // namespace proxyherd
