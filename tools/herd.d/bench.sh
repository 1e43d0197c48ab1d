# shellcheck shell=bash
# Measures the herd beside its alternatives; see docs/performance.md.

# NAME  WHAT, in the order in which they run.
BENCHES='
lone       IAMAT one at a time, beside a bare echo and Redis
pipelined  IAMAT sixteen at a time, two neighbours acknowledging
herd       an update over all five nodes, beside one Redis GEOADD
receive    an update over one link, both ends
latency    receive at Clark to merge at Bailey, beside bare gRPC
paper      the same herd in asyncio, Java threads and Node.js
memory     bytes a client, beside Redis
idle       18,000 connections that say nothing
whatsat    WHATSAT of radius 0 beside IAMAT
places     WHATSAT with offline places, and a provider that hangs
growth     10^3 to 10^7 clients
nodes      2 to 64 nodes
light      0 to 10,000 reports a second, beside asyncio, Java and Node.js
'

# bench_names: prints all names, in order, on one line.
bench_names() { awk 'NF { printf "%s%s", sep, $1; sep = " " } END { print "" }' <<<"$BENCHES"; }

# verb_bench [--OPTION ...] [NAME ...]: runs all measurements, or some. The options are those of
# main.py.
verb_bench() {
  local word
  local -a known programs=(herd-node herdctl herd-bench line-echo grpc-hops)
  read -ra known < <(bench_names)
  for word in "$@"; do
    case $word in
      -h | --help) bench_usage && return ;;
      -*) ;;
      # A number after an option is its value.
      *[!0-9.]*) [[ " ${known[*]} " == *" $word "* ]] || unknown "bench" "$word" "${known[@]}" ;;
    esac
  done
  need_packages build test
  want_packages bench baselines
  build_tree release "-DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=ON" "${programs[@]}"
  exec python3 bench/run/main.py "$@"
}

bench_usage() {
  cat <<TEXT
${BOLD}./herd bench${PLAIN} measures the herd beside what people would use instead, on two cores.

  ./herd bench            all of it, which takes about an hour and a half
  ./herd bench NAME ...   some of it
  --quick                 short runs, to see whether all works
  --rounds N              how often each contestant is measured (5)
  --seconds S             how long each time (3)
  --rates=R,...           of light: reports a second (0,100,1000,5000,10000)
  --only=HERD,...         of light: of proxyherd, staggered, asyncio, java, node

$(awk 'NF { name = $1; $1 = ""; printf "  %-10s %s\n", name, $0 }' <<<"$BENCHES")

Tables go to stdout, progress to stderr, and build/bench/NAME.json gets every figure. A bench in
which a request fails is void: it is named, and the exit code is 1. See docs/performance.md.
TEXT
}
