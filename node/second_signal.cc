// See second_signal.h.
#include "node/second_signal.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace proxyherd {
namespace {

// As shells tell that a signal ended a process. Not a death by the signal itself: supervisors (that
// of systemd, say) take that for an orderly end, which this is not.
constexpr int kEndedBySignal = 128;

Descriptor SignalsToEnd() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGQUIT);
  return Descriptor(signalfd(-1, &set, SFD_CLOEXEC));
}

}  // namespace

SecondSignal::SecondSignal(int first, Logger& logger)
    : logger_(logger),
      counts_(first != SIGUSR2),
      signals_(SignalsToEnd()),
      end_(eventfd(0, EFD_CLOEXEC)) {
  logger_.Info(absl::StrCat("I am stopping (", counts_ ? strsignal(first) : "asked to drain", ")"));
  // Without a descriptor to be had the stop has its bound all the same.
  if (signals_.Open() && end_.Open()) thread_ = std::thread([this] { Watch(); });
}

SecondSignal::~SecondSignal() {
  if (!thread_.joinable()) return;
  eventfd_write(end_.fd(), 1);
  thread_.join();
}

void SecondSignal::Watch() {
  std::array<pollfd, 2> both = {{{signals_.fd(), POLLIN, 0}, {end_.fd(), POLLIN, 0}}};
  for (;;) {
    if (poll(both.data(), both.size(), -1) < 0) continue;
    if (both[1].revents != 0) return;
    signalfd_siginfo signal = {};
    if (read(signals_.fd(), &signal, sizeof(signal)) != sizeof(signal)) continue;
    const int number = static_cast<int>(signal.ssi_signo);
    if (!counts_) {
      counts_ = true;
      logger_.Info(absl::StrCat("I am stopping already (", strsignal(number),
                                "); one more signal ends me at once"));
      continue;
    }
    logger_.LastWords(absl::StrCat("I end at once (", strsignal(number), ", the second signal)"));
    _exit(kEndedBySignal + number);
  }
}

}  // namespace proxyherd
