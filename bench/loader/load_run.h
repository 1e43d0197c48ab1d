// A whole run: connects, warms up, measures, and waits for the last replies.
#pragma once

#include "absl/status/statusor.h"
#include "base/env.h"
#include "bench/loader/meter.h"
#include "bench/loader/options.h"

namespace proxyherd::bench {

// Runs in the calling thread until everything is done. Wrong replies are counted in the
// measurement; all other failures are errors. `options` must come from ParseBenchOptions.
absl::StatusOr<Measurement> RunLoad(const BenchOptions& options, Env& env);

// If the work needs clients that are known, reports every client once to each target.
absl::Status PrepareClients(const BenchOptions& options, Env& env);

}  // namespace proxyherd::bench
