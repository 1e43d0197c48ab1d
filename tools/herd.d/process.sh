# shellcheck shell=bash
# Starts and stops the processes of the herd's members. Their ids are in
# run/NAME.pid, their logs in run/NAME.log, and the options given to ./herd up in
# run/places.options.

# An orderly stop drains connections; it has never taken more than a few seconds.
STOP_SECONDS=15
# A log longer than this is renamed when its member is started.
LOG_LIMIT_BYTES=$((64 * 1024 * 1024))

# lock_run: allows only one ./herd at a time to start and stop processes of this folder.
lock_run() {
  mkdir -p "$RUN"
  exec {LOCK_FD}>"$RUN/lock"
  flock --nonblock "$LOCK_FD" && return
  say "Waiting for another ./herd that is running here."
  flock "$LOCK_FD"
}

# member_command NAME: prints the member's command, one argument per line.
member_command() {
  local arguments=("--herd=$HERD_ROOT/$HERD_FILE")
  if [[ $1 == places ]]; then
    printf '%s\n' "$HERD_ROOT/$BIN/herd-places" "${arguments[@]}"
  else
    printf '%s\n' "$HERD_ROOT/$BIN/herd-node" "${arguments[@]}" "--name=$1"
  fi
}

# contains WANTED WORD...: whether one of the words is the wanted one.
contains() {
  local wanted=$1 word
  shift
  for word in "$@"; do [[ $word != "$wanted" ]] || return 0; done
  return 1
}

# running_pid NAME: prints the id of the member's process. Fails if it is not running: a pid file
# may be stale, and its number may belong to another process, so the command line is compared.
running_pid() {
  local pid argument arguments
  pid=$(cat "$RUN/$1.pid" 2>/dev/null) && [[ $pid =~ ^[0-9]+$ ]] || return 1
  mapfile -d '' -t arguments < <(cat "/proc/$pid/cmdline" 2>/dev/null)
  while IFS= read -r argument; do
    contains "$argument" "${arguments[@]}" || return 1
  done < <(member_command "$1")
  say "$pid"
}

# members_that_run, members_that_do_not: print names, one per line.
members_that_run() {
  local name
  for name in $(member_names); do ! running_pid "$name" >/dev/null || say "$name"; done
}
members_that_do_not() {
  local name
  for name in $(member_names); do running_pid "$name" >/dev/null || say "$name"; done
}

# give_places_options OPTION...: stores the options for later starts of the Places service, and
# stops one that runs with other options.
give_places_options() {
  local given
  given=$(printf '%s\n' "$@")
  [[ $given != "$(cat "$RUN/places.options" 2>/dev/null)" ]] || return 0
  say "$given" >"$RUN/places.options"
  running_pid places >/dev/null || return 0
  say "Stopping places, which is running with other options."
  stop_members places
}

# memory_share: prints the bytes that each member may use: they share the machine's memory.
memory_share() {
  local total members least=$((192 * 1024 * 1024)) share
  total=$(($(awk '/^MemTotal:/ { print $2 }' /proc/meminfo) * 1024))
  read -ra members < <(member_names)
  share=$((total / (${#members[@]} + 1)))
  if ((share > least)); then say "$share"; else say "$least"; fi
}

# launch NAME: starts its process, detached from this terminal.
launch() {
  local log=$RUN/$1.log
  local -a command
  mapfile -t command < <(member_command "$1")
  if [[ $1 == places && -f $RUN/places.options ]]; then
    mapfile -t -O "${#command[@]}" command <"$RUN/places.options"
  fi
  if [[ -f $log ]] && (($(stat -c %s "$log") > LOG_LIMIT_BYTES)); then mv "$log" "$log.old"; fi
  # The member must not inherit the lock's descriptor.
  PROXYHERD_MEMORY=${PROXYHERD_MEMORY:-$(memory_share)} \
    setsid nohup "${command[@]}" </dev/null >>"$log" 2>&1 {LOCK_FD}>&- &
  say "$!" >"$RUN/$1.pid"
}

# send SIGNAL NAME: signals the member's process if it is running.
send() {
  local pid
  if pid=$(running_pid "$2"); then kill "-$1" "$pid" 2>/dev/null || true; fi
}

# ended PID: whether the process has ended, even if its parent has not waited for it yet. A process
# that is ending has no command line, but still holds its ports.
ended() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  stat=${stat##*) }
  [[ ${stat%% *} == [ZX] ]]
}

# wait_until_gone NAME SECONDS: fails if it is still running after that time.
wait_until_gone() {
  local pid deadline=$((SECONDS + $2))
  if pid=$(running_pid "$1"); then
    until ended "$pid"; do
      ((SECONDS < deadline)) || return 1
      sleep 0.05
    done
  fi
  rm -f "$RUN/$1.pid"
}

# stop_members NAME...: stops them in order and concurrently; a member that does not end in time is
# killed.
stop_members() {
  local name
  for name in "$@"; do send TERM "$name"; done
  for name in "$@"; do
    wait_until_gone "$name" "$STOP_SECONDS" && continue
    warn "$name did not stop within $STOP_SECONDS s; killing it. The end of $RUN/$name.log:"
    show_log "$name" >&2
    send KILL "$name"
    wait_until_gone "$name" "$STOP_SECONDS" || die "$name cannot be killed"
  done
}

# show_log NAME: prints the end of its log.
show_log() {
  tail -n 12 "$RUN/$1.log" 2>/dev/null | sed 's/^/    /'
}
