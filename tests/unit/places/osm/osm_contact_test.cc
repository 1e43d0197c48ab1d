// Tests telephone numbers and web addresses as people write them.
#include "places/osm/osm_contact.h"

#include <gtest/gtest.h>

#include <string>

namespace proxyherd::places {
namespace {

TEST(OsmContactTest, ANumberIsInternationalOrNational) {
  struct Row {
    const char* value;
    const char* national;
    const char* international;
  };
  const Row table[] = {{"+49 89 21252125", "", "+49 89 21252125"},
                       {"+1-310-825-2101", "", "+1-310-825-2101"},
                       {"+49 (0)89/123-456", "", "+49 (0)89/123-456"},
                       {"tel:+4989123", "", "+4989123"},
                       {"+49 89 1; +49 89 2", "", "+49 89 1"},
                       {" 089 123456 ", "089 123456", ""},
                       {"(310) 825-2101", "(310) 825-2101", ""},
                       {"112", "112", ""},
                       {"", "", ""},
                       {"+", "", ""},
                       {"++49 89 123", "", ""},
                       {"+ 49 89 123", "", ""},
                       {"12", "", ""},
                       {"ask inside", "", ""},
                       {"+49 89 123 ext. 4", "", ""},
                       {"+49 89 12345678901234567890", "", ""},
                       {";+49 89 123", "", ""}};
  for (const auto& [value, national, international] : table) {
    EXPECT_EQ(ReadPhone(value).national, national) << value;
    EXPECT_EQ(ReadPhone(value).international, international) << value;
  }
}

TEST(OsmContactTest, AWebsiteIsWhatABrowserOpens) {
  const std::pair<const char*, const char*> table[] = {
      {"https://www.ucla.edu/", "https://www.ucla.edu/"},
      {"HTTP://Example.com", "HTTP://Example.com"},
      {"www.example.com", "http://www.example.com"},
      {"example.com/a?b=c:d", "http://example.com/a?b=c:d"},
      {"https://a.de; https://b.de", "https://a.de"},
      {"https://a.de;https://b.de", "https://a.de"},
      {"www.a.de;www.b.de", "http://www.a.de"},
      {"https://a.de/x;jsessionid=1", "https://a.de/x;jsessionid=1"},
      {"https://münchen.de/straße", "https://münchen.de/straße"},
      {"  https://a.de  ", "https://a.de"},
      {"", ""},
      {"http://", ""},
      {"https:///path", ""},
      {"javascript:alert(1).x", ""},
      {"mailto:me@example.com", ""},
      {"me@example.com", ""},
      {"ftp://example.com", ""},
      {"none", ""},
      {".", ""},
      {"a.", ""},
      {"https://a.de/\"onclick", ""},
      {"see our shop.de", ""},
      {"https://a.de/\n", "https://a.de/"},
      {"https://a\x01.de", ""}};
  for (const auto& [value, website] : table) EXPECT_EQ(ReadWebsite(value), website) << value;
}

}  // namespace
}  // namespace proxyherd::places
