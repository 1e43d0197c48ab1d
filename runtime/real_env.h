// The operating system's clock and randomness.
#pragma once

#include "base/env.h"

namespace proxyherd::runtime {

// A singleton that is never destroyed. Thread-safe.
Env& RealEnv();

}  // namespace proxyherd::runtime
