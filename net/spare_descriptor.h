// A file descriptor kept in reserve in case the process runs out of them.
#pragma once

namespace proxyherd::net {

// While accepting is paused because descriptors have run out, the spare one is released, so that
// the rest of the process can still open a file. Not thread-safe.
class SpareDescriptor {
 public:
  SpareDescriptor() = default;
  ~SpareDescriptor() { Release(); }
  SpareDescriptor(const SpareDescriptor&) = delete;
  SpareDescriptor& operator=(const SpareDescriptor&) = delete;

  // Opens the spare descriptor if it is not open. Returns true if it is open now.
  bool Take();
  void Release();

 private:
  int fd_ = -1;
};

}  // namespace proxyherd::net
