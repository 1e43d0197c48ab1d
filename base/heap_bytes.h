// What a buffer takes of the heap.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace proxyherd {

// By capacity, not by size: what is reserved is taken. Short strings live in the object itself.
inline size_t HeapBytes(const std::string& text) {
  static const size_t inside = std::string().capacity();
  return text.capacity() > inside ? text.capacity() + 1 : 0;
}

template <typename T>
size_t HeapBytes(const std::vector<T>& values) {
  return values.capacity() * sizeof(T);
}

}  // namespace proxyherd
