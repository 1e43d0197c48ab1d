// Tables with many equal records and a few that differ.
#pragma once

#include <cstdint>

#include "core/table.h"

namespace proxyherd::bench {

// Merges records of clients number `first` to `first + count - 1`, the same in all tables that they
// enter: ids of 16 bytes, times with nine fraction digits. A later round's report of a client
// wins over that of an earlier one. `step`: only every so many clients.
void MergeClients(Table& table, uint64_t first, uint64_t count, uint64_t step, int64_t round);

// Makes `differences` records differ: of three, one is newer in `a`, one newer in `b`, and one is
// of a client that is missing in `a` or in `b` by turns. `clients` are known to both; rounds must
// rise.
void MakeDifferent(Table& a, Table& b, uint64_t clients, uint64_t differences, int64_t round);

}  // namespace proxyherd::bench
