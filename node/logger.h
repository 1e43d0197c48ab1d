// The log: readable lines on a terminal, JSON lines in containers.
//
//     2026-11-24T10:00:00.123Z info Clark: link to Jaquez is up
//     {"ts":"2026-11-24T10:00:00.123Z","level":"info","node":"Clark","msg":"link to Jaquez is up"}
//
// Bytes that are no printable text are escaped, so that no client can write lines of its own.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace proxyherd {

enum class LogFormat { kText, kJson };

// How much a line matters; those below the logger's level are not written.
enum class LogLevel { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning", "error", as options have them.
inline constexpr std::array<std::string_view, 4> kLogLevelNames = {"debug", "info", "warning",
                                                                   "error"};
std::string_view NameOf(LogLevel level);
// nullopt: none of the names.
std::optional<LogLevel> ParseLogLevel(std::string_view name);

// "auto": text on a terminal or in a file, JSON when stderr is neither (as under a container
// engine).
LogFormat ResolveLogFormat(const std::string& option);

// Thread-safe. Writes to stderr from a thread of its own, so that a slow reader of the log holds
// nobody up: past kQueueLines waiting lines the oldest are dropped, and counted.
class Logger {
 public:
  // Two bursts of the default budget of traffic lines, and room for everything else.
  static constexpr size_t kQueueLines = 8192;

  Logger(std::string node, LogFormat format, LogLevel level = LogLevel::kInfo);
  // Writes what waits.
  ~Logger();

  // Holds for lines from now on.
  void SetLevel(LogLevel level);
  LogLevel level() const;
  // Whether a line of that level is written; for who would make it in vain.
  bool Logs(LogLevel at) const { return at >= level(); }

  void Debug(std::string_view message);
  void Info(std::string_view message);
  void Warning(std::string_view message);
  void Error(std::string_view message);

  // Writes a line at once, past those that wait: for who is about to end the process.
  void LastWords(std::string_view message);

  // Lines dropped because the queue was full.
  uint64_t Dropped() const;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd
