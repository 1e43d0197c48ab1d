#include "net/spare_descriptor.h"

#include <fcntl.h>
#include <unistd.h>

namespace proxyherd::net {

bool SpareDescriptor::Take() {
  if (fd_ < 0) fd_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
  return fd_ >= 0;
}

void SpareDescriptor::Release() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

}  // namespace proxyherd::net
