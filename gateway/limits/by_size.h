// Finds the largest of many items whose sizes change all the time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace proxyherd::gateway {

// Base class of the items of BySize. Must not be copied while it is filed.
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

// Files items in classes an eighth of a power of two wide, so that a change costs the same for any
// number of items, and the largest is found to within an eighth. Items of less than a KiB have no
// class and are never found. Does not own the items. Not thread-safe.
class BySize {
 public:
  // The class of items of this size, greater for greater sizes; 0 if they have none.
  static int ClassOf(size_t bytes);

  BySize() = default;
  BySize(const BySize&) = delete;
  BySize& operator=(const BySize&) = delete;

  // The first update files an item. Before an item is destroyed, its size must be updated to 0.
  void Update(Sized& item, size_t bytes);

  // Returns, from the greatest class, the item that has been in it longest; nullptr if no item has
  // a class.
  Sized* Largest() const;
  // The class of Largest(); 0 if that is nullptr.
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

}  // namespace proxyherd::gateway
