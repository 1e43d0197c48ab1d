// Compares the writer with the library that prints a tree.
#include "places/place/json_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "places/place/place_json.h"

namespace proxyherd::places {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(std::string_view text) {
  JsonWriter writer;
  writer.Text(text);
  return std::move(writer).Take();
}

std::string Number(double number) {
  JsonWriter writer;
  writer.Number(number);
  return std::move(writer).Take();
}

TEST(JsonWriterTest, LaysOutAsGoogleDoes) {
  JsonWriter writer;
  writer.BeginObject();
  writer.Key("empty");
  writer.BeginObject();
  writer.EndObject();
  writer.Key("none");
  writer.BeginArray();
  writer.EndArray();
  writer.Key("list");
  writer.BeginArray();
  writer.Whole(-5);
  writer.BeginObject();
  writer.Key("yes");
  writer.Bool(true);
  writer.Key("no");
  writer.Bool(false);
  writer.EndObject();
  writer.Text("x");
  writer.EndArray();
  writer.EndObject();
  const Json same = {{"empty", Json::object()},
                     {"none", Json::array()},
                     {"list", {-5, {{"yes", true}, {"no", false}}, "x"}}};
  EXPECT_EQ(std::move(writer).Take(), PrintLikeGoogle(same));
}

TEST(JsonWriterTest, EscapesWhatGoogleEscapes) {
  EXPECT_EQ(Text("<b>\"\\/\x7F\n\t\x01\x1F"), R"("\u003cb\u003e\"\\/)"
                                              "\x7F"
                                              R"(\n\t\u0001\u001f")");
  EXPECT_EQ(Text("München 東京 😀"), "\"München 東京 😀\"");
  EXPECT_EQ(Text(std::string(1, '\0')), R"("\u0000")");
}

TEST(JsonWriterTest, ReplacesWhatIsNoCharacter) {
  const std::pair<std::string, std::string> table[] = {
      {"a\xFFz", "a\uFFFDz"},
      {"\xC3", "\uFFFD"},
      {"\xC3x", "\uFFFDx"},
      {"\xE2\x82", "\uFFFD"},
      {"\xE2\x82z", "\uFFFDz"},
      {"\xC0\xAF", "\uFFFD\uFFFD"},
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"\xF0\x9F\x98", "\uFFFD"}};
  for (const auto& [text, written] : table) EXPECT_EQ(Text(text), "\"" + written + "\"");
}

TEST(JsonWriterTest, WritesAnyTextAsTheLibraryDoes) {
  std::mt19937 random(1);
  // Bytes that begin, continue and break characters.
  constexpr std::string_view kBytes =
      "a\"\\<>\n\x01\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC2\xDF\xE0\xE1\xED\xEF\xF0\xF1\xF4\xF5\xFF";
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 12, ' ');
    for (char& c : text) c = kBytes[random() % kBytes.size()];
    EXPECT_EQ(Text(text), PrintLikeGoogle(Json(text)));
  }
}

TEST(JsonWriterTest, WritesNumbersShortly) {
  const std::pair<double, const char*> table[] = {
      {0, "0"},       {-0.0, "0"},          {34, "34"},
      {-180, "-180"}, {34.0689, "34.0689"}, {-118.4451, "-118.4451"},
      {0.1, "0.1"},   {1e-7, "1e-07"}};
  for (const auto& [number, text] : table) EXPECT_EQ(Number(number), text);
}

// The library writes some of them as e.g. 38.177664300000004.
TEST(JsonWriterTest, ACoordinateHasTheDigitsThatItCameWith) {
  std::mt19937 random(2);
  for (int i = 0; i < 20'000; ++i) {
    const double degrees = (static_cast<double>(random()) - 2147483648.0) / 1e7;
    const std::string text = Number(degrees);
    EXPECT_EQ(Json::parse(text).get<double>(), degrees);
    EXPECT_LE(text.size() - std::min(text.size(), text.find('.')), 1U + 7U) << text;
  }
}

}  // namespace
}  // namespace proxyherd::places
