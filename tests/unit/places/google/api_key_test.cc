// Tests keys: their sources, and that bad ones are explained without being shown.
#include "places/google/api_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "places/google/client/load_api_key.h"

namespace proxyherd::places {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string MessageOf(const absl::StatusOr<std::string>& key) {
  return std::string(key.status().message());
}

class KeyFileTest : public testing::Test {
 protected:
  std::string Write(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    return path_;
  }
  ~KeyFileTest() override { std::remove(path_.c_str()); }

  const std::string path_ = absl::StrCat(
      testing::TempDir(), "key-", testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST(ParseApiKeyTest, WhiteSpaceAroundItDoesNotCount) {
  EXPECT_EQ(*ParseApiKey("  AIzaSy-_Key09\r\n"), "AIzaSy-_Key09");
}

TEST(ParseApiKeyTest, BadOnesAreExplainedButNotShown) {
  const std::pair<std::string, std::string> table[] = {
      {"", "is empty"},
      {" \n\t", "is empty"},
      {"AIzaSy1", "too short"},
      {std::string(5000, 'A'), "too long"},
      {"AIzaSyKey\r\nX-Other: header", "blanks, control characters"},
      {"AIzaSy Key", "blanks, control characters"},
      {std::string("AIzaSyKey\0Key", 13), "blanks, control characters"},
      {"AIzaSyKé", "non-ASCII"}};
  for (const auto& [text, message] : table) {
    EXPECT_THAT(MessageOf(ParseApiKey(text)), AllOf(HasSubstr(message), Not(HasSubstr("AIza"))));
  }
}

TEST_F(KeyFileTest, AFileGoesBeforeTheVariable) {
  EXPECT_EQ(*LoadApiKey(Write("AIzaFromFile\n"), "AIzaFromVariable"), "AIzaFromFile");
  EXPECT_EQ(*LoadApiKey("", "AIzaFromVariable\n"), "AIzaFromVariable");
}

TEST_F(KeyFileTest, ErrorsNameTheFile) {
  EXPECT_THAT(MessageOf(LoadApiKey(Write("\n"), nullptr)),
              AllOf(HasSubstr(path_), HasSubstr("is empty")));
  EXPECT_THAT(MessageOf(LoadApiKey(Write(std::string(5000, 'x')), nullptr)), HasSubstr("too long"));
  EXPECT_THAT(MessageOf(LoadApiKey("/no/such/file", nullptr)),
              AllOf(HasSubstr("/no/such/file"), HasSubstr("No such file")));
  EXPECT_THAT(MessageOf(LoadApiKey(testing::TempDir(), nullptr)),
              AllOf(HasSubstr(testing::TempDir()), HasSubstr("directory")));
}

TEST_F(KeyFileTest, WithoutAFileTheVariableIsNamed) {
  EXPECT_THAT(MessageOf(LoadApiKey("", nullptr)),
              AllOf(HasSubstr("--places_api_key_file"), HasSubstr("PROXYHERD_PLACES_API_KEY")));
  EXPECT_THAT(MessageOf(LoadApiKey("", "")), HasSubstr("PROXYHERD_PLACES_API_KEY is empty"));
}

TEST(ScrubTest, EveryOccurrenceGoes) {
  EXPECT_EQ(Scrub("aKEYbKEYKEY", "KEY"), "a[key]b[key][key]");
  EXPECT_EQ(Scrub("nothing", "KEY"), "nothing");
  EXPECT_EQ(Scrub("nothing", ""), "nothing");
}

}  // namespace
}  // namespace proxyherd::places
