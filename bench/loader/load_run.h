// A whole run: connects, warms up, measures, and waits for the last replies. Shell.
#pragma once

#include "absl/status/statusor.h"
#include "base/env.h"
#include "bench/loader/meter.h"
#include "bench/loader/options.h"

namespace proxyherd::bench {

// Runs in the calling thread until all is done; failures other than wrong replies, which the
// measurement counts, are errors. `options` are as ParseBenchOptions makes them.
absl::StatusOr<Measurement> RunLoad(const BenchOptions& options, Env& env);

// Reports every client once at each target if the work asks for clients that are known.
absl::Status PrepareClients(const BenchOptions& options, Env& env);

}  // namespace proxyherd::bench
