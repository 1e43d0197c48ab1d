// The operating system's clock and randomness.
#pragma once

#include "base/env.h"

namespace proxyherd {

// Lives for ever. Thread-safe.
Env& RealEnv();

}  // namespace proxyherd
