# Sets warnings, assertions and sanitizers, and uses ccache if it is installed.
include_directories(${CMAKE_SOURCE_DIR})
add_compile_options(-Wall -Wextra -Wpedantic -Wno-unused-parameter -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees impossible sizes in std::string.
  add_compile_options(-Wno-restrict -Wno-stringop-overflow)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wthread-safety)
endif()

# Checked builds: see base/check.h.
if(PROXYHERD_CHECKS)
  add_compile_options(-UNDEBUG)
  add_compile_definitions(PROXYHERD_CHECKS)
endif()

if(PROXYHERD_SANITIZE)
  add_compile_options(-fsanitize=${PROXYHERD_SANITIZE} -g1 -O1 -UNDEBUG)
  add_link_options(-fsanitize=${PROXYHERD_SANITIZE})
  if(PROXYHERD_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)  # about Asio's fences, which protect nothing of ours
  endif()
  if(PROXYHERD_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Precompiled headers are cached only with these two relaxations.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
  set(CMAKE_PCH_INSTANTIATE_TEMPLATES OFF)
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
