#include "gateway/limits/by_size.h"

#include <algorithm>
#include <bit>

namespace proxyherd::gateway {

int BySize::ClassOf(size_t bytes) {
  constexpr int kEighthBits = 3;
  const int bits = static_cast<int>(std::bit_width(bytes));
  if (bits < kFirstBits) return 0;
  if (bits > kLastBits) return kClasses - 1;
  const auto eighth = static_cast<int>((bytes >> (bits - 1 - kEighthBits)) % kPerDoubling);
  return 1 + (bits - kFirstBits) * kPerDoubling + eighth;
}

void BySize::Update(Sized& item, size_t bytes) {
  item.bytes_ = bytes;
  const int size_class = ClassOf(bytes);
  if (size_class == item.size_class_) return;
  if (item.size_class_ != 0) Take(item);
  item.size_class_ = size_class;
  if (size_class != 0) Insert(item);
}

void BySize::Insert(Sized& item) {
  Class& list = classes_[static_cast<size_t>(item.size_class_)];
  item.before_ = list.last;
  item.after_ = nullptr;
  (list.last == nullptr ? list.first : list.last->after_) = &item;
  list.last = &item;
  used_[static_cast<size_t>(item.size_class_ / kWordBits)] |= uint64_t{1}
                                                              << (item.size_class_ % kWordBits);
}

void BySize::Take(Sized& item) {
  Class& list = classes_[static_cast<size_t>(item.size_class_)];
  (item.before_ == nullptr ? list.first : item.before_->after_) = item.after_;
  (item.after_ == nullptr ? list.last : item.after_->before_) = item.before_;
  if (list.first != nullptr) return;
  used_[static_cast<size_t>(item.size_class_ / kWordBits)] &=
      ~(uint64_t{1} << (item.size_class_ % kWordBits));
}

int BySize::LargestClass() const {
  for (size_t word = used_.size(); word-- > 0;) {
    if (used_[word] == 0) continue;
    return static_cast<int>(word) * kWordBits + static_cast<int>(std::bit_width(used_[word])) - 1;
  }
  return 0;
}

Sized* BySize::Largest() const { return classes_[static_cast<size_t>(LargestClass())].first; }

}  // namespace proxyherd::gateway
