// Tables with many equal records and a few different ones.
#pragma once

#include <cstdint>

#include "core/table.h"

namespace proxyherd::bench {

// Merges records of every `step`-th client from number `first` to `first + count - 1`, with ids of
// 16 bytes and times with nine fraction digits. The same arguments give the same records in all
// tables. A client's report of a later round wins over one of an earlier round.
void MergeClients(Table& table, uint64_t first, uint64_t count, uint64_t step, int64_t round);

// Makes `differences` records differ. A third of them are newer in `a`, a third newer in `b`, and
// the others are of clients that `a` and `b` lack in turn. Both tables must have the clients below
// `clients`. `round` must rise with each call.
void MakeDifferent(Table& a, Table& b, uint64_t clients, uint64_t differences, int64_t round);

}  // namespace proxyherd::bench
