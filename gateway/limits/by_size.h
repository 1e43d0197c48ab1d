// Finds the largest of many whose sizes change all the time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace proxyherd {

// An item of BySize; to be inherited. Not copied while it is filed.
class Sized {
 public:
  size_t bytes() const { return bytes_; }

 private:
  friend class BySize;
  size_t bytes_ = 0;
  int size_class_ = 0;
  Sized* before_ = nullptr;
  Sized* after_ = nullptr;
};

// Files items in classes an eighth of a power of two wide, so that a change costs the same however
// many there are, and the largest is found among equals to within an eighth. Items of less than a
// KiB are of no class: they are never found. Owns no item. Not thread-safe.
class BySize {
 public:
  // The class of items of this size; 0: none. Greater for greater sizes.
  static int ClassOf(size_t bytes);

  BySize() = default;
  BySize(const BySize&) = delete;
  BySize& operator=(const BySize&) = delete;

  // An item is filed by its first update, and has to be given the size 0 before it goes.
  void Update(Sized& item, size_t bytes);

  // Of the greatest class; of those in it, the one whose class has not changed for longest.
  // nullptr: there is none.
  Sized* Largest() const;
  // Its class; 0: there is none.
  int LargestClass() const;

 private:
  static constexpr int kFirstBits = 11;  // of a KiB
  static constexpr int kLastBits = 36;   // more than any connection can hold
  static constexpr int kPerDoubling = 8;
  static constexpr int kClasses = 1 + (kLastBits - kFirstBits + 1) * kPerDoubling;
  static constexpr int kWordBits = 64;

  struct Class {
    Sized* first = nullptr;
    Sized* last = nullptr;
  };

  void Insert(Sized& item);
  void Take(Sized& item);

  std::array<Class, kClasses> classes_;
  std::array<uint64_t, kClasses / kWordBits + 1> used_{};  // bits: classes with an item
};

}  // namespace proxyherd
