// Assertions that are too expensive for every build.
//
// REQUIRES and cheap invariants are plain `assert`s: off in release builds, on in all others.
// Checked builds (PROXYHERD_CHECKS=ON) have those, and also assert the invariants of whole objects
// after each step.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace proxyherd {

[[noreturn]] inline void EndByBrokenInvariant(const char* invariant, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: Invariant `%s' is broken.\n", file, line, invariant);
  std::abort();
}

}  // namespace proxyherd

// Evaluates an expression in checked builds only.
#ifdef PROXYHERD_CHECKS
#define PROXYHERD_CHECKED(expression) (expression)
#else
#define PROXYHERD_CHECKED(expression) static_cast<void>(0)
#endif

// The invariants of an object, after a step.
#define PROXYHERD_CHECK_INVARIANTS(object) PROXYHERD_CHECKED((object).CheckInvariants())

// For bodies of CheckInvariants, which only checked builds call: evaluated in every build.
#define PROXYHERD_INVARIANT(condition) \
  ((condition) ? static_cast<void>(0)  \
               : ::proxyherd::EndByBrokenInvariant(#condition, __FILE__, __LINE__))
