// The log: readable lines on a terminal, JSON lines in containers.
//
//     2026-11-24T10:00:00.123Z info Clark: link to Jaquez is up
//     {"ts":"2026-11-24T10:00:00.123Z","level":"info","node":"Clark","msg":"link to Jaquez is up"}
//
// Bytes that are no printable text are escaped, so that no client can write lines of its own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/log/log_file.h"

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

// "auto": text on a terminal or in a file, JSON when `fd` is neither (as stderr is under a
// container engine).
LogFormat ResolveLogFormat(const std::string& option, int fd);

// Lines that were lost since the start.
struct LostLogLines {
  uint64_t queue_full = 0;    // dropped, because the log is read too slowly or not at all
  uint64_t write_failed = 0;  // refused by the file, the terminal or the pipe
};

// Thread-safe. Writes from a thread of its own, so that neither a slow nor a stuck reader of the
// log delays its callers: past kQueueLines waiting lines the oldest are dropped, and counted. Once
// lines can be written again, one says how many were lost.
class Logger {
 public:
  // Two bursts of the default budget of traffic lines, and room for everything else.
  static constexpr size_t kQueueLines = 8192;

  Logger(const std::string& node, LogFormat format, LogLevel level = LogLevel::kInfo,
         LogFile file = {});
  // Closes it.
  ~Logger();

  // Waits kLogPatience at most until all that waits is written. False: it is not, and the thread is
  // left behind in its write, so the process must be ended by _exit; the rest of the lines is lost.
  // REQUIRES: no other call from now on, on any thread. Idempotent.
  bool Close();

  // Opens the log's file again, on the log's own thread, and says in the log whether it could.
  void Reopen();

  // Holds for lines from now on.
  void SetLevel(LogLevel level);
  LogLevel level() const;
  // Returns true if the level is enabled, so that callers can skip formatting.
  bool Logs(LogLevel at) const { return at >= level(); }

  void Debug(std::string_view message);
  void Info(std::string_view message);
  void Warning(std::string_view message);
  void Error(std::string_view message);

  // Writes a line ahead of those that wait, within kLogPatience or not at all; _exit or abort must
  // follow. Called by one thread.
  void LastWords(std::string_view message);

  LostLogLines Lost() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd
