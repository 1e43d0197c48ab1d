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
  uint64_t hash = 0;  // Table::SharedHash, which orders; equal hashes are ordered by id
  std::string client;
  StoredReport report;
};

struct Page {
  std::vector<ListedClient> clients;
  std::string next_token;  // empty on the last page
};

// A page has fewer clients if they are long, so that it stays well below gRPC's limit of 4 MiB: an
// id may have 8 KiB, of which each byte may take four, and it is in the answer twice.
inline constexpr size_t kMaxPageBytes = size_t{2} << 20;

// Returns the page after the one that gave `token` (empty: the first); nullopt if the token is not
// one of ours. A client of the range that is known from the first to the last page is on exactly
// one page. REQUIRES: range.IsValid(). It must be the same for all pages.
std::optional<Page> ReadPage(const Table& table, std::string_view token, size_t page_size,
                             const HashRange& range = {});

}  // namespace proxyherd::peer
