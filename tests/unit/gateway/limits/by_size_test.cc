// Tests finding the largest item.
#include "gateway/limits/by_size.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace proxyherd::gateway {
namespace {

constexpr size_t kKiB = 1024;

TEST(BySizeTest, ClassesGrowWithSizesAndAreAnEighthWide) {
  for (size_t bytes = kKiB; bytes < (size_t{1} << 37); bytes += bytes / 16) {
    EXPECT_LE(BySize::ClassOf(bytes - 1), BySize::ClassOf(bytes)) << bytes;
  }
  for (size_t bytes = kKiB; bytes < (size_t{1} << 35); bytes *= 2) {
    EXPECT_LT(BySize::ClassOf(bytes - 1), BySize::ClassOf(bytes)) << bytes;
    EXPECT_LT(BySize::ClassOf(bytes), BySize::ClassOf(bytes + bytes / 8)) << bytes;
  }
}

TEST(BySizeTest, LittleIsOfNoClassAndMoreThanAnyIsOfTheLast) {
  EXPECT_EQ(BySize::ClassOf(0), 0);
  EXPECT_EQ(BySize::ClassOf(kKiB - 1), 0);
  EXPECT_EQ(BySize::ClassOf(kKiB), 1);
  EXPECT_EQ(BySize::ClassOf(SIZE_MAX), BySize::ClassOf((size_t{1} << 36) - 1));
}

TEST(BySizeTest, NobodyIsTheLargestOfNone) {
  BySize by_size;
  Sized small;
  EXPECT_EQ(by_size.Largest(), nullptr);
  by_size.Update(small, kKiB - 1);
  EXPECT_EQ(by_size.Largest(), nullptr);
  EXPECT_EQ(by_size.LargestClass(), 0);
}

TEST(BySizeTest, OfEqualsTheOneThatHasStayedLongestIsFound) {
  BySize by_size;
  Sized moves;
  Sized stays;
  by_size.Update(moves, 64 * kKiB);
  by_size.Update(stays, 64 * kKiB);
  EXPECT_EQ(by_size.Largest(), &moves);
  by_size.Update(moves, 2 * kKiB);
  by_size.Update(moves, 64 * kKiB);
  EXPECT_EQ(by_size.Largest(), &stays);
  by_size.Update(stays, 65 * kKiB);
  EXPECT_EQ(by_size.Largest(), &stays) << "still of the same class";
}

// Compares with a search through all items, for pseudo-random numbers.
TEST(BySizeTest, FindsTheLargestToWithinAnEighthHoweverSizesChange) {
  BySize by_size;
  std::vector<Sized> items(200);
  uint64_t number = 1;
  const auto next = [&number] { return (number = number * 6364136223846793005U + 1) >> 33; };
  for (int step = 0; step < 20'000; ++step) {
    Sized& item = items[next() % items.size()];
    by_size.Update(item, next() % 4 == 0 ? 0 : next() % (size_t{1} << (8 + next() % 20)));
    const size_t largest =
        std::max_element(items.begin(), items.end(), [](const Sized& a, const Sized& b) {
          return a.bytes() < b.bytes();
        })->bytes();
    Sized* const found = by_size.Largest();
    ASSERT_EQ(found == nullptr, largest < kKiB) << step;
    if (found != nullptr) {
      ASSERT_GE(found->bytes() + largest / 8, largest) << step;
    }
  }
  for (Sized& item : items) by_size.Update(item, 0);
  EXPECT_EQ(by_size.Largest(), nullptr);
}

}  // namespace
}  // namespace proxyherd::gateway
