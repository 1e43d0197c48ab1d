// The output of herd-bench. Pure.
#pragma once

#include <string>

#include "bench/loader/meter.h"
#include "bench/loader/options.h"

namespace proxyherd::bench {

// A few lines for a person.
std::string TextReport(const BenchOptions& options, const Measurement& measured);

// One line, a JSON object. Times are in microseconds and CPU seconds, as the names say.
std::string JsonReport(const BenchOptions& options, const Measurement& measured);

}  // namespace proxyherd::bench
