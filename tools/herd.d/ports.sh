# shellcheck shell=bash
# Finds the process that listens on a port, from /proc alone: a small machine
# has neither ss nor lsof.

# listening_sockets PORT: prints "INODE UID" of every TCP socket that listens on it.
listening_sockets() {
  local tables=(/proc/net/tcp)
  [[ -r /proc/net/tcp6 ]] && tables+=(/proc/net/tcp6)
  # State 0A is LISTEN; the local address ends in the port in hexadecimal.
  awk -v port=":$(printf '%04X' "$1")" '
    $4 == "0A" && substr($2, length($2) - 4) == port { print $10, $8 }' "${tables[@]}"
}

# process_of_socket INODE: prints the id of a process that holds the socket; nothing if this user
# may not see it.
process_of_socket() {
  local found
  found=$(find /proc/[0-9]*/fd -lname "socket:\[$1\]" -print -quit 2>/dev/null || true)
  [[ $found ]] && cut -d/ -f3 <<<"$found"
}

# port_holder PORT: prints the process that listens on it, for people; nothing if the port is free.
port_holder() {
  local inode uid pid
  read -r inode uid < <(listening_sockets "$1") || return 0
  pid=$(process_of_socket "$inode" || true)
  if [[ $pid ]]; then
    say "process $pid ($(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-60 | sed 's/ *$//'))"
  else
    say "a process of user $(id -nu "$uid" 2>/dev/null || say "$uid")"
  fi
}

# need_free_ports NAME...: ends the script with all conflicts unless every port of the members is
# free.
need_free_ports() {
  local name port holder
  local -a conflicts=()
  for name in "$@"; do
    for port in $(member_ports "$name"); do
      holder=$(port_holder "$port")
      [[ $holder ]] && conflicts+=("port $port, which $name needs, is held by $holder")
    done
  done
  ((${#conflicts[@]} == 0)) || die "${conflicts[0]}" "${conflicts[@]:1}" \
    "End that, or give the herd other ports in $HERD_FILE."
}
