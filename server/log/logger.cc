#include "server/log/logger.h"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "runtime/cond_var.h"
#include "server/log/lost_lines.h"
#include "server/log/patient_write.h"

namespace proxyherd::server {
namespace {

using spdlog::details::log_msg;
using spdlog::level::level_enum;

level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return level_enum::debug;
    case LogLevel::kInfo:
      return level_enum::info;
    case LogLevel::kWarning:
      return level_enum::warn;
    case LogLevel::kError:
      break;
  }
  return level_enum::err;
}

std::unique_ptr<spdlog::formatter> MakeFormatter(LogFormat format) {
  return std::make_unique<spdlog::pattern_formatter>(
      format == LogFormat::kJson
          ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","node":"%n","msg":"%v"})"
          : "%Y-%m-%dT%H:%M:%S.%eZ %l %n: %v",
      spdlog::pattern_time_type::utc);
}

// Bytes of clients are escaped by the callers, but paths and library messages may be any bytes.
std::string Escaped(LogFormat format, std::string_view message) {
  std::string text(message);
  if (format == LogFormat::kText) return text;
  text = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return text.substr(1, text.size() - 2);  // the pattern contains the quotation marks
}

// Writes lines on spdlog's thread. A write may block forever while the base class's lock is held,
// so functions called by other threads take only locks declared here.
class FileSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // `dropped`: returns the number of lines that the queue has dropped since the start. Called on
  // spdlog's thread.
  FileSink(std::string node, LogFormat format, LogFile file, std::function<uint64_t()> dropped)
      : base_sink(MakeFormatter(format)),
        node_(std::move(node)),
        format_(format),
        dropped_(std::move(dropped)),
        file_(std::move(file)) {}

  const LogFile& file() const { return file_; }
  uint64_t Unwritten() const { return unwritten_; }
  void ReopenAtFlush() { reopen_ = true; }

  uint64_t Flushes() {
    MutexLock lock(&flush_mutex_);
    return flushes_;
  }
  // Waits at most kLogPatienceNs for more flushes than `before`, and for `empty` to return true.
  bool WaitForFlush(uint64_t before, const std::function<bool()>& empty) {
    MutexLock lock(&flush_mutex_);
    const auto is_done = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(flush_mutex_) {
      return flushes_ > before && empty();
    };
    return flushed_.WaitForNs(&flush_mutex_, kLogPatienceNs, is_done);
  }

 private:
  void sink_it_(const log_msg& line) override {
    const int64_t now_ns = std::chrono::nanoseconds(line.time.time_since_epoch()).count();
    const uint64_t dropped = dropped_();
    // The dropped entries may include the flush that was to reopen the file.
    if (dropped != std::exchange(seen_dropped_, dropped) && reopen_.exchange(false)) Reopen();
    spdlog::memory_buf_t text;
    if (cut_) text.push_back('\n');  // the last line was written only in part
    if (const std::string lost = lost_.Message(dropped, now_ns); !lost.empty()) {
      formatter_->format(log_msg(line.time, {}, node_, level_enum::warn, lost), text);
    }
    formatter_->format(line, text);
    const Written written = WriteAll(file_.fd(), {text.data(), text.size()});
    if (written.error == 0) {
      cut_ = false;
      lost_.Reported(dropped, now_ns);
      return;
    }
    cut_ = cut_ || written.bytes > 0;
    lost_.WriteFailed(written.error);
    ++unwritten_;
  }

  void flush_() override {
    if (reopen_.exchange(false)) Reopen();
    {
      MutexLock lock(&flush_mutex_);
      ++flushes_;
    }
    flushed_.NotifyAll();
  }

  void Reopen() {
    if (file_.path().empty()) {
      return Say(level_enum::info, "SIGUSR1 ignored: there is no --log_file to reopen");
    }
    if (const absl::Status status = file_.Reopen(); !status.ok()) {
      return Say(level_enum::err,
                 absl::StrCat("log file not reopened (SIGUSR1): ", status.message(),
                              "; logging continues to the file that is open"));
    }
    cut_ = false;
    Say(level_enum::info, absl::StrCat("log file ", file_.path(), " reopened (SIGUSR1)"));
  }

  // Logs at any level: an operator who has just sent a signal is waiting for this line.
  void Say(level_enum level, const std::string& message) {
    const std::string text = Escaped(format_, message);
    sink_it_(log_msg(node_, level, text));
  }

  const std::string node_;
  const LogFormat format_;
  const std::function<uint64_t()> dropped_;

  // Accessed only by spdlog's thread, except the descriptor and path of the file.
  LogFile file_;
  LostLines lost_;
  uint64_t seen_dropped_ = 0;
  bool cut_ = false;  // the last write ended within a line

  std::atomic<uint64_t> unwritten_ = 0;
  std::atomic<bool> reopen_ = false;
  Mutex flush_mutex_;
  runtime::CondVar flushed_;
  uint64_t flushes_ ABSL_GUARDED_BY(flush_mutex_) = 0;
};

}  // namespace

std::string_view NameOf(LogLevel level) { return kLogLevelNames[static_cast<size_t>(level)]; }

std::optional<LogLevel> ParseLogLevel(std::string_view name) {
  for (size_t i = 0; i < kLogLevelNames.size(); ++i) {
    if (kLogLevelNames[i] == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

struct Logger::Impl {
  Impl(const std::string& node, LogFormat format_in, LogLevel level, LogFile file)
      : format(format_in),
        threads(std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1)),
        sink(
            std::make_shared<FileSink>(node, format, std::move(file),
                                       [pool = threads.get()] { return pool->overrun_counter(); })),
        logger(std::make_shared<spdlog::async_logger>(
            node, sink, threads, spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_level(ToSpdlog(level));
    // spdlog's own handler writes to stderr, on the thread that logs.
    logger->set_error_handler([this](const std::string&) { ++not_queued; });
  }

  void Write(level_enum level, std::string_view message) {
    if (!logger->should_log(level)) return;
    const std::string text = Escaped(format, message);
    logger->log(level, spdlog::string_view_t(text.data(), text.size()));
  }

  // Waits for the queued lines. Returns true if all are written in time.
  bool Drain() {
    const uint64_t before = sink->Flushes();
    logger->flush();
    // The flush that was counted may be another one, but the queue is empty only after ours.
    return sink->WaitForFlush(before, [this] { return threads->queue_size() == 0; });
  }

  const LogFormat format;
  std::shared_ptr<spdlog::details::thread_pool> threads;
  const std::shared_ptr<FileSink> sink;
  std::shared_ptr<spdlog::async_logger> logger;
  std::atomic<uint64_t> not_queued = 0;  // lines, for lack of memory
};

LogFormat ResolveLogFormat(const std::string& option, int fd) {
  if (option == "text") return LogFormat::kText;
  if (option == "json") return LogFormat::kJson;
  struct stat about = {};
  const bool file = fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
  return file || isatty(fd) != 0 ? LogFormat::kText : LogFormat::kJson;
}

Logger::Logger(const std::string& node, LogFormat format, LogLevel level, LogFile file)
    : impl_(std::make_unique<Impl>(node, format, level, std::move(file))) {}

Logger::~Logger() { Close(); }

bool Logger::Close() {
  if (impl_ == nullptr) return true;
  if (!impl_->Drain()) {
    // spdlog's thread uses the Impl until the process ends.
    static auto* const left_behind = new std::vector<std::unique_ptr<Impl>>;
    left_behind->push_back(std::move(impl_));
    return false;
  }
  impl_->logger.reset();
  impl_->threads.reset();  // joins
  impl_.reset();
  return true;
}

void Logger::Reopen() {
  impl_->sink->ReopenAtFlush();
  impl_->logger->flush();
}

// Needs no lock: spdlog keeps the level in an atomic.
void Logger::SetLevel(LogLevel level) { impl_->logger->set_level(ToSpdlog(level)); }

LogLevel Logger::level() const {
  switch (impl_->logger->level()) {
    case level_enum::debug:
      return LogLevel::kDebug;
    case level_enum::info:
      return LogLevel::kInfo;
    case level_enum::warn:
      return LogLevel::kWarning;
    default:
      return LogLevel::kError;
  }
}

void Logger::Debug(std::string_view message) { impl_->Write(level_enum::debug, message); }
void Logger::Info(std::string_view message) { impl_->Write(level_enum::info, message); }
void Logger::Warning(std::string_view message) { impl_->Write(level_enum::warn, message); }
void Logger::Error(std::string_view message) { impl_->Write(level_enum::err, message); }

void Logger::WriteFinal(std::string_view message) {
  const std::string escaped = Escaped(impl_->format, message);
  spdlog::memory_buf_t text;
  MakeFormatter(impl_->format)
      ->format(log_msg(impl_->logger->name(), level_enum::warn, escaped), text);
  WriteInTime(impl_->sink->file().fd(), std::string(text.data(), text.size()));
}

LostLogLines Logger::Lost() const {
  return {impl_->threads->overrun_counter() + impl_->not_queued, impl_->sink->Unwritten()};
}

}  // namespace proxyherd::server
