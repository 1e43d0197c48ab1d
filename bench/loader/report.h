// The output of herd-bench. No I/O.
#pragma once

#include <string>

#include "bench/loader/meter.h"
#include "bench/loader/options.h"

namespace proxyherd::bench {

// Formats a few lines for people.
std::string TextReport(const BenchOptions& options, const Measurement& measured);

// Formats one line, a JSON object. Times are in microseconds and CPU seconds, as the names say.
std::string JsonReport(const BenchOptions& options, const Measurement& measured);

}  // namespace proxyherd::bench
