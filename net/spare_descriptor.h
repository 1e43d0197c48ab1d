// A file descriptor kept in hand for when the process has run out of them.
#pragma once

namespace proxyherd {

// While accepting is paused for want of descriptors, the spare one is given up, so that the rest of
// the process can still open a file. Not thread-safe.
class SpareDescriptor {
 public:
  SpareDescriptor() = default;
  ~SpareDescriptor() { Release(); }
  SpareDescriptor(const SpareDescriptor&) = delete;
  SpareDescriptor& operator=(const SpareDescriptor&) = delete;

  // Whether it is in hand; takes it if not.
  bool Take();
  void Release();

 private:
  int fd_ = -1;
};

}  // namespace proxyherd
