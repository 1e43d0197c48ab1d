# shellcheck shell=bash
# The test suites. Each is a line of the table and a function suite_NAME,
# which runs in a shell of its own with `set -e` and writes to a log. It succeeds, fails, or exits
# with 77 after printing why it cannot run here.

# NAME  WHEN  WHAT. WHEN is `change` for what every change must pass, `named` for the rest.
SUITES='
style       change  formatting, clang-tidy of what runs, shellcheck, yamllint, buf lint
rules       change  the rules of the project itself: layers, words; mutants fit; bench sums
alerts      change  recording rules and alerts: each fires when it should, and is explained
front_door  change  ./herd itself, in scratch copies with stand-in programs
unit        change  units and transcripts, built as people run them
sanitize    change  the same under ASan and UBSan, and core and gateway under ThreadSanitizer
processes   change  five real processes: floods, losses, kills, abuse of the ports
sanitized   change  the same processes under ASan and UBSan
sim         change  whole herds under faults, in simulated time, one for each seed
mutants     named   bugs planted in a copy of the sources, which sim has to find
compose     named   the containers on a real engine, with Prometheus
tidy        named   the static analyzer, and clang-tidy of tools, benches and tests too
fuzz        named   every decoder that faces the network, a minute each
memory      named   nodes filled beyond their memory, in control groups (as root)
faults      named   real nodes cut off, killed, stopped and misled, with a checker (as root)
versions    named   nodes of former sources beside those of today, and restarts to these
perf        named   instructions of the hot paths, against what was recorded
page        named   the page of a node in a real browser
slow_neighbour named what a stopped neighbour costs the others, measured
baselines   named   the servers that we are measured beside do the same work
'

# suite_names: prints all names, in order, on one line.
suite_names() { awk 'NF { printf "%s%s", sep, $1; sep = " " } END { print "" }' <<<"$SUITES"; }

# change_suites: those that every change must pass.
change_suites() { awk '$2 == "change" { print $1 }' <<<"$SUITES"; }

# suite_what NAME: what it tests.
suite_what() { awk -v name="$1" '$1 == name { $1 = $2 = ""; sub(/^ +/, ""); print }' <<<"$SUITES"; }

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

run_ctest() {
  ctest --test-dir "build/$1" --output-on-failure --no-tests=error --timeout 300 \
    -j "$(nproc)" "${@:2}"
}

suite_unit() {
  build_release_with_tests
  run_ctest release
}

suite_sanitize() {
  build_tree asan "-DCMAKE_BUILD_TYPE=None -DPROXYHERD_SANITIZE=address,undefined" all
  run_ctest asan
  # The distribution's gRPC and Abseil are not built for ThreadSanitizer, which then takes what they
  # order for races. The core and the gateway have no gRPC, and the standard library's locks.
  build_tree tsan "-DCMAKE_BUILD_TYPE=None -DPROXYHERD_SANITIZE=thread" core_tests gateway_tests
  timeout 600 build/tsan/bin/core_tests
  timeout 600 build/tsan/bin/gateway_tests
}

suite_processes() {
  build_release_with_tests
  python3 tests/system/processes/run.py
}

suite_sanitized() {
  build_tree asan "-DCMAKE_BUILD_TYPE=None -DPROXYHERD_SANITIZE=address,undefined" all
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
  run_clang_tidy
}

# run_clang_tidy [--tests]: over our C++. It has a build tree of its own, because clang reads no
# precompiled headers of gcc; of that tree only the generated headers are made.
run_clang_tidy() {
  CC=clang CXX=clang++ build_tree tidy \
    "-DCMAKE_BUILD_TYPE=Release -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON" \
    cmake_object_order_depends_target_proxyherd_proto
  python3 tests/style/tidy.py build/tidy "$@"
}

suite_tidy() { run_clang_tidy --tests; }

# lint_protos: buf comes from npm; a machine without npm leaves this to others.
lint_protos() {
  if ! command -v npm >/dev/null; then
    say "buf lint is left out: there is no npm here."
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

# suite_sim [--seeds N] [--from S] ...: simulated herds, on all cores. A run on one seed, or with
# --trace, is one process; others are as many as there are cores, each with its share of the seeds.
suite_sim() {
  build_tree release "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=ON" simulate
  local seeds=300 from=1 cores pid code=0 share
  local -a rest=() pids=()
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
    build/release/bin/simulate --seeds "$share" --from "$from" "${rest[@]}" &
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
  # Its herdctl looks at the containers from outside.
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

# Of its own history: what tests/system/versions/previous.txt names is built, too.
suite_versions() {
  build_tree release "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=ON" \
    herd-node herd-places herdctl
  python3 tests/system/versions/run.py
}

build_for_faults() {
  build_tree release "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=ON" \
    herd-node herdctl herd-bench real_timers
}

# The browser is the distribution's; what drives it comes from npm.
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
  CC=clang CXX=clang++ build_tree fuzz "$settings" fuzzers
  local target name
  for target in build/fuzz/bin/fuzz_*_forever; do
    name=${target##*/fuzz_}
    name=${name%_forever}
    say "$name"
    # What is found on the way is kept out of the tree; a crash is written where the message says.
    mkdir -p "build/fuzz/found/$name"
    "$target" -max_total_time=60 -max_len=65536 -print_final_stats=1 \
      "build/fuzz/found/$name" "tests/fuzz/corpus/$name"
  done
}
