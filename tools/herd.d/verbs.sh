# shellcheck shell=bash
# The verbs of ./herd, except `test` and `bench`.

# Maximum seconds from the start of a herd until it serves and is linked.
UP_SECONDS=30

# verb_up [--OPTION=VALUE ...]: the options are passed to herd-places.
verb_up() {
  local -a missing
  lock_run
  need_packages build
  build_release
  (($# == 0)) || give_places_options "$@"
  mapfile -t missing < <(members_that_do_not)
  if ((${#missing[@]} == 0)); then
    say "The herd is already running."
  else
    need_free_ports "${missing[@]}"
    say "Starting ${missing[*]}."
    local name
    for name in "${missing[@]}"; do launch "$name"; done
  fi
  report_old_builds
  wait_for_herd || report_failed_start
  say
  suggest_first_command
}

# wait_for_herd: shows the herd's table once everything serves and every link is up. Fails after a
# time-out, and immediately if a member ends.
wait_for_herd() {
  # Not local: the trap outlives the function.
  "$BIN/herdctl" status --herd="$HERD_FILE" --wait="$UP_SECONDS" {LOCK_FD}>&- &
  waiter=$!
  # A background process of a script does not see Ctrl-C.
  trap 'kill "$waiter" 2>/dev/null || true' EXIT
  while kill -0 "$waiter" 2>/dev/null; do
    if [[ $(members_that_do_not) ]]; then
      kill "$waiter" 2>/dev/null || true
      { wait "$waiter" || true; } 2>/dev/null
      return 1
    fi
    sleep 0.2
  done
  wait "$waiter"
}

# report_failed_start: reports which members are missing and why, and ends the script.
report_failed_start() {
  local name
  local -a suspects
  mapfile -t suspects < <(members_that_do_not)
  if ((${#suspects[@]} == 0)); then
    mapfile -t suspects < <(members_that_do_not_serve)
  fi
  for name in "${suspects[@]}"; do
    if running_pid "$name" >/dev/null; then
      warn "$name runs but does not serve. The end of $RUN/$name.log:"
    else
      warn "$name has ended. The end of $RUN/$name.log:"
    fi
    show_log "$name" >&2
  done
  die "the herd is not up" "See $RUN/*.log. './herd up' tries again, './herd down' stops the rest."
}

# serves NAME: whether the member reports that it is ready for clients.
serves() {
  local service=proxyherd.peer.v1.PeerService
  [[ $1 == places ]] && service=proxyherd.places.v1.PlacesService
  "$BIN/herdctl" health --addr="$(member_field "$1" host):$(member_field "$1" grpc)" \
    --service="$service" >/dev/null 2>&1
}

members_that_do_not_serve() {
  local name
  for name in $(member_names); do serves "$name" || say "$name"; done
}

# report_old_builds: names members whose running program was rebuilt since their start.
report_old_builds() {
  local name
  local -a old=()
  for name in $(members_that_run); do
    [[ $(readlink "/proc/$(running_pid "$name")/exe") == *' (deleted)' ]] && old+=("$name")
  done
  ((${#old[@]} == 0)) ||
    say "Of an older build: ${old[*]}. './herd rolling-restart' brings the new one to the nodes," \
      "'./herd down' and './herd up' to all."
}

suggest_first_command() {
  local name
  name=$(node_names | sed -n '$p')
  cat <<TEXT
Try:  ./herd client $name
      IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 $(date +%s.%N)
      WHATSAT kiwi.cs.ucla.edu 10 3
TEXT
}

verb_status() {
  need_built
  "$BIN/herdctl" status --herd="$HERD_FILE"
}

verb_down() {
  local -a nodes
  lock_run
  rm -f "$RUN/places.options"
  mapfile -t nodes < <(members_that_run)
  if ((${#nodes[@]} == 0)); then
    say "Nothing is running."
    return
  fi
  # The Places service is stopped last, because nodes need it to answer their last clients.
  mapfile -t nodes < <(members_that_run | grep -vx places)
  stop_members "${nodes[@]}"
  if running_pid places >/dev/null; then
    stop_members places
    nodes+=(places)
  fi
  say "Stopped ${nodes[*]}."
}

verb_start() {
  need_built
  lock_run
  if running_pid "$1" >/dev/null; then
    say "$1 is already running."
    return
  fi
  need_free_ports "$1"
  launch "$1"
  local deadline=$((SECONDS + UP_SECONDS))
  until serves "$1"; do
    if ! running_pid "$1" >/dev/null || ((SECONDS >= deadline)); then
      warn "The end of $RUN/$1.log:"
      show_log "$1" >&2
      die "$1 does not serve"
    fi
    sleep 0.1
  done
  say "Started $1."
}

verb_stop() {
  lock_run
  if running_pid "$1" >/dev/null; then
    stop_members "$1"
    say "Stopped $1."
  else
    say "$1 is not running."
  fi
}

verb_kill() {
  lock_run
  if running_pid "$1" >/dev/null; then
    send KILL "$1"
    wait_until_gone "$1" "$STOP_SECONDS" || die "$1 cannot be killed"
    say "Killed $1. './herd start $1' brings it back."
  else
    say "$1 is not running."
  fi
}

# verb_rolling_restart: the Places service keeps running. Uses ./herd start and stop, which know
# when a process has ended.
verb_rolling_restart() {
  need_packages build
  build_release
  "$BIN/herdctl" rolling-restart --herd="$HERD_FILE" \
    --stop='./herd stop {} >/dev/null' --start='./herd start {} >/dev/null'
}

# verb_client NAME|HOST:PORT
verb_client() {
  local nodes
  mapfile -t nodes < <(node_names)
  (($# == 1)) || die_usage "'client' takes one name: ${nodes[*]}"
  [[ $1 == *:* || " ${nodes[*]} " == *" $1 "* ]] || unknown "node called" "$1" "${nodes[@]}"
  need_built
  exec "$BIN/herdctl" client "$1" --herd="$HERD_FILE"
}
