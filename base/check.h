// Assertions that are too expensive for every build.
//
// REQUIRES and cheap invariants are plain `assert`s: off in release builds, on in all others.
// Checked builds (PROXYHERD_CHECKS=ON) have those on, and also assert the invariants of whole
// objects after each step.
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

// Calls the object's CheckInvariants in checked builds; to be used after each step.
#define PROXYHERD_CHECK_INVARIANTS(object) PROXYHERD_CHECKED((object).CheckInvariants())

// Aborts in every build if the condition is false. Only for bodies of CheckInvariants.
#define PROXYHERD_INVARIANT(condition) \
  ((condition) ? static_cast<void>(0)  \
               : ::proxyherd::EndByBrokenInvariant(#condition, __FILE__, __LINE__))
