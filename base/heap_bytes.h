// The heap memory that a buffer occupies.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace proxyherd {

// Counts the capacity, not the size. Short strings live inside the object and occupy nothing.
inline size_t HeapBytes(const std::string& text) {
  static const size_t inside = std::string().capacity();
  return text.capacity() > inside ? text.capacity() + 1 : 0;
}

template <typename T>
size_t HeapBytes(const std::vector<T>& values) {
  return values.capacity() * sizeof(T);
}

}  // namespace proxyherd
