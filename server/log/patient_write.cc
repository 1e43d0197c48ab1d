#include "server/log/patient_write.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "runtime/wait.h"

namespace proxyherd::server {

Written WriteAll(int fd, std::string_view text) {
  Written written;
  while (written.bytes < text.size()) {
    const ssize_t count = write(fd, text.data() + written.bytes, text.size() - written.bytes);
    if (count >= 0) {
      written.bytes += static_cast<size_t>(count);
    } else if (errno == EAGAIN) {
      // Another process that shares the terminal has made it non-blocking.
      pollfd writable = {fd, POLLOUT, 0};
      poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      written.error = errno;
      return written;
    }
  }
  return written;
}

WriteEnd WriteInTime(int fd, std::string text) {
  const auto end = std::make_shared<std::promise<WriteEnd>>();
  std::future<WriteEnd> ended = end->get_future();
  try {
    std::thread([fd, end, text = std::move(text)] {
      end->set_value(WriteAll(fd, text).error == 0 ? WriteEnd::kWritten : WriteEnd::kFailed);
    }).detach();
  } catch (const std::system_error&) {
    return WriteEnd::kFailed;  // no thread can be started, and this one must not block
  }
  if (!runtime::IsReadyWithin(ended, kLogPatienceNs)) return WriteEnd::kBlocked;
  return ended.get();
}

}  // namespace proxyherd::server
