// The log over spdlog.
#include "node/logger.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace proxyherd {
namespace {

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

std::string_view NameOf(LogLevel level) { return kLogLevelNames[static_cast<size_t>(level)]; }

std::optional<LogLevel> ParseLogLevel(std::string_view name) {
  for (size_t i = 0; i < kLogLevelNames.size(); ++i) {
    if (kLogLevelNames[i] == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

struct Logger::Impl {
  std::string Escaped(std::string_view message) const {
    std::string text(message);
    if (format == LogFormat::kText) return text;
    text = nlohmann::json(text).dump();
    return text.substr(1, text.size() - 2);  // the pattern has the quotation marks
  }

  void Write(spdlog::level::level_enum level, std::string_view message) {
    if (!logger->should_log(level)) return;
    const std::string text = Escaped(message);
    logger->log(level, spdlog::string_view_t(text.data(), text.size()));
  }

  LogFormat format;
  std::shared_ptr<spdlog::details::thread_pool> threads;
  std::shared_ptr<spdlog::logger> logger;
};

LogFormat ResolveLogFormat(const std::string& option) {
  if (option == "text") return LogFormat::kText;
  if (option == "json") return LogFormat::kJson;
  struct stat about = {};
  const bool file = fstat(STDERR_FILENO, &about) == 0 && S_ISREG(about.st_mode);
  return file || isatty(STDERR_FILENO) != 0 ? LogFormat::kText : LogFormat::kJson;
}

Logger::Logger(std::string node, LogFormat format, LogLevel level)
    : impl_(std::make_unique<Impl>()) {
  impl_->format = format;
  impl_->threads = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
  impl_->logger = std::make_shared<spdlog::async_logger>(
      std::move(node), std::make_shared<spdlog::sinks::stderr_sink_mt>(), impl_->threads,
      spdlog::async_overflow_policy::overrun_oldest);
  impl_->logger->set_pattern(
      format == LogFormat::kJson
          ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","node":"%n","msg":"%v"})"
          : "%Y-%m-%dT%H:%M:%S.%eZ %l %n: %v",
      spdlog::pattern_time_type::utc);
  SetLevel(level);
}

Logger::~Logger() {
  impl_->logger->flush();
  impl_->logger.reset();
  impl_->threads.reset();  // joins, after all that waits is written
}

// spdlog keeps it in an atomic.
void Logger::SetLevel(LogLevel level) { impl_->logger->set_level(ToSpdlog(level)); }

LogLevel Logger::level() const {
  switch (impl_->logger->level()) {
    case spdlog::level::debug:
      return LogLevel::kDebug;
    case spdlog::level::info:
      return LogLevel::kInfo;
    case spdlog::level::warn:
      return LogLevel::kWarning;
    default:
      return LogLevel::kError;
  }
}

void Logger::Debug(std::string_view message) { impl_->Write(spdlog::level::debug, message); }
void Logger::Info(std::string_view message) { impl_->Write(spdlog::level::info, message); }
void Logger::Warning(std::string_view message) { impl_->Write(spdlog::level::warn, message); }
void Logger::Error(std::string_view message) { impl_->Write(spdlog::level::err, message); }

void Logger::LastWords(std::string_view message) {
  const std::string text = impl_->Escaped(message);
  const spdlog::details::log_msg line(impl_->logger->name(), spdlog::level::warn, text);
  for (const spdlog::sink_ptr& sink : impl_->logger->sinks()) {
    sink->log(line);
    sink->flush();
  }
}

uint64_t Logger::Dropped() const { return impl_->threads->overrun_counter(); }

}  // namespace proxyherd
