# shellcheck shell=bash disable=SC2034
# Shared by all parts of ./herd: paths, output, and suggestions
# for mistyped names.

BIN=build/release/bin
RUN=run
HERD_FILE=deploy/herd.conf

# Colour is used only on terminals, and not if NO_COLOR is set.
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  BOLD=$'\e[1m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
  BOLD='' RED='' PLAIN=''
fi

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }

# Ends the script: the first argument is the error, each further one a line about what to do. Exit
# code 1.
die() {
  printf '%sherd: %s%s\n' "$RED" "$1" "$PLAIN" >&2
  shift
  (($# == 0)) || printf '      %s\n' "$@" >&2
  exit 1
}

# The same for wrong usage. Exit code 2.
die_usage() {
  (die "$@") || exit 2
}

# on_terminal: whether stdout is a terminal, so that a line may be overwritten.
on_terminal() { [[ -t 1 ]]; }

# moving_line TEXT: overwrites the line of the terminal's cursor; an empty text clears it.
moving_line() {
  local width=${COLUMNS:-80}
  printf '\r\e[K%s' "${1:0:width-1}"
}

# distance A B: prints the number of letters to change, add or remove to turn A into B.
distance() {
  local a=${1,,} b=${2,,} i j cost best
  local -a row next
  for ((j = 0; j <= ${#b}; j++)); do row[j]=$j; done
  for ((i = 1; i <= ${#a}; i++)); do
    next=("$i")
    for ((j = 1; j <= ${#b}; j++)); do
      [[ ${a:i-1:1} == "${b:j-1:1}" ]] && cost=0 || cost=1
      best=$((row[j - 1] + cost))
      ((row[j] + 1 < best)) && best=$((row[j] + 1))
      ((next[j - 1] + 1 < best)) && best=$((next[j - 1] + 1))
      next[j]=$best
    done
    row=("${next[@]}")
  done
  say "${row[${#b}]}"
}

# nearest WORD CANDIDATE...: prints the candidate closest to WORD, if any: with a distance of at
# most two letters and less than half of the word.
nearest() {
  local word=$1 candidate away best=3 answer=''
  shift
  for candidate in "$@"; do
    away=$(distance "$word" "$candidate")
    if ((away < best && away * 2 < ${#word} + 1)); then
      best=$away answer=$candidate
    fi
  done
  say "$answer"
}

# unknown KIND WORD CANDIDATE...: ends the script, suggesting the nearest candidate.
unknown() {
  local kind=$1 word=$2 near
  shift 2
  near=$(nearest "$word" "$@")
  if [[ $near ]]; then
    die_usage "no $kind '$word'; did you mean '$near'?"
  fi
  die_usage "no $kind '$word'; there are: $*"
}
