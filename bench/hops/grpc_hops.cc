// grpc-hops: measures how long a message takes over two bare gRPC streams, from one process through
// a second to a third on this machine: the baseline of a herd's two hops. Prints a JSON object.
//
//     grpc-hops [--rate=100] [--seconds=5] [--bytes=100]
//
// The first process is the last hop. It starts the two others, which are this program with --role.
// The time runs from before the first write to the second read, on the clock that all processes of
// a machine share. A message that could not be sent when due is timed from when it was due.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <future>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/env.h"
#include "bench/hops/hop_streams.h"
#include "bench/loader/histogram.h"
#include "runtime/real_env.h"
#include "runtime/wait.h"

namespace proxyherd::bench {
namespace {

// Not measured: connections are made, and code is run for the first time.
constexpr int64_t kWarmUpNs = kSecond;

struct HopOptions {
  std::string role = "last";
  int to = 0;
  double rate = 100;
  double seconds = 5;
  int bytes = 100;
};

int Fail(const std::string& what) {
  absl::FPrintF(stderr, "grpc-hops: %s\n", what);
  return 1;
}

int RunSender(const HopOptions& options) {
  HopClient client(options.to);
  peer::v1::LinkRequest message;
  message.mutable_batch()->set_records(std::string(static_cast<size_t>(options.bytes), 'r'));
  const int64_t begin_ns = runtime::RealEnv().MonotonicNs();
  const int64_t end_ns =
      begin_ns + kWarmUpNs + static_cast<int64_t>(options.seconds * static_cast<double>(kSecond));
  for (int64_t number = 0;; ++number) {
    const int64_t due_ns =
        begin_ns + static_cast<int64_t>(static_cast<double>(number * kSecond) / options.rate);
    if (due_ns >= end_ns) break;
    const int64_t early_ns = due_ns - runtime::RealEnv().MonotonicNs();
    runtime::SleepFor(early_ns);
    // The streams are not charged for a sleep that ends late.
    const int64_t sent_ns = early_ns > 0 ? runtime::RealEnv().MonotonicNs() : due_ns;
    message.mutable_batch()->set_number(static_cast<uint64_t>(sent_ns));
    client.Send(message);
  }
  const std::string error = client.Finish();
  return error.empty() ? 0 : Fail(absl::StrCat("the first hop: ", error));
}

int RunForwarder(const HopOptions& options) {
  HopClient client(options.to);
  std::promise<void> ended;
  HopServer server([&](const peer::v1::LinkRequest& message) { client.Send(message); },
                   [&] { ended.set_value(); });
  std::printf("%d\n", server.port());
  std::fflush(stdout);
  ended.get_future().wait();
  const std::string error = client.Finish();
  return error.empty() ? 0 : Fail(absl::StrCat("the second hop: ", error));
}

// Starts this program in another role; redirects its output to `output` unless that is -1.
pid_t Start(const std::vector<std::string>& arguments, int output) {
  std::vector<char*> words;
  std::string program = "grpc-hops";
  words.push_back(program.data());
  std::vector<std::string> copies = arguments;
  for (std::string& word : copies) words.push_back(word.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (output >= 0) posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t pid = -1;
  if (posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, words.data(), environ) != 0) pid = -1;
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

// Starts the middle process. Sets `port` to where it serves, or to 0 if it does not.
pid_t StartForwarder(int to, int& port) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return -1;
  const pid_t pid = Start({"--role=forward", absl::StrCat("--to=", to)}, pipe_ends[1]);
  close(pipe_ends[1]);
  std::array<char, 32> text{};
  const ssize_t got = read(pipe_ends[0], text.data(), text.size());
  close(pipe_ends[0]);
  port = 0;
  if (got <= 1 || !absl::SimpleAtoi(std::string(text.data(), got - 1), &port)) port = 0;
  return pid;
}

// Returns true if the process has exited with 0.
bool Wait(pid_t pid) {
  int status = 0;
  return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

int RunLast(const HopOptions& options) {
  Histogram took;
  int64_t first_ns = 0;
  const auto message = [&](const peer::v1::LinkRequest& request) {
    const int64_t now_ns = runtime::RealEnv().MonotonicNs();
    const auto sent_ns = static_cast<int64_t>(request.batch().number());
    if (first_ns == 0) first_ns = sent_ns;
    if (sent_ns - first_ns >= kWarmUpNs) took.Add(now_ns - sent_ns);
  };
  std::promise<void> ended;
  HopServer server(message, [&] { ended.set_value(); });
  int port = 0;
  const pid_t forwarder = StartForwarder(server.port(), port);
  if (port == 0) {
    if (forwarder > 0) kill(forwarder, SIGTERM);
    return Fail("the middle process does not serve");
  }
  const pid_t sender =
      Start({"--role=send", absl::StrCat("--to=", port), absl::StrCat("--rate=", options.rate),
             absl::StrCat("--seconds=", options.seconds), absl::StrCat("--bytes=", options.bytes)},
            -1);
  const bool sent = Wait(sender);
  // The forwarder may be waiting for a stream that never came.
  if (!sent) kill(forwarder, SIGTERM);
  if (!Wait(forwarder)) return Fail("a process has failed");
  ended.get_future().wait();
  const auto micros = [&](double part) {
    return static_cast<double>(took.Quantile(part)) / kMicrosecond;
  };
  absl::PrintF(
      "{\"rate\": %g, \"seconds\": %g, \"bytes\": %d, \"messages\": %d, \"p50_us\": %.1f, "
      "\"p90_us\": %.1f, \"p99_us\": %.1f, \"max_us\": %.1f}\n",
      options.rate, options.seconds, options.bytes, took.count(), micros(0.5), micros(0.9),
      micros(0.99), micros(1));
  return 0;
}

int Run(const HopOptions& options) {
  if (options.role == "send") return RunSender(options);
  if (options.role == "forward") return RunForwarder(options);
  return RunLast(options);
}

}  // namespace
}  // namespace proxyherd::bench

int main(int argc, char** argv) {
  proxyherd::bench::HopOptions options;
  CLI::App app("Times messages over two bare gRPC streams, through three processes.", "grpc-hops");
  app.add_option("--rate", options.rate, "Messages a second")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 1e6));
  app.add_option("--seconds", options.seconds, "How long to measure, after a second of warm-up")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3600.0));
  app.add_option("--bytes", options.bytes, "Bytes of a message's content")
      ->capture_default_str()
      ->check(CLI::Range(0, 100'000));
  app.add_option("--role", options.role, "Which process this is")
      ->check(CLI::IsMember({"last", "forward", "send"}))
      ->group("");
  app.add_option("--to", options.to, "The port of the next process")->group("");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    constexpr int kUsageError = 2;
    return app.exit(error) == 0 ? 0 : kUsageError;
  }
  return proxyherd::bench::Run(options);
}
