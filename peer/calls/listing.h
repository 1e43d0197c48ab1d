// Reads the table a page at a time, in an order that stays the same while the table changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash_range.h"
#include "core/report.h"
#include "core/table.h"

namespace proxyherd::peer {

struct ListedClient {
  uint64_t hash = 0;  // Table::SharedHash; clients are in order of hash, then of id
  std::string client;
  StoredReport report;
};

struct Page {
  std::vector<ListedClient> clients;
  std::string next_token;  // empty on the last page
};

// Maximum bytes of a page's clients, which keeps the page well below gRPC's limit of 4 MiB. Long
// ids need it: an id may have 8 KiB, quadruples if every byte must be escaped, and is sent twice.
inline constexpr size_t kMaxPageBytes = size_t{2} << 20;

// Returns the page after the one that gave `token` (empty: the first page); nullopt if the token is
// malformed. A client of the range that is in the table while all pages are read is on exactly one
// of them. REQUIRES: range.IsValid(), and the same range for all pages.
std::optional<Page> ReadPage(const Table& table, std::string_view token, size_t page_size,
                             const HashRange& range = {});

}  // namespace proxyherd::peer
