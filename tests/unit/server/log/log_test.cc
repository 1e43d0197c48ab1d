// Tests the format and the level of the log, lines that cannot be written, and the end of the log.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grpc/support/log.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>

#include "net/descriptor.h"
#include "rpc/grpc_log.h"
#include "server/log/logger.h"
#include "server/log/patient_write.h"

namespace proxyherd::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as servers do
    fs::create_directory(folder_);
  }
  ~LogFileTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ / name; }
  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  static LogFile Open(const std::string& path) { return *LogFile::Open(path); }

  const fs::path folder_ = fs::path(testing::TempDir()) / ("log_test." + std::to_string(getpid()));
};

// A full FIFO whose reader reads nothing.
class StuckFifo {
 public:
  explicit StuckFifo(const std::string& path) {
    EXPECT_EQ(mkfifo(path.c_str(), 0600), 0);
    reader_ = net::Descriptor(open(path.c_str(), O_RDONLY | O_NONBLOCK));
    writer_ = net::Descriptor(open(path.c_str(), O_WRONLY | O_NONBLOCK));
    const std::string much(4096, '.');
    while (write(writer_.fd(), much.data(), much.size()) > 0) {
    }
    EXPECT_EQ(errno, EAGAIN);
  }
  // Returns a descriptor that blocks, like the pipes of other programs.
  int BlockingFd() {
    fcntl(writer_.fd(), F_SETFL, 0);
    return writer_.fd();
  }

 private:
  net::Descriptor reader_, writer_;
};

TEST_F(LogFileTest, FormatIsWhatWasAskedForOrSuitsTheFile) {
  EXPECT_EQ(ResolveLogFormat("text", 2), LogFormat::kText);
  EXPECT_EQ(ResolveLogFormat("json", 2), LogFormat::kJson);
  EXPECT_EQ(ResolveLogFormat("auto", Open(Path("file")).fd()), LogFormat::kText);
  const StuckFifo fifo(Path("fifo"));
  EXPECT_EQ(ResolveLogFormat("auto", Open(Path("fifo")).fd()), LogFormat::kJson);
}

TEST(LogLevel, HasNames) {
  for (const LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    EXPECT_EQ(ParseLogLevel(NameOf(level)), level);
  }
  EXPECT_EQ(ParseLogLevel("loud"), std::nullopt);
}

// Returns the lines logged at a level.
std::string LogAt(LogLevel first, LogLevel then) {
  ::testing::internal::CaptureStderr();
  {
    Logger logger("Clark", LogFormat::kText, first);
    logger.SetLevel(then);
    EXPECT_EQ(logger.level(), then);
    logger.Debug("a debug line");
    logger.Info("an info line");
    logger.Warning("a warning line");
    logger.Error("an error line");
  }
  return ::testing::internal::GetCapturedStderr();
}

TEST(LogLevel, LeavesOutWhatMattersLess) {
  const std::string debug = LogAt(LogLevel::kError, LogLevel::kDebug);
  for (const char* line : {"debug Clark: a debug line", "info Clark: an info line",
                           "warning Clark: a warning line", "error Clark: an error line"}) {
    EXPECT_THAT(debug, HasSubstr(line));
  }
  const std::string warning = LogAt(LogLevel::kDebug, LogLevel::kWarning);
  EXPECT_THAT(warning, Not(HasSubstr("an info line")));
  EXPECT_THAT(warning, HasSubstr("a warning line"));
  const std::string error = LogAt(LogLevel::kInfo, LogLevel::kError);
  EXPECT_THAT(error, Not(HasSubstr("a warning line")));
  EXPECT_THAT(error, HasSubstr("an error line"));
}

TEST(LogLevel, SaysBeforehandWhatIsInVain) {
  Logger logger("Clark", LogFormat::kText);
  EXPECT_FALSE(logger.Logs(LogLevel::kDebug));
  EXPECT_TRUE(logger.Logs(LogLevel::kInfo));
  logger.SetLevel(LogLevel::kError);
  EXPECT_FALSE(logger.Logs(LogLevel::kWarning));
  EXPECT_TRUE(logger.Logs(LogLevel::kError));
}

TEST_F(LogFileTest, IsAppendedToAndClosedWithAllThatWaits) {
  const mode_t mask = umask(0);
  for (int life = 0; life < 2; ++life) {
    Logger logger("Clark", LogFormat::kText, LogLevel::kInfo, Open(Path("log")));
    for (int line = 0; line < 1000; ++line) logger.Info("line " + std::to_string(line));
    EXPECT_TRUE(logger.Close());
    EXPECT_TRUE(logger.Close()) << "and once more by its end";
  }
  umask(mask);
  const std::string log = Read(Path("log"));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2000);
  EXPECT_THAT(log, HasSubstr("info Clark: line 999\n"));
  EXPECT_EQ(fs::status(Path("log")).permissions(), fs::perms(0640));
}

TEST_F(LogFileTest, OpenedAgainItGoesToThePathAnew) {
  Logger logger("Clark", LogFormat::kText, LogLevel::kWarning, Open(Path("log")));
  fs::rename(Path("log"), Path("log.1"));
  logger.Warning("before");
  logger.Reopen();
  logger.Warning("after");
  ASSERT_TRUE(logger.Close());
  EXPECT_THAT(Read(Path("log.1")), AllOf(HasSubstr("before"), Not(HasSubstr("after"))));
  EXPECT_THAT(Read(Path("log")), AllOf(HasSubstr("log file " + Path("log") + " reopened (SIGUSR1)"),
                                       HasSubstr("after"), Not(HasSubstr("before"))));
}

TEST_F(LogFileTest, ThatCannotBeOpenedAgainGoesOnAsItIs) {
  fs::create_directory(Path("sub"));
  Logger logger("Clark", LogFormat::kText, LogLevel::kError, Open(Path("sub/log")));
  fs::rename(Path("sub"), Path("moved"));
  logger.Reopen();
  logger.Error("after");
  ASSERT_TRUE(logger.Close());
  EXPECT_THAT(Read(Path("moved/log")),
              AllOf(HasSubstr("log file not reopened (SIGUSR1): --log_file=" + Path("sub/log")),
                    HasSubstr("No such file or directory; logging continues"), HasSubstr("after")));
}

TEST(Log, WithoutAFileThereIsNoneToOpenAgain) {
  ::testing::internal::CaptureStderr();
  {
    Logger logger("Clark", LogFormat::kJson);
    logger.Reopen();
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr(R"("msg":"SIGUSR1 ignored: there is no --log_file)"));
}

TEST_F(LogFileTest, LinesThatAFullDiskRefusesAreCountedAndToldOnceItHasRoom) {
  fs::create_symlink("/dev/full", Path("log"));
  Logger logger("Clark", LogFormat::kText, LogLevel::kInfo, Open(Path("log")));
  for (int line = 0; line < 3; ++line) logger.Info("lost");
  while (logger.Lost().write_failed < 3) std::this_thread::yield();
  EXPECT_EQ(logger.Lost().write_failed, 3);
  EXPECT_EQ(logger.Lost().queue_full, 0);
  fs::remove(Path("log"));
  logger.Reopen();
  logger.Info("kept");
  ASSERT_TRUE(logger.Close());
  EXPECT_THAT(
      Read(Path("log")),
      AllOf(HasSubstr("warning Clark: 3 log lines were not written (No space left on device)\n"),
            HasSubstr("info Clark: kept\n"), Not(HasSubstr("lost"))));
}

TEST_F(LogFileTest, AStuckReaderDelaysNeitherCallersNorTheEnd) {
  const StuckFifo fifo(Path("log"));
  Logger logger("Clark", LogFormat::kText, LogLevel::kInfo, Open(Path("log")));
  for (size_t line = 0; line < 3 * Logger::kQueueLines; ++line) logger.Info("line");
  EXPECT_GE(logger.Lost().queue_full, Logger::kQueueLines);
  logger.WriteFinal("the end");
  EXPECT_FALSE(logger.Close());
}

TEST_F(LogFileTest, OnceItIsReadItSaysWhatWasDroppedAndOpensTheFileAgain) {
  std::optional<StuckFifo> fifo(Path("log"));
  Logger logger("Clark", LogFormat::kText, LogLevel::kInfo, Open(Path("log")));
  fs::rename(Path("log"), Path("fifo"));  // which stays open
  for (size_t line = 0; line < 3 * Logger::kQueueLines; ++line) logger.Info("line");
  logger.Reopen();  // waits, and is dropped with the lines
  for (size_t line = 0; line < 2 * Logger::kQueueLines; ++line) logger.Info("line");
  fifo.reset();  // writes to it fail from now on
  while (Read(Path("log")).find("reopened") == std::string::npos) std::this_thread::yield();
  ASSERT_TRUE(logger.Close());
  EXPECT_THAT(Read(Path("log")), HasSubstr("dropped, because the log was not read fast enough"));
}

TEST_F(LogFileTest, WritesInTimeOrIsLeftBehind) {
  StuckFifo fifo(Path("fifo"));
  EXPECT_EQ(WriteInTime(fifo.BlockingFd(), "words"), WriteEnd::kBlocked);
  EXPECT_EQ(WriteInTime(Open(Path("file")).fd(), "words"), WriteEnd::kWritten);
  EXPECT_EQ(Read(Path("file")), "words");
  EXPECT_EQ(WriteInTime(Open("/dev/full").fd(), "words"), WriteEnd::kFailed);
}

TEST_F(LogFileTest, OfAnErrorSaysWhyItCannotBeOpened) {
  std::ofstream(Path("plain")) << "x";
  const std::pair<std::string, std::string> wrong[] = {
      {Path(""), "Is a directory"},
      {Path("nowhere/log"), "No such file or directory"},
      {Path("plain/log"), "Not a directory"},
      {"/proc/log", ""},  // as root the system says something else
  };
  for (const auto& [path, why] : wrong) {
    EXPECT_THAT(LogFile::Open(path).status().message(),
                AllOf(HasSubstr("--log_file=" + path + ": cannot be opened: "), HasSubstr(why)));
    if (!why.empty()) {
      EXPECT_EQ(LogFile::Check(path).message(), LogFile::Open(path).status().message()) << path;
    }
  }
  EXPECT_TRUE(LogFile::Check(Path("log")).ok());
  EXPECT_FALSE(fs::exists(Path("log"))) << "a check leaves nothing behind";
  EXPECT_TRUE(LogFile::Check(Path("plain")).ok());
  EXPECT_TRUE(LogFile::Check("").ok());
  EXPECT_TRUE(LogFile::Check("in_the_working_folder").ok());
}

TEST_F(LogFileTest, WordsOfGrpcAreLinesOfTheLog) {
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);  // as gRPC does when it begins
  ::testing::internal::CaptureStderr();
  {
    Logger logger("Clark", LogFormat::kJson, LogLevel::kInfo, Open(Path("log")));
    {
      const rpc::GrpcLog grpc_log(logger);
      gpr_log("src/core/some.cc", 7, GPR_LOG_SEVERITY_ERROR, "a \"bad\"\nthing");
    }
    gpr_log("src/core/some.cc", 8, GPR_LOG_SEVERITY_ERROR, "too late");
    ASSERT_TRUE(logger.Close());
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(
      Read(Path("log")),
      AllOf(HasSubstr(R"("level":"warning","node":"Clark","msg":"gRPC: a \"bad\"\\x0athing)"),
            HasSubstr("(some.cc:7)\"}\n"), Not(HasSubstr("too late"))));
}

}  // namespace
}  // namespace proxyherd::server
