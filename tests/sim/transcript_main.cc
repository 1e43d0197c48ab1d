// transcripts [--rewrite] FILE...: runs transcripts and reports where their output differs; with
// --rewrite it writes the herd's output into the files instead.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "tests/sim/transcript.h"

namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Prints the first line in which the two differ.
void PrintDifference(const std::string& path, const std::string& expected,
                     const std::string& actual) {
  const std::vector<std::string> left = absl::StrSplit(expected, '\n');
  const std::vector<std::string> right = absl::StrSplit(actual, '\n');
  for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const std::string expected_line = i < left.size() ? left[i] : "(end)";
    const std::string actual_line = i < right.size() ? right[i] : "(end)";
    if (expected_line == actual_line) continue;
    std::printf("%s:%zu:\n  expected: %s\n  actual:   %s\n", path.c_str(), i + 1,
                expected_line.c_str(), actual_line.c_str());
    return;
  }
}

bool Check(const std::string& path, bool rewrite) {
  const std::string text = ReadFile(path);
  const proxyherd::TranscriptResult result = proxyherd::RunTranscript(text);
  if (text.empty() || !result.error.empty()) {
    std::printf("%s: %s\n", path.c_str(), text.empty() ? "cannot be read" : result.error.c_str());
    return false;
  }
  if (rewrite) {
    std::ofstream(path, std::ios::binary) << result.text;
    return true;
  }
  if (text == result.text) return true;
  PrintDifference(path, text, result.text);
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> paths(argv + 1, argv + argc);
  const bool rewrite = !paths.empty() && paths[0] == "--rewrite";
  if (rewrite) paths.erase(paths.begin());
  if (paths.empty()) {
    std::printf("usage: transcripts [--rewrite] FILE...\n");
    return 2;
  }
  const auto failed = std::count_if(paths.begin(), paths.end(),
                                    [&](const std::string& path) { return !Check(path, rewrite); });
  std::printf("%zu transcripts, %td failed\n", paths.size(), failed);
  return failed == 0 ? 0 : 1;
}
