// The log: readable lines on a terminal, JSON lines in containers.
//
//     2026-11-24T10:00:00.123Z info Clark: link to Jaquez is up
//     {"ts":"2026-11-24T10:00:00.123Z","level":"info","node":"Clark","msg":"link to Jaquez is up"}
//
// Bytes that are not printable text are escaped, so that clients cannot forge lines.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/log/log_file.h"

namespace proxyherd::server {

enum class LogFormat { kText, kJson };

// Severity of a line; lines below the logger's level are not written.
enum class LogLevel { kDebug, kInfo, kWarning, kError };

// The names of the levels in options.
inline constexpr std::array<std::string_view, 4> kLogLevelNames = {"debug", "info", "warning",
                                                                   "error"};
std::string_view NameOf(LogLevel level);
// Returns nullopt if `name` is not in kLogLevelNames.
std::optional<LogLevel> ParseLogLevel(std::string_view name);

// "auto": text if `fd` is a terminal or a file, else JSON (as for stderr under a container engine).
LogFormat ResolveLogFormat(const std::string& option, int fd);

// Lines lost since the start.
struct LostLogLines {
  uint64_t queue_full = 0;    // dropped, because the log is read too slowly or not at all
  uint64_t write_failed = 0;  // refused by the file, the terminal or the pipe
};

// Thread-safe. Writes on a separate thread, so that neither a slow nor a stuck reader of the log
// delays callers: beyond kQueueLines queued lines the oldest are dropped and counted. Once lines
// can be written again, a line gives the number lost.
class Logger {
 public:
  // Room for two bursts of traffic lines at the default rate, and for all other lines.
  static constexpr size_t kQueueLines = 8192;

  Logger(const std::string& node, LogFormat format, LogLevel level = LogLevel::kInfo,
         LogFile file = {});
  // Closes the log.
  ~Logger();

  // Waits at most kLogPatienceNs until all queued lines are written, then ends the log's thread.
  // Returns false if they are not written by then: the log's thread is left blocked in its write,
  // the unwritten lines are lost, and the process must end with _exit. Afterwards no other function
  // may be called, on any thread; a further Close does nothing.
  bool Close();

  // Reopens the log's file, on the log's thread, and logs the result.
  void Reopen();

  // Takes effect for later lines.
  void SetLevel(LogLevel level);
  LogLevel level() const;
  // Returns true if the level is enabled, so that callers can skip formatting.
  bool Logs(LogLevel at) const { return at >= level(); }

  void Debug(std::string_view message);
  void Info(std::string_view message);
  void Warning(std::string_view message);
  void Error(std::string_view message);

  // Writes a last line ahead of the queued ones, within kLogPatienceNs or not at all. _exit or
  // abort must follow. Called by one thread.
  void WriteFinal(std::string_view message);

  LostLogLines Lost() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd::server
