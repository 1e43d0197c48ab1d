// Checks for fuzz targets and for helpers that they share; active in every build.
#pragma once

#include <cstdio>
#include <cstdlib>

// Ends the process if `condition` is false, so that the fuzzer keeps the input.
#define FUZZ_CHECK(condition)                                                            \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)
