# shellcheck shell=bash
# Builds into build/NAME, and shows the progress, or the first errors if it
# fails.

LOGS=build/log

# build_release: builds the programs for users.
build_release() {
  build_tree release "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=$(release_has_tests)" \
    herd-node herd-places herdctl
}

# release_has_tests: keeps ON in a tree in which `./herd test` has turned the tests on.
release_has_tests() {
  if grep -qs '^PROXYHERD_TESTS:BOOL=ON' build/release/CMakeCache.txt; then say ON; else say OFF; fi
}

need_built() {
  [[ -x $BIN/herdctl ]] || die "nothing is built yet" "'./herd up' builds and starts the herd."
}

# build_tree NAME "CMAKE_ARGUMENT ..." TARGET...: configures build/NAME if need be and builds the
# targets there. Ends the script if that fails.
build_tree() {
  local name=$1 arguments=$2 log=$LOGS/build-$1.log
  local -a split
  shift 2
  mkdir -p "$LOGS" "build/$name"
  : >"$log"
  if ! configured_with "$name" "$arguments"; then
    say "Configuring build/$name."
    read -ra split <<<"$arguments"
    cmake -S . -B "build/$name" -G Ninja "${split[@]}" >>"$log" 2>&1 || build_failed "$name" "$log"
    say "$arguments" >"build/$name/herd-arguments"
  fi
  local start=$SECONDS
  NINJA_STATUS='[%f/%t] ' ninja -C "build/$name" "$@" 2>&1 | show_build "$name" "$log" ||
    build_failed "$name" "$log"
  grep -q '^ninja: no work to do' "$log" || say "Built build/$name in $((SECONDS - start)) s."
}

# configured_with NAME ARGUMENTS: whether build/NAME was configured with exactly these. (ninja
# itself reconfigures if a CMake file has changed.)
configured_with() {
  [[ -f build/$1/build.ninja && $(cat "build/$1/herd-arguments" 2>/dev/null) == "$2" ]]
}

# show_build NAME LOG: copies ninja's output to the log and shows its progress: as a moving line on
# a terminal, elsewhere as a line per tenth.
show_build() {
  local name=$1 log=$2 line tenth=0 now done_so_far
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (.*) ]] || continue
    done_so_far="${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
    if on_terminal; then
      moving_line "Building build/$name $done_so_far: ${BASH_REMATCH[3]}"
    else
      now=$((BASH_REMATCH[1] * 10 / BASH_REMATCH[2]))
      ((now == tenth)) || say "Building build/$name: $done_so_far"
      tenth=$now
    fi
  done
  ! on_terminal || moving_line ""
}

# build_failed NAME LOG: shows the first errors and ends the script.
build_failed() {
  ! on_terminal || moving_line ""
  warn "The first errors:"
  { grep -n -m 5 -A 2 -E 'error:|CMake Error|undefined reference|multiple definition' "$2" ||
    tail -n 12 "$2"; } | cut -c1-200 | sed 's/^/    /' >&2
  die "build/$1 could not be built" "All output of the compiler: $2"
}
