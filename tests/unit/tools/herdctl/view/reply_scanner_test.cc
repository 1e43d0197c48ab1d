// Tests where replies end, however the connection cuts them.
#include "tools/herdctl/view/reply_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace proxyherd::tools {
namespace {

constexpr std::string_view kAtLine = "AT Clark +0.1 kiwi +34-118 1621464827\n";

// Feeds `bytes` in pieces of `piece` bytes; returns what the scanner takes for the reply, or
// "incomplete".
std::string Reply(std::string_view command, std::string_view bytes, size_t piece) {
  ReplyScanner scanner(command);
  size_t taken = 0;
  while (taken < bytes.size() && !scanner.complete()) {
    taken += scanner.Scan(bytes.substr(taken, piece));
  }
  return scanner.complete() ? std::string(bytes.substr(0, taken)) : "incomplete";
}

void ExpectReply(std::string_view command, std::string_view bytes, std::string_view reply) {
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, bytes.size()}) {
    EXPECT_EQ(Reply(command, bytes, piece), reply) << "in pieces of " << piece;
  }
}

TEST(ReplyScannerTest, AReceiptIsOneLine) {
  ExpectReply("IAMAT kiwi +34-118 1621464827", std::string(kAtLine) + "AT more\n", kAtLine);
}

TEST(ReplyScannerTest, PlacesEndWithAnEmptyLine) {
  const std::string reply = std::string(kAtLine) + "{\n  \"places\": []\n}\n\n";
  ExpectReply("WHATSAT kiwi 10 3", reply + "AT next\n", reply);
  ExpectReply(" \tWHATSAT\vkiwi 10 3\r\n", reply, reply);
}

TEST(ReplyScannerTest, ARefusalIsOneLineWhateverWasAsked) {
  ExpectReply("WHATSAT nobody 10 3", "? WHATSAT nobody 10 3\n\n", "? WHATSAT nobody 10 3\n");
  ExpectReply("", "? \n", "? \n");
}

TEST(ReplyScannerTest, AnotherCaseDoesNotAskForPlaces) {
  ExpectReply("whatsat kiwi 10 3", "? whatsat kiwi 10 3\n", "? whatsat kiwi 10 3\n");
}

TEST(ReplyScannerTest, WaitsForWhatIsMissing) {
  ExpectReply("WHATSAT kiwi 10 3", std::string(kAtLine) + "{}\n", "incomplete");
  ExpectReply("IAMAT kiwi +34-118 1", "AT Clark +0.1 kiwi", "incomplete");
}

TEST(ReplyScannerTest, TakesNothingOfTheNextReply) {
  ReplyScanner scanner("IAMAT kiwi +34-118 1");
  EXPECT_EQ(scanner.Scan("AT a\nAT b\n"), 5u);
  EXPECT_EQ(scanner.Scan("AT b\n"), 0u);
}

TEST(SafeForTerminalTest, EscapesWhatDrivesATerminal) {
  EXPECT_EQ(SafeForTerminal("AT kiwi\n\t{}\n"), "AT kiwi\n\t{}\n");
  EXPECT_EQ(SafeForTerminal("\x1b[2J\r\x7f"), "\\x1b[2J\\x0d\\x7f");
  EXPECT_EQ(SafeForTerminal("caf\xc3\xa9"), "caf\xc3\xa9");
  // U+009B is the control sequence introducer as one character.
  EXPECT_EQ(SafeForTerminal("\xc2\x9b"
                            "2J"),
            "\xc2\\x9b2J");
}

}  // namespace
}  // namespace proxyherd::tools
