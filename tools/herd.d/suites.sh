# shellcheck shell=bash disable=SC2034
# The test suites. Each is a row of the table and a function suite_NAME, which runs in a separate
# shell with `set -e` and writes to a log. It succeeds, fails, or exits with 77 after printing why
# it cannot run here.

# NAME  WHEN  MINUTES  WHAT, in the order in which suites run: slow verdicts last.
#
# WHEN lists the commands that run the suite: `works` is `./herd test`, `change` is `./herd test
# change`; a `named` suite runs only by its name.
#
# MINUTES is an upper bound on two cores that do nothing else, from an empty build/ and a warm
# compiler cache. A suite includes the builds that it is the first to need; `tidy_diff` checks every
# file, as if all had changed. The numbers are rounded up from the logs of runs, or from CPU seconds
# if the machine was busy; those of `named` suites, except compose, are guesses.
# tests/rules limits the sums.
SUITES='
style          change        1  formatting, shellcheck, yamllint, buf lint
rules          change        1  the rules of the project: layers, words, minutes; mutants apply
alerts         change        1  each alert and recording rule fires when it should; runbook pages
front_door     change        1  ./herd itself, in scratch copies with stand-in programs
unit           works,change  3  unit tests and transcripts, in the build that people run
smoke          works         1  real processes: floods, losses, restarts, WHATSAT, metrics
short_sim      works         1  40 seeds of sim, in the build that people run
processes      change        7  five real processes: floods, losses, kills, abuse of the ports
sim            change        2  whole herds under faults, in simulated time, with checks
sanitize       change        9  unit under ASan and UBSan, with checks; much of it under TSan
sanitized      change        8  processes under ASan and UBSan, in the build of sanitize
tidy_diff      change        9  clang-tidy of what differs from main (on main: the last release)
mutants        named        10  bugs planted in a copy of the sources, which sim has to find
compose        named        11  the containers on a real engine, with Prometheus
tidy           named        40  clang-tidy and the static analyzer on all files, also of tests
fuzz           named        27  every decoder that faces the network, a minute each, with checks
memory         named        12  nodes filled beyond their memory, in control groups (as root)
faults         named         5  real nodes cut off, killed and misled, with a checker (as root)
versions       named        12  nodes of former sources beside those of today, and restarts to these
perf           named         5  instructions of the hot paths, against what was recorded
page           named         5  the page of a node in a real browser
slow_neighbour named         5  what a stopped neighbour costs the others, measured
baselines      named         5  the servers that we are measured beside do the same work
'

# suite_has_options NAME: whether `./herd test NAME --OPTION ...` passes the options on to it.
suite_has_options() { [[ $1 == @(sim|mutants|memory|faults|perf|slow_neighbour) ]]; }

# source_files PATTERN...: prints our files whose names match.
source_files() {
  local pattern
  for pattern in "$@"; do
    find . \( -path ./build -o -path ./run -o -path ./.git \) -prune \
      -o -type f -name "$pattern" -print
  done | sort
}

build_release_with_tests() {
  build_tree release "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=ON" all
}

# build_checks TARGET...: builds with assertions, and with invariants checked after each step.
build_checks() {
  build_tree checks "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=ON -DPROXYHERD_CHECKS=ON" "$@"
}

# build_asan: builds one tree for all suites under ASan and UBSan, once. It includes the checks, so
# that unit tests need no separate build with checks.
build_asan() {
  local settings="-DCMAKE_BUILD_TYPE=None -DPROXYHERD_SANITIZE=address,undefined"
  build_tree asan "$settings -DPROXYHERD_CHECKS=ON" all
}

run_ctest() {
  ctest --test-dir "build/$1" --output-on-failure --no-tests=error --timeout 300 \
    -j "$(nproc)" "${@:2}"
}

suite_unit() {
  build_release_with_tests
  run_ctest release
}

suite_sanitize() {
  build_asan
  run_ctest asan
  # The distribution's gRPC and Abseil are not built for ThreadSanitizer, which therefore reports
  # races that they prevent. These tests use no thread of gRPC, and the standard library's locks.
  local tests=(core_tests gateway_tests transport_tests)
  build_tree tsan "-DCMAKE_BUILD_TYPE=None -DPROXYHERD_SANITIZE=thread" "${tests[@]}"
  local test
  for test in "${tests[@]}"; do timeout 600 "build/tsan/bin/$test"; done
}

suite_smoke() {
  build_release_with_tests
  python3 tests/system/processes/run.py --smoke
}

suite_processes() {
  build_release_with_tests
  python3 tests/system/processes/run.py
}

suite_sanitized() {
  build_asan
  python3 tests/system/processes/run.py --bin=build/asan/bin
}

suite_style() {
  local -a files
  mapfile -t files < <(source_files '*.cc' '*.h')
  clang-format --dry-run --Werror "${files[@]}"
  mapfile -t files < <(source_files '*.sh')
  shellcheck --external-sources herd .ci/run "${files[@]}"
  mapfile -t files < <(source_files '*.yml' '*.yaml')
  yamllint --strict "${files[@]}"
  lint_protos
  python3 -m unittest discover --start-directory tests/style
}

# run_clang_tidy --changed | --tests: checks our C++, in a separate build tree, because clang cannot
# read gcc's precompiled headers; only the generated headers of that tree are built.
run_clang_tidy() {
  CC=clang CXX=clang++ build_tree tidy \
    "-DCMAKE_BUILD_TYPE=Release -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON" \
    cmake_object_order_depends_target_proxyherd_proto
  python3 tests/style/tidy.py build/tidy "$@"
}

suite_tidy_diff() { run_clang_tidy --changed; }

suite_tidy() { run_clang_tidy --tests; }

# lint_protos: runs buf, which comes from npm; skipped on a machine without npm.
lint_protos() {
  if ! command -v npm >/dev/null; then
    say "Skipping buf lint: there is no npm here."
    return
  fi
  local buf=build/tools/buf/node_modules/.bin/buf
  [[ -x $buf ]] || npm install --silent --prefix build/tools/buf "@bufbuild/buf@1.75.0"
  "$HERD_ROOT/$buf" lint proto
}

suite_rules() {
  python3 tests/rules/run.py
  python3 -m unittest discover --start-directory tests/mutants
  python3 -m unittest discover --start-directory bench/run/tests
}

suite_alerts() {
  python3 -m unittest discover --start-directory tests/system/alerts
}

suite_front_door() {
  build_release
  python3 tests/system/front_door/run.py
}

suite_short_sim() {
  build_release_with_tests
  simulate release --seeds 40
}

# suite_sim [--seeds N] [--from S] ...
suite_sim() {
  build_checks simulate
  simulate checks "$@"
}

# simulate TREE [--seeds N] [--from S] ...: simulates herds on all cores. A run on one seed, or
# with --trace, is one process; others are as many as there are cores, each with its share of the
# seeds.
simulate() {
  local tree=$1 seeds=300 from=1 cores pid code=0 share
  local -a rest=() pids=()
  shift
  while (($# > 0)); do
    case $1 in
      --seeds) seeds=${2:?"--seeds needs a number"} && shift 2 ;;
      --from) from=${2:?"--from needs a number"} && shift 2 ;;
      *) rest+=("$1") && shift ;;
    esac
  done
  cores=$(nproc)
  [[ " ${rest[*]} " != *" --trace "* ]] && ((seeds >= cores)) || cores=1
  while ((cores > 0)); do
    share=$((seeds / cores))
    "build/$tree/bin/simulate" --seeds "$share" --from "$from" "${rest[@]}" &
    pids+=($!)
    from=$((from + share)) seeds=$((seeds - share)) cores=$((cores - 1))
  done
  for pid in "${pids[@]}"; do wait "$pid" || code=1; done
  return "$code"
}

suite_mutants() {
  python3 tests/mutants/run.py "$@"
}

suite_compose() {
  # herdctl of this build inspects the containers from outside.
  build_release
  python3 tests/system/compose/run.py
}

# suite_memory [--minutes N] [TEST ...]
suite_memory() {
  build_tree release "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=ON" \
    herd-node herd-places herdctl
  python3 tests/system/memory/run.py "$@"
}

suite_faults() {
  build_for_faults
  python3 -m unittest discover --start-directory tests/system/faults
  python3 tests/system/faults/run.py "$@"
}

suite_slow_neighbour() {
  build_for_faults
  python3 tests/system/faults/slow_neighbour.py "$@"
}

# suite_perf [--record]: counts instructions, which do not depend on how busy a machine is.
suite_perf() {
  build_tree release "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=ON" hot-paths
  python3 bench/instructions/run.py "$@"
}

suite_baselines() {
  build_tree release "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=ON" herd-node
  python3 bench/baselines/test_baselines.py
}

# Also builds the former commits in tests/system/versions/previous.txt.
suite_versions() {
  build_tree release "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=ON" \
    herd-node herd-places herdctl
  python3 tests/system/versions/run.py
}

build_for_faults() {
  build_tree release "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=ON" \
    herd-node herdctl herd-bench real_timers
}

# The browser comes from the distribution; its driver comes from npm.
suite_page() {
  local playwright=build/tools/playwright
  # Not in page.txt: a Node.js from elsewhere brings its npm, and conflicts with the package.
  command -v npm >/dev/null || die "there is no npm on this machine" "apt-get install npm"
  build_release
  [[ -d $playwright/node_modules/playwright-core ]] \
    || npm install --silent --prefix "$playwright" "playwright-core@1.65.1"
  python3 tests/system/browser/run.py
}

suite_fuzz() {
  local settings="-DCMAKE_BUILD_TYPE=None -DPROXYHERD_FUZZ=ON"
  settings+=" -DPROXYHERD_SANITIZE=address,undefined -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON"
  settings+=" -DPROXYHERD_CHECKS=ON"
  CC=clang CXX=clang++ build_tree fuzz "$settings" fuzzers
  local target name
  for target in build/fuzz/bin/fuzz_*_forever; do
    name=${target##*/fuzz_}
    name=${name%_forever}
    say "$name"
    # Findings are kept out of the tree; a crash is written to the path in the message.
    mkdir -p "build/fuzz/found/$name"
    "$target" -max_total_time=60 -max_len=65536 -print_final_stats=1 \
      "build/fuzz/found/$name" "tests/fuzz/corpus/$name"
  done
}
