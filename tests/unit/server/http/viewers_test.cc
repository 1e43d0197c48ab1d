// Tests viewers and their frames.
#include "server/http/viewers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proxyherd::server {
namespace {

using testing::ElementsAre;

page::FrameText Text(const std::string& text) { return std::make_shared<const std::string>(text); }

std::vector<std::string> Sent(page::FrameSlots& slots) {
  std::vector<std::string> sent;
  while (const page::FrameText frame = slots.Take()) sent.push_back(*frame);
  return sent;
}

TEST(FrameSlots, NothingIsSentBeforeTheHello) {
  page::FrameSlots slots;
  EXPECT_EQ(slots.Put({nullptr, nullptr, Text("map"), Text("tick")}), 0);
  EXPECT_EQ(slots.Take(), nullptr);
  slots.Put({Text("hello"), nullptr, Text("map"), nullptr});
  EXPECT_THAT(Sent(slots), ElementsAre("hello", "map"));
  slots.Put({nullptr, nullptr, nullptr, Text("tick")});
  EXPECT_THAT(Sent(slots), ElementsAre("tick"));
}

TEST(FrameSlots, ASlowViewerIsSentTheNewestOfEachAndTheRestIsCounted) {
  page::FrameSlots slots;
  slots.Put({Text("hello"), nullptr, Text("map 1"), nullptr});
  int dropped = 0;
  for (int second = 2; second <= 100; ++second) {
    const std::string number = std::to_string(second);
    const page::FrameText map = second % 10 == 0 ? Text("map " + number) : nullptr;
    dropped += slots.Put({nullptr, nullptr, map, Text("tick " + number)});
  }
  EXPECT_THAT(Sent(slots), ElementsAre("hello", "map 100", "tick 100"));
  EXPECT_EQ(dropped, 98 + 10);
}

class FakeViewer : public Viewer {
 public:
  void Show(const page::Frames& frames) override { slots.Put(frames); }
  page::FrameSlots slots;
};

TEST(Viewers, OneWhoComesIsGreetedOnceAndThenShownWhatIsNew) {
  int arrivals = 0;
  Viewers viewers([&] { ++arrivals; });
  const auto first = std::make_shared<FakeViewer>();
  ASSERT_TRUE(viewers.Join(first));
  viewers.Show({nullptr, nullptr, nullptr, Text("early")});
  viewers.Greet({Text("hello 1"), nullptr, nullptr, nullptr});
  const auto second = std::make_shared<FakeViewer>();
  ASSERT_TRUE(viewers.Join(second));
  viewers.Greet({Text("hello 2"), nullptr, nullptr, nullptr});
  viewers.Show({nullptr, nullptr, nullptr, Text("tick")});
  EXPECT_THAT(Sent(first->slots), ElementsAre("hello 1", "tick"));
  EXPECT_THAT(Sent(second->slots), ElementsAre("hello 2", "tick"));
  EXPECT_EQ(arrivals, 2);
  viewers.Leave(first.get());
  viewers.Leave(first.get());
  EXPECT_EQ(viewers.Count(), 1U);
  viewers.Clear();
  EXPECT_EQ(viewers.Count(), 0U);
  EXPECT_EQ(second.use_count(), 1);
}

TEST(Viewers, ThereAreAtMostSoMany) {
  Viewers viewers([] {});
  for (size_t i = 0; i < Viewers::kMaxViewers; ++i) {
    ASSERT_TRUE(viewers.Join(std::make_shared<FakeViewer>()));
  }
  EXPECT_FALSE(viewers.Join(std::make_shared<FakeViewer>()));
  EXPECT_EQ(viewers.Refused(), 1U);
}

}  // namespace
}  // namespace proxyherd::server
