# shellcheck shell=bash
# Runs test suites (suites.sh), shows their results, and counts them.

# The exit code of a suite that cannot run on this machine.
SKIP_CODE=77

# suite_names: prints all names, in order, on one line.
suite_names() { awk 'NF { printf "%s%s", sep, $1; sep = " " } END { print "" }' <<<"$SUITES"; }

# suites_of COMMAND: prints the suites that have COMMAND in their column WHEN, one per line.
suites_of() { awk -v command="$1" 'index("," $2 ",", "," command ",") { print $1 }' <<<"$SUITES"; }

# minutes_of COMMAND or SUITE: prints the sum of the minutes of its suites.
minutes_of() {
  awk -v of="$1" '$1 == of || index("," $2 ",", "," of ",") { sum += $3 } END { print sum + 0 }' \
    <<<"$SUITES"
}

# suite_what NAME: prints what it tests.
suite_what() {
  awk -v name="$1" '$1 == name { $1 = $2 = $3 = ""; sub(/^ +/, ""); print }' <<<"$SUITES"
}

# verb_test: tests whether proxyherd works on this machine.
# verb_test [change | all | SUITE] ...: runs what every change must pass, all suites, or some.
# verb_test SUITE --OPTION ...: runs one suite that has options of its own.
verb_test() {
  local name
  local -a known chosen=()
  read -ra known < <(suite_names)
  SUITE_OPTIONS=()
  if [[ ${2:-} == --* ]]; then
    suite_has_options "$1" || die_usage "'$1' takes no options, and there is '$2'"
    SUITE_OPTIONS=("${@:2}")
    set -- "$1"
  fi
  for name in "$@"; do
    if [[ $name == -h || $name == --help ]]; then
      list_suites
      return
    elif [[ $name == all ]]; then
      chosen+=("${known[@]}")
    elif [[ $name == change ]]; then
      mapfile -t -O "${#chosen[@]}" chosen < <(suites_of change)
    elif [[ " ${known[*]} " == *" $name "* ]]; then
      chosen+=("$name")
    else
      unknown "test suite" "$name" change all "${known[@]}"
    fi
  done
  ((${#chosen[@]} > 0)) || mapfile -t chosen < <(suites_of works)

  prepare_tests "${chosen[@]}"
  run_suites "${chosen[@]}"
}

# list_suites: prints all suites and their minutes.
list_suites() {
  local works change ci
  works=$(minutes_of works)
  change=$(minutes_of change)
  ci=$((change + $(minutes_of compose)))
  cat <<TEXT
  ./herd test             whether proxyherd works on this machine: suites marked +, $works min
  ./herd test change      everything that a change must pass: suites marked *, $change min
  ./herd test SUITE ...   some suites, or all. CI runs change and compose, $ci min

Minutes are upper estimates on two cores with a warm compiler cache.

TEXT
  awk 'NF {
    works = index("," $2 ",", ",works,") ? "+" : " "
    change = index("," $2 ",", ",change,") ? "*" : " "
    name = $1
    minutes = $3
    $1 = $2 = $3 = ""
    sub(/^ +/, "")
    printf "%s%s %3d min  %-15s %s\n", works, change, minutes, name, $0
  }' <<<"$SUITES"
}

# prepare_tests SUITE...: installs the packages that the suites need.
prepare_tests() {
  local -a lists=(build test)
  [[ " $* " != *" compose "* ]] || lists+=(compose)
  [[ " $* " != *" faults "* ]] || lists+=(faults)
  [[ " $* " != *" page "* ]] || lists+=(page)
  [[ " $* " != *" perf "* ]] || lists+=(perf)
  [[ " $* " != *" baselines "* ]] || lists+=(baselines)
  need_packages "${lists[@]}"
  mkdir -p "$LOGS"
  fetch_promtool
}

# fetch_promtool: puts promtool into build/tools/bin and on the PATH. Its package would start a
# Prometheus if it were installed, so it is only unpacked.
fetch_promtool() {
  local tools=$HERD_ROOT/build/tools
  PATH=$tools/bin:$PATH
  [[ ! -x $tools/bin/promtool ]] || return 0
  say "Fetching promtool."
  mkdir -p "$tools/bin" "$tools/prometheus"
  (
    cd "$tools/prometheus"
    apt-get download -q prometheus
    dpkg-deb --extract prometheus_*.deb .
    cp usr/bin/promtool "$tools/bin/"
  ) >"$LOGS/promtool.log" 2>&1 || die "promtool could not be fetched" "See $LOGS/promtool.log."
}

# run_suites SUITE...: runs them in sequence; the last line counts them. Exit code 1 if one has
# failed.
run_suites() {
  local name passed=0 skipped=0 start=$SECONDS
  local -a failed=()
  for name in "$@"; do
    # Not in a condition: there `set -e` would have no effect within the suite.
    run_suite "$name"
    case $SUITE_CODE in
      0) passed=$((passed + 1)) ;;
      "$SKIP_CODE") skipped=$((skipped + 1)) ;;
      *) failed+=("$name") ;;
    esac
  done
  ((${#failed[@]} == 0)) || say "Failed: ${failed[*]}. Once more: ./herd test ${failed[*]}"
  say "All in all $(minutes $((SECONDS - start)))."
  local count="$passed passed, ${#failed[@]} failed"
  ((skipped == 0)) || count+=", $skipped skipped"
  say "$count"
  ((${#failed[@]} == 0))
}

# run_suite NAME: runs one, showing its progress, and leaves its exit code in SUITE_CODE.
run_suite() {
  local log=$LOGS/test-$1.log start=$SECONDS
  SUITE_CODE=0
  say "$BOLD$1$PLAIN: $(suite_what "$1")"
  (
    set -e
    "suite_$1" "${SUITE_OPTIONS[@]}"
  ) >"$log" 2>&1 </dev/null &
  SUITE_PID=$!
  # A background process of a script does not see Ctrl-C.
  trap 'kill_tree "$SUITE_PID"' EXIT
  watch_suite "$SUITE_PID" "$log"
  wait "$SUITE_PID" || SUITE_CODE=$?
  trap - EXIT
  case $SUITE_CODE in
    0)
      # Measurements are also worth reading after a success.
      sed -n '/^Result:$/,$ s/^/  | /p' "$log"
      say "  passed in $(minutes $((SECONDS - start)))"
      ;;
    "$SKIP_CODE") say "  skipped: $(tail -n 1 "$log")" ;;
    *)
      tail -n 40 "$log" | sed 's/^/  | /'
      say "  ${RED}failed$PLAIN after $(minutes $((SECONDS - start))); all of its output: $log"
      ;;
  esac
}

# watch_suite PID LOG: returns when it has ended. Shows progress as a moving line on a terminal,
# elsewhere as a line per minute.
watch_suite() {
  local start=$SECONDS shown=0 last
  while kill -0 "$1" 2>/dev/null; do
    sleep 0.3
    if on_terminal; then
      last=$(tail -n 1 "$2" | tr -d '\r' | cut -c1-100)
      moving_line "  $(minutes $((SECONDS - start)))  $last"
    elif (((SECONDS - start) / 60 > shown)); then
      shown=$(((SECONDS - start) / 60))
      say "  $(minutes $((SECONDS - start))): $(tail -n 1 "$2" | cut -c1-100)"
    fi
  done
  ! on_terminal || moving_line ""
}

# kill_tree PID: ends a process and all its descendants.
kill_tree() {
  local child
  local -a children
  read -ra children < <(cat "/proc/$1/task/"*/children 2>/dev/null) || true
  for child in "${children[@]}"; do kill_tree "$child"; done
  kill "$1" 2>/dev/null || true
}

# minutes SECONDS: prints "1 min 5 s".
minutes() {
  if (($1 < 60)); then say "$1 s"; else say "$(($1 / 60)) min $(($1 % 60)) s"; fi
}
