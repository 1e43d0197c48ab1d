#include "places/osm/reader/osm_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/env.h"

namespace proxyherd::places {
namespace {

// Linux transfers at most 2 GiB per call.
constexpr uint64_t kMaxTransferBytes = 1 << 30;

absl::Status SystemError(const std::string& path, std::string_view what) {
  return absl::ErrnoToStatus(errno, absl::StrCat(path, ": ", ToAbsl(what)));
}

absl::Status ReadAt(int fd, const std::string& path, uint64_t offset, char* out, uint64_t size) {
  while (size > 0) {
    const ssize_t got =
        ::pread(fd, out, std::min(size, kMaxTransferBytes), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError(path, "cannot be read");
    if (got == 0)
      return absl::DataLossError(absl::StrCat(path, ": was truncated while being read"));
    out += got;
    offset += static_cast<uint64_t>(got);
    size -= static_cast<uint64_t>(got);
  }
  return absl::OkStatus();
}

absl::Status WriteAll(int fd, const std::string& path, const char* from, uint64_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, from, std::min(size, kMaxTransferBytes));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError(path, "cannot be written");
    from += written;
    size -= static_cast<uint64_t>(written);
  }
  return absl::OkStatus();
}

absl::StatusOr<struct stat> StatOfFile(int fd, const std::string& path) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return SystemError(path, "cannot be read");
  if (!S_ISREG(status.st_mode)) return absl::InvalidArgumentError(path + ": is not a file");
  return status;
}

int OpenForReading(const std::string& path) {
  // O_NONBLOCK: does not wait for a writer if the file is a pipe.
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

}  // namespace

absl::StatusOr<OsmFingerprint> FingerprintOf(const std::string& path) {
  const int fd = OpenForReading(path);
  if (fd < 0) return SystemError(path, "cannot be opened");
  const absl::Cleanup close = [fd] { ::close(fd); };
  const absl::StatusOr<struct stat> status = StatOfFile(fd, path);
  if (!status.ok()) return status.status();
  const auto size = static_cast<uint64_t>(status->st_size);

  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       &XXH3_freeState);
  if (state == nullptr || XXH3_64bits_reset(state.get()) != XXH_OK) {
    return absl::ResourceExhaustedError("no memory for a checksum");
  }
  const uint64_t blocks =
      std::min(kFingerprintBlocks, (size + kFingerprintBlockBytes - 1) / kFingerprintBlockBytes);
  std::string block(std::min(size, kFingerprintBlockBytes), '\0');
  for (uint64_t i = 0; i < blocks; ++i) {
    // The last block ends at the end of the file. Doubles are exact enough, because the offset must
    // only be reproducible.
    const uint64_t last = size - block.size();
    const uint64_t offset =
        blocks == 1 ? 0
                    : static_cast<uint64_t>(static_cast<double>(last) * static_cast<double>(i) /
                                            static_cast<double>(blocks - 1));
    absl::Status read = ReadAt(fd, path, std::min(offset, last), block.data(), block.size());
    if (!read.ok()) return read;
    XXH3_64bits_update(state.get(), block.data(), block.size());
  }
  return OsmFingerprint{size, status->st_mtim.tv_sec * kSecond + status->st_mtim.tv_nsec,
                        XXH3_64bits_digest(state.get())};
}

std::string OsmCachePath(const std::string& extract) { return extract + ".proxyherd-places"; }

absl::StatusOr<OsmExtract> ReadOsmCache(const std::string& file, const OsmFingerprint& source,
                                        uint64_t memory_bytes) {
  const std::string path = OsmCachePath(file);
  const int fd = OpenForReading(path);
  if (fd < 0) return SystemError(path, "cannot be opened");
  const absl::Cleanup close = [fd] { ::close(fd); };
  const absl::StatusOr<struct stat> status = StatOfFile(fd, path);
  if (!status.ok()) return status.status();
  const auto file_bytes = static_cast<uint64_t>(status->st_size);
  OsmCacheHeader header;
  if (file_bytes < sizeof(header)) return absl::DataLossError("it is truncated");
  absl::Status s = ReadAt(fd, path, 0, reinterpret_cast<char*>(&header), sizeof(header));
  if (s.ok()) s = CheckOsmCacheHeader(header, file_bytes, source);
  if (s.ok()) {
    s = CheckOsmMemory(path, "loading it", OsmHoldingBytes(header.store_bytes), memory_bytes);
  }
  if (!s.ok()) return s;
  std::string store(header.store_bytes, '\0');
  s = ReadAt(fd, path, sizeof(header), store.data(), store.size());
  if (!s.ok()) return s;
  return DecodeOsmCache(header, std::move(store));
}

absl::Status WriteOsmCache(const std::string& file, const OsmFingerprint& source,
                           const OsmExtract& extract) {
  const std::string path = OsmCachePath(file);
  struct stat original {};
  if (::stat(file.c_str(), &original) != 0) return SystemError(file, "cannot be read");
  std::string temporary = path + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return SystemError(path, "cannot be written");
  const OsmCacheHeader header = MakeOsmCacheHeader(source, extract);
  const std::string_view store = extract.store.bytes();
  absl::Status s = WriteAll(fd, path, reinterpret_cast<const char*>(&header), sizeof(header));
  if (s.ok()) s = WriteAll(fd, path, store.data(), store.size());
  // The file is complete before it is renamed.
  constexpr mode_t kReadAndWrite = 0666;
  if (s.ok() && (::fchmod(fd, original.st_mode & kReadAndWrite) != 0 || ::fsync(fd) != 0)) {
    s = SystemError(path, "cannot be written");
  }
  if (::close(fd) != 0 && s.ok()) s = SystemError(path, "cannot be written");
  if (s.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) {
    s = SystemError(path, "cannot be replaced");
  }
  if (!s.ok()) ::unlink(temporary.c_str());
  return s;
}

}  // namespace proxyherd::places
