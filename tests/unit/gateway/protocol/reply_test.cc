// Tests replies, byte for byte.
#include "gateway/protocol/reply.h"

#include <gtest/gtest.h>

#include <string>

#include "base/env.h"
#include "base/json_text.h"

namespace proxyherd::gateway {
namespace {

TEST(ReplyTest, EchoIsTheLineAfterAQuestionMark) {
  std::string out = "before\n";
  AppendEcho(std::string_view("a\0\xFF b", 5), out);
  AppendEcho("", out);
  EXPECT_EQ(out, std::string("before\n? a\0\xFF b\n? \n", 18));
}

TEST(ReplyTest, AtLineCopiesTheClientsBytes) {
  std::string out;
  AppendAtReply("Clark", 10 * kSecond, 12 * kSecond + 1, {"\xFFkiwi", "+0-0.0", "0012.0000000011"},
                out);
  EXPECT_EQ(out, "AT Clark -2.000000001 \xFFkiwi +0-0.0 0012.0000000011\n");
}

std::string Places(std::string_view json) {
  std::string out = "AT\n";
  AppendPlaces(json, out);
  return out.substr(3);
}

TEST(ReplyTest, RunsOfNewlinesInPlacesAreSqueezed) {
  EXPECT_EQ(Places("{}"), "{}\n\n");
  EXPECT_EQ(Places("{\n  \"a\": 1\n}"), "{\n  \"a\": 1\n}\n\n");
  EXPECT_EQ(Places("{\n\n\n\"a\":\n\n1}"), "{\n\"a\":\n1}\n\n");
  EXPECT_EQ(Places("{}\n\n\n"), "{}\n\n");
  EXPECT_EQ(Places("{\n \n}"), "{\n \n}\n\n") << "a line of blanks is not empty";
}

TEST(ReplyTest, NoPlacesMakeAnEmptyLineBeforeTheEnd) {
  EXPECT_EQ(Places("\n\n{}"), "{}\n\n") << "with the AT line's end it would be one";
  EXPECT_EQ(Places("{\r\n\r\n}\r\n"), "{\n}\n\n");
  EXPECT_EQ(Places("\n"), "{}\n\n");
  EXPECT_EQ(Places(""), "{}\n\n");
}

TEST(ReplyTest, FailureHasGooglesShape) {
  std::string out;
  AppendPlacesFailure({503, "UNAVAILABLE", "The \"places\" service\nis away"}, out);
  EXPECT_EQ(out,
            "{\"error\": {\"code\": 503, \"message\": \"The \\\"places\\\" service\\nis away\", "
            "\"status\": \"UNAVAILABLE\"}}\n\n");
}

TEST(ReplyTest, FailureCodeIsAnHttpError) {
  for (const auto& [code, shown] :
       {std::pair{400, 400}, {599, 599}, {0, 500}, {200, 500}, {600, 500}}) {
    std::string out;
    AppendPlacesFailure({code, "S", "m"}, out);
    EXPECT_EQ(out, "{\"error\": {\"code\": " + std::to_string(shown) +
                       ", \"message\": \"m\", \"status\": \"S\"}}\n\n");
  }
}

std::string Json(std::string_view text) {
  std::string out;
  AppendJsonText(text, out);
  return out;
}

TEST(JsonTextTest, EscapesWhatJsonForbids) {
  EXPECT_EQ(Json("a\\b\"c"), "a\\\\b\\\"c");
  EXPECT_EQ(Json(std::string_view("\0\t\n\x1F\x7F", 5)), "\\u0000\\u0009\\n\\u001f\x7F");
}

TEST(JsonTextTest, KeepsWellFormedUtf8AndReplacesTheRest) {
  constexpr std::string_view kWhole =
      "\xC2\xA0 \xE2\x82\xAC \xF0\x9F\xA5\x9D \xED\x9F\xBF \xF4\x8F\xBF\xBF";
  EXPECT_EQ(Json(kWhole), kWhole);
  const std::string no = "\xEF\xBF\xBD";
  EXPECT_EQ(Json("\xFF"), no);
  EXPECT_EQ(Json("\xC0\x80"), no + no) << "overlong";
  EXPECT_EQ(Json("\xE0\x9F\xBF"), no + no + no) << "overlong";
  EXPECT_EQ(Json("\xED\xA0\x80"), no + no + no) << "surrogate";
  EXPECT_EQ(Json("\xF4\x90\x80\x80"), no + no + no + no) << "past the last";
  EXPECT_EQ(Json("\xE2\x82"), no + no) << "cut off";
  EXPECT_EQ(Json("\xE2\x82z"), no + no + "z");
}

}  // namespace
}  // namespace proxyherd::gateway
