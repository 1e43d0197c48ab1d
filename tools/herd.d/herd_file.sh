# shellcheck shell=bash
# Reads the parts of the herd file that the script needs. herd-node validates
# the file; here malformed lines are ignored.

# node_names: prints the nodes' names, one per line.
node_names() { awk '$1 == "node" { print $2 }' "$HERD_FILE"; }

# member_names: prints the nodes, and `places` if the herd file has a Places service.
member_names() {
  local names
  names=$(
    node_names
    awk '$1 == "places" { print "places" }' "$HERD_FILE"
  )
  # On one line, which callers split or show.
  say "${names//$'\n'/ }"
}

# member_field NAME KEY: prints the value of KEY= in the member's line.
member_field() {
  awk -v name="$1" -v key="$2=" '
    $1 == "node" && $2 == name || $1 == "places" && name == "places" {
      for (i = 2; i <= NF; i++) if (index($i, key) == 1) print substr($i, length(key) + 1)
    }' "$HERD_FILE"
}

# member_ports NAME: prints the ports it listens on, one per line.
member_ports() {
  local key
  for key in text grpc http link; do member_field "$1" "$key"; done
}

# takes_no_name VERB ARGUMENT...: ends the script if there are any arguments.
takes_no_name() {
  (($# == 1)) || die_usage "'$1' takes no arguments, and there is '$2'"
}

# takes_only_options VERB ARGUMENT...: ends the script if an argument is not --OPTION=VALUE.
takes_only_options() {
  local verb=$1 argument
  shift
  for argument in "$@"; do
    [[ $argument == --?* ]] ||
      die_usage "'$verb' takes options of herd-places, --OPTION=VALUE, and there is '$argument'"
  done
}

# takes_one_name VERB NAME: ends the script unless NAME is a member of the herd.
takes_one_name() {
  local verb=$1 members
  read -ra members < <(member_names)
  (($# == 2)) || die_usage "'$verb' takes one name: ${members[*]}"
  [[ " ${members[*]} " == *" $2 "* ]] || unknown "member of the herd called" "$2" "${members[@]}"
}
