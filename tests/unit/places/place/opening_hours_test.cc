// Tests opening hours as people tag them, and as Google would write them.
#include "places/place/opening_hours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/absl_strings.h"

namespace proxyherd::places {
namespace {

using Kind = OpeningHoursReading::Kind;

// Returns "Mo 08:00-12:00 ..." by period, from Sunday; or "always", or "unread".
std::string Read(std::string_view value) {
  const OpeningHoursReading reading = ReadOpeningHours(value);
  if (reading.kind == Kind::kUnread) {
    EXPECT_TRUE(reading.hours.periods.empty());
    return "unread";
  }
  constexpr std::string_view kDays[] = {"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"};
  std::string text;
  for (const OpeningPeriod& period : reading.hours.periods) {
    if (!period.close.has_value()) return "always";
    const auto time = [](uint16_t minute) {
      return absl::StrFormat("%02d:%02d", minute % kMinutesOfDay / 60, minute % 60);
    };
    const int open_day = period.open / kMinutesOfDay;
    const int close_day = *period.close / kMinutesOfDay;
    absl::StrAppend(&text, text.empty() ? "" : " ", ToAbsl(kDays[open_day]), " ", time(period.open),
                    "-", open_day == close_day ? "" : absl::StrCat(ToAbsl(kDays[close_day]), " "),
                    time(*period.close));
  }
  return text;
}

std::string Week(std::string_view value) {
  return absl::StrJoin(DescribeWeek(ReadOpeningHours(value).hours), "\n");
}

struct Row {
  const char* value;
  const char* hours;
};

TEST(OpeningHoursTest, ReadsARegularWeek) {
  const Row table[] = {{"24/7", "always"},
                       {"24/7 open", "always"},
                       {"Mo-Su 00:00-24:00", "always"},
                       {"00:00-24:00", "always"},
                       {"Mo 10:00-20:00", "Mo 10:00-20:00"},
                       {"Mo-We 10:00-20:00", "Mo 10:00-20:00 Tu 10:00-20:00 We 10:00-20:00"},
                       {"Mo,We 8:30-12:00", "Mo 08:30-12:00 We 08:30-12:00"},
                       {"Sa-Mo 10:00-12:00", "Su 10:00-12:00 Mo 10:00-12:00 Sa 10:00-12:00"},
                       {"Mo-Tu,Sa 10:00-12:00", "Mo 10:00-12:00 Tu 10:00-12:00 Sa 10:00-12:00"},
                       {"Mo 08:00-12:00,13:00-17:00", "Mo 08:00-12:00 Mo 13:00-17:00"},
                       {"Mo 08:00-12:00, 13:00-17:00", "Mo 08:00-12:00 Mo 13:00-17:00"},
                       {"Mo 08:00-12:00; Tu 09:00-13:00", "Mo 08:00-12:00 Tu 09:00-13:00"},
                       {"Mo 08:00-12:00;Tu 09:00-13:00;", "Mo 08:00-12:00 Tu 09:00-13:00"},
                       {"Mo 08:00-12:00, Tu 09:00-13:00", "Mo 08:00-12:00 Tu 09:00-13:00"},
                       {"Mo 08:00-12:00,Tu 09:00-13:00", "Mo 08:00-12:00 Tu 09:00-13:00"},
                       {"Mo: 08:00-12:00", "Mo 08:00-12:00"},
                       {"mo 08:00 - 12:00", "Mo 08:00-12:00"},
                       {"Mon-Tue 08:00-12:00", "Mo 08:00-12:00 Tu 08:00-12:00"},
                       {"Monday 08:00\u201312:00", "Mo 08:00-12:00"},
                       {"  Mo   08:00-12:00  ", "Mo 08:00-12:00"},
                       {"Mo 08:00-12:00 open", "Mo 08:00-12:00"},
                       {"Mo 08:00-12:00 open \"ring the bell; twice\"", "Mo 08:00-12:00"}};
  for (const auto& [value, hours] : table) {
    EXPECT_EQ(Read(value), hours) << value;
    EXPECT_EQ(ReadOpeningHours(value).kind, Kind::kRead) << value;
  }
}

TEST(OpeningHoursTest, ReadsNightsAcrossMidnight) {
  const Row table[] = {
      {"Fr 22:00-04:00", "Fr 22:00-Sa 04:00"},
      {"Fr 22:00-28:00", "Fr 22:00-Sa 04:00"},
      {"Sa 22:00-04:00", "Sa 22:00-Su 04:00"},
      {"Mo 18:00-00:00", "Mo 18:00-Tu 00:00"},
      {"Mo 18:00-24:00", "Mo 18:00-Tu 00:00"},
      {"Sa 18:00-24:00", "Sa 18:00-Su 00:00"},
      {"Fr 22:00-04:00; Sa off", "Fr 22:00-Sa 04:00"},
      {"Fr 20:00-24:00; Sa 00:00-03:00", "Fr 20:00-Sa 03:00"},
      {"Sa 20:00-24:00; Su 00:00-03:00", "Sa 20:00-Su 03:00"},
      {"Fr-Sa 10:00-10:01,20:00-12:00", "Fr 10:00-10:01 Fr 20:00-Sa 12:00 Sa 20:00-Su 12:00"},
      {"Mo-Fr 00:00-24:00", "Mo 00:00-Sa 00:00"},
      {"Fr-Mo 00:00-24:00", "Fr 00:00-Tu 00:00"},
      {"Mo-Su 06:00-05:59",
       "Su 06:00-Mo 05:59 Mo 06:00-Tu 05:59 Tu 06:00-We 05:59 We 06:00-Th 05:59 "
       "Th 06:00-Fr 05:59 Fr 06:00-Sa 05:59 Sa 06:00-Su 05:59"},
      {"Mo-Su 06:00-30:00", "always"}};
  for (const auto& [value, hours] : table) EXPECT_EQ(Read(value), hours) << value;
}

TEST(OpeningHoursTest, LaterRulesReplaceTheirDays) {
  const Row table[] = {
      {"Mo-We 10:00-20:00; Tu 12:00-18:00", "Mo 10:00-20:00 Tu 12:00-18:00 We 10:00-20:00"},
      {"Mo-We 10:00-20:00; Tu off", "Mo 10:00-20:00 We 10:00-20:00"},
      {"Mo-We 10:00-20:00; Tu closed \"rest\"", "Mo 10:00-20:00 We 10:00-20:00"},
      {"Mo-Tu 10:00-20:00; Sa,Su off", "Mo 10:00-20:00 Tu 10:00-20:00"},
      {"Mo 10:00-20:00, Su off", "Mo 10:00-20:00"},
      {"24/7; Mo off", "Tu 00:00-Mo 00:00"}};
  for (const auto& [value, hours] : table) EXPECT_EQ(Read(value), hours) << value;
}

TEST(OpeningHoursTest, HolidaysAreNotRegular) {
  const Row table[] = {{"Mo 10:00-20:00; PH off", "Mo 10:00-20:00"},
                       {"Mo 10:00-20:00; Su,PH off", "Mo 10:00-20:00"},
                       {"Mo 10:00-20:00; PH,Su 11:00-12:00", "Su 11:00-12:00 Mo 10:00-20:00"},
                       {"Mo,PH 10:00-20:00", "Mo 10:00-20:00"},
                       {"Mo 10:00-20:00, PH closed", "Mo 10:00-20:00"},
                       {"PH off; Mo 10:00-20:00", "Mo 10:00-20:00"},
                       {"24/7; PH off", "always"}};
  for (const auto& [value, hours] : table) {
    EXPECT_EQ(Read(value), hours) << value;
    EXPECT_EQ(ReadOpeningHours(value).kind, Kind::kReadWithoutHolidays) << value;
  }
}

TEST(OpeningHoursTest, WhatIsNotARegularWeekIsUnread) {
  for (const char* value : {"Apr-Oct Mo-Fr 09:00-18:00",
                            "Mo-Fr 10:00-18:00; Nov-Dec Sa 10:00-19:00",
                            "Jan-Dec: Mo-Fr 09:00-19:00",
                            "week 1-53/2 Mo 10:00-12:00",
                            "2014 Sep 12 20:00-24:00",
                            "Mo-Fr 09:00-18:00; Dec 25 off",
                            "May 29 off; Mo-Fr 09:00-18:00",
                            "easter off",
                            "SH off; Mo 10:00-12:00",
                            "Mo,SH 10:00-12:00",
                            "SH Mo-Fr 10:00-12:00",
                            "PH Mo-Fr 10:00-12:00",
                            "sunrise-sunset",
                            "Mo-Fr 08:00-sunset",
                            "(sunrise+01:00)-20:00",
                            "Mo[1] 10:00-12:00",
                            "Mo[-1] 10:00-12:00",
                            "Mo 18:00+",
                            "Mo 18:00-23:00+",
                            "Mo 18:00",
                            "Mo-Su,PH 10:00+",
                            "Mo 10:00-16:00/01:30"}) {
    EXPECT_EQ(Read(value), "unread") << value;
  }
}

TEST(OpeningHoursTest, WhatDependsOnSomethingIsUnread) {
  for (const char* value :
       {"\"by appointment\"", "Mo 10:00-12:00 \"by appointment\"",
        "Mo 10:00-12:00 || \"by appointment\"", "Mo 10:00-12:00; Tu \"on request\"",
        "Mo 10:00-12:00 unknown", "unknown", "Mo 10:00-12:00,\"on appointment\"; Sa off"}) {
    EXPECT_EQ(Read(value), "unread") << value;
  }
}

TEST(OpeningHoursTest, WhatIsInDoubtIsUnread) {
  for (const char* value :
       {// Formally the second rule replaces the first, which people did not mean.
        "Mo-Fr 08:00-12:00; Mo-Fr 14:00-18:00", "Mo-Fr 08:00-12:00; Mo,Th 14:00-18:00",
        "Mo-Fr 11:30-14:30; Mo-Sa 18:00-00:00", "Mo-Fr 08:00-12:00; 13:00-18:00",
        "Mo 08:00-12:00; Mo-Fr 08:00-12:00", "Mo 10:00-12:00; off", "Mo 10:00-12:00, Mo off",
        "Mo off; Mo 10:00-12:00 off",
        // Without times, or with periods of no length.
        "Mo-Fr", "Mo-Fr open", "open", "off", "closed", "Mo 12:00-12:00", "Mo 00:00-00:00",
        "Mo 10:00-12:00 off", "24/7 off", "Mo 24/7"}) {
    EXPECT_EQ(Read(value), "unread") << value;
  }
}

TEST(OpeningHoursTest, WhatIsNotInTheGrammarIsUnread) {
  for (const char* value : {"",
                            " ",
                            ";",
                            ",",
                            "Mo",
                            "Mo-",
                            "Mo-Xx 10:00-12:00",
                            "Fr-So 11:00-19:00",
                            "Mo 10-12",
                            "Mo 10:0-12:00",
                            "Mo 10:00-12:000",
                            "Mo 10:60-12:00",
                            "Mo 24:00-25:00",
                            "Mo 10:00-49:00",
                            "Mo 10:00-48:00",
                            "Mo 10:00-12:00,",
                            "Mo 10:00-12:00,;Tu 10:00-12:00",
                            "Mo 10:00-12:00 Tu 10:00-12:00",
                            "Mo 10:00-12:00 PH off",
                            "Mo, 10:00-12:00",
                            "Mo 10.00-12.00",
                            "10am-5pm",
                            "Mo 10:00-12:00 open \"no end",
                            "Mo 10:00-12:00 off off",
                            "24 h",
                            "24/7/365",
                            "http://example.com",
                            "\xFF\xFE",
                            "Su-Do 11:00-24:00 Fr-Sa 11:00-01:00"}) {
    EXPECT_EQ(Read(value), "unread") << value;
  }
}

TEST(OpeningHoursTest, TheLengthIsLimited) {
  std::string value = "Mo 10:00-12:00";
  value.append(kMaxOpeningHoursBytes - value.size(), ' ');
  EXPECT_EQ(Read(value), "Mo 10:00-12:00");
  EXPECT_EQ(Read(value + " "), "unread");
}

TEST(OpeningHoursTest, AWeekIsDescribedAsGoogleDoes) {
  // A narrow space before AM and PM, thin ones around the dash.
  EXPECT_EQ(Week("Mo 09:00-17:00; Tu 16:30-22:00; We 08:00-11:30,12:00-13:00; Th 17:00-24:00; "
                 "Fr 11:00-02:00; Su 00:00-24:00"),
            "Monday: 9:00\u202fAM\u2009–\u20095:00\u202fPM\n"
            "Tuesday: 4:30\u2009–\u200910:00\u202fPM\n"
            "Wednesday: 8:00\u2009–\u200911:30\u202fAM, 12:00\u2009–\u20091:00\u202fPM\n"
            "Thursday: 5:00\u202fPM\u2009–\u200912:00\u202fAM\n"
            "Friday: 11:00\u202fAM\u2009–\u20092:00\u202fAM\n"
            "Saturday: Closed\n"
            "Sunday: Open 24 hours");
}

TEST(OpeningHoursTest, AlwaysOpenIsDescribedDayByDay) {
  EXPECT_THAT(DescribeWeek(ReadOpeningHours("24/7").hours),
              testing::ElementsAre("Monday: Open 24 hours", "Tuesday: Open 24 hours",
                                   "Wednesday: Open 24 hours", "Thursday: Open 24 hours",
                                   "Friday: Open 24 hours", "Saturday: Open 24 hours",
                                   "Sunday: Open 24 hours"));
}

TEST(OpeningHoursTest, ALongPeriodIsDescribedDayByDay) {
  EXPECT_EQ(Week("Fr 10:00-24:00; Sa 00:00-24:00; Su 00:00-02:00"),
            "Monday: Closed\nTuesday: Closed\nWednesday: Closed\nThursday: Closed\n"
            "Friday: 10:00\u202fAM\u2009–\u200912:00\u202fAM\n"
            "Saturday: Open 24 hours\n"
            "Sunday: 12:00\u2009–\u20092:00\u202fAM");
}

}  // namespace
}  // namespace proxyherd::places
