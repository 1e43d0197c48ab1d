// A page token is the last client's hash in hexadecimal digits, a dot, and its escaped id.
#include "peer/calls/listing.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/escaped_text.h"
#include "core/exact_time.h"

namespace proxyherd::peer {
namespace {

constexpr size_t kHashDigits = 16;
constexpr int kBucketShift = 52;  // the top 12 bits of the hash are the bucket

struct Key {
  uint64_t hash = 0;
  std::string client;
};

std::optional<Key> ParseToken(std::string_view token) {
  Key key;
  const char* const end = token.data() + kHashDigits;
  if (token.size() <= kHashDigits || *end != '.') return std::nullopt;
  const auto [parsed, error] = std::from_chars(token.data(), end, key.hash, 16);
  if (error != std::errc() || parsed != end) return std::nullopt;
  std::optional<std::string> client = UnescapeBytes(token.substr(kHashDigits + 1));
  if (!client.has_value()) return std::nullopt;
  key.client = *std::move(client);
  return key;
}

bool IsLess(const ListedClient& a, const ListedClient& b) {
  return std::tie(a.hash, a.client) < std::tie(b.hash, b.client);
}

// Returns a client's maximum size on a page: twice its escaped id and strings, and the rest.
size_t MaxBytes(const ListedClient& client) {
  constexpr size_t kRest = 512;
  return 8 * client.client.size() + 2 * client.report.location.size() +
         2 * client.report.time.size() + kRest;
}

std::vector<ListedClient> ReadBucket(const Table& table, uint32_t bucket, const HashRange& range,
                                     const std::optional<Key>& after) {
  std::vector<ListedClient> clients;
  table.VisitBucket(bucket, [&](const RecordView& record) {
    const uint64_t hash = table.SharedHash(record.client);
    if (!range.Contains(hash)) return;
    if (after.has_value() && std::tuple(hash, record.client) <=
                                 std::tuple(after->hash, std::string_view(after->client))) {
      return;
    }
    ListedClient listed;
    listed.hash = hash;
    listed.client = record.client;
    listed.report.location = record.location;
    listed.report.time = TimeText(record).text();
    listed.report.server = table.origins().NameOf(record.origin);
    listed.report.client_time_ns = ClientTimeNs(record);
    listed.report.received_ns = record.received_ns;
    clients.push_back(std::move(listed));
  });
  std::sort(clients.begin(), clients.end(), IsLess);
  return clients;
}

}  // namespace

std::optional<Page> ReadPage(const Table& table, std::string_view token, size_t page_size,
                             const HashRange& range) {
  assert(range.IsValid());
  std::optional<Key> after;
  if (!token.empty()) {
    after = ParseToken(token);
    if (!after.has_value()) return std::nullopt;
  }
  Page page;
  size_t bytes = 0;
  const uint64_t first = std::max(range.first, after.has_value() ? after->hash : 0);
  auto bucket = static_cast<uint32_t>(first >> kBucketShift);
  for (; bucket <= range.Last() >> kBucketShift; ++bucket, after.reset()) {
    for (ListedClient& client : ReadBucket(table, bucket, range, after)) {
      bytes += MaxBytes(client);
      if (page.clients.size() == page_size || (bytes > kMaxPageBytes && !page.clients.empty())) {
        const ListedClient& last = page.clients.back();
        page.next_token =
            absl::StrCat(absl::Hex(last.hash, absl::kZeroPad16), ".", EscapeBytes(last.client));
        return page;
      }
      page.clients.push_back(std::move(client));
    }
  }
  return page;
}

}  // namespace proxyherd::peer
