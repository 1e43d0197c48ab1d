"""The rules' tables: which room may use which, and which files touch the world.

A room is a folder of sources. Entries that no file needs any more are reported, so that the tables
stay true.
"""

# Room -> rooms whose headers it may include, besides its own. `proto` stands for generated headers.
PURE = {
    "base": set(),
    "core": {"base"},
    "gateway/protocol": {"base", "core"},
    "gateway/limits": {"base"},
    "gateway/session": {"base", "core", "gateway/limits", "gateway/protocol"},
    "peer/protocol": {"base", "core"},
    "peer/membership": {"base", "core", "peer/protocol"},
    "peer/repair": {"base", "core", "peer/protocol"},
    "peer/http2": {"base", "peer/protocol"},
    "peer/link": {"base", "core", "peer/membership", "peer/protocol", "peer/repair"},
    "peer/wire": {"base", "core", "peer/membership", "peer/protocol", "proto"},
    "peer/calls": {"base", "core", "peer/membership", "peer/repair", "peer/wire", "proto"},
    "places/geo": set(),
    "places/data": {"base"},
    "places/place": {"base", "places/data", "places/geo"},
    "places/provider": {"base"},
    "places/guards": {"base", "places/provider"},
    "places/google": {"base", "places/place", "places/provider"},
    "places/osm": {"base", "places/data", "places/geo", "places/place", "places/provider"},
    "places/world": {"base", "places/data", "places/geo", "places/place", "places/provider"},
    "places/remote": {"base", "places/provider", "places/wire", "proto"},
    "places/wire": {"places/provider", "proto"},
    "page": {"base", "core", "peer/membership"},
    "tools/herdctl/view": {"base", "config"},
}
# Shell rooms: thin, between the pure rooms and the system or a library.
SHELL = {
    "net": {"base"},
    "runtime": {"base", "net"},
    "config": {"base", "core", "net"},
    "server/log": {"base", "net", "runtime"},
    "server/signals": {"base", "runtime", "server/log"},
    "server/memory": {"base", "config"},
    "server/http": {"base", "metrics", "net", "page", "runtime"},
    "metrics": {"base", "server/log"},
    "rpc": {"base", "net", "proto", "runtime", "server/log"},
    "gateway/server": {"gateway/limits", "gateway/protocol", "gateway/session", "metrics", "net",
                       "runtime"},
    "peer/transport": {"base", "core", "net", "peer/http2", "peer/link", "peer/protocol",
                       "peer/wire", "proto", "rpc", "runtime"},
    "peer/service": {"base", "core", "metrics", "peer/calls", "peer/http2", "peer/transport",
                     "peer/wire", "proto", "rpc", "runtime"},
    "places/google/client": {"base", "places/google", "places/provider"},
    "places/osm/reader": {"base", "places/osm", "places/place", "places/provider", "runtime"},
    "places/remote/client": {"base", "places/provider", "places/remote", "proto", "rpc"},
    "places/metrics": {"base", "metrics", "places/google", "places/guards", "places/provider"},
    "places/service": {"base", "places/provider", "places/wire", "proto", "rpc", "runtime"},
    "places/assembly": {"base", "places/google", "places/google/client", "places/guards",
                        "places/metrics", "places/osm", "places/osm/reader", "places/provider",
                        "places/world", "runtime"},
    "page/live": {"base", "core", "gateway/protocol", "gateway/server", "metrics", "net", "page",
                  "peer/service", "peer/transport", "runtime", "server/http"},
    "node/options": {"base", "config", "core", "gateway/limits", "gateway/server", "metrics", "net",
                     "places/assembly", "server/log", "server/memory", "server/signals"},
    "node": {"base", "config", "core", "gateway/protocol", "gateway/server", "gateway/session",
             "metrics", "net", "node/options", "page/live", "peer/membership", "peer/protocol",
             "peer/service", "peer/transport", "places/assembly", "places/provider",
             "places/remote/client", "places/service", "rpc", "runtime", "server/http",
             "server/log", "server/signals"},
    "tools/herdctl/text": {"base", "config", "net", "tools/herdctl/view"},
    "tools/herdctl/ask": {"base", "config", "net", "proto", "rpc", "runtime", "tools/herdctl/text",
                          "tools/herdctl/view"},
    "tools/herdctl/command": {"base", "net", "runtime", "tools/herdctl/ask", "tools/herdctl/text",
                              "tools/herdctl/view"},
    "tools/herdctl": {"tools/herdctl/command"},
    # Measurements, which use parts of nodes.
    "bench": {"base", "core", "net", "peer/protocol", "peer/transport", "places/osm",
              "places/osm/reader", "runtime"},
    "bench/echo": set(),
    "bench/hops": {"base", "bench", "bench/loader", "peer/protocol", "proto", "rpc", "runtime"},
    "bench/instructions": {"base", "core", "gateway/session", "peer/protocol", "peer/wire"},
    "bench/loader": {"base", "net", "runtime"},
    "bench/places": {"base", "bench", "places/data", "places/geo", "places/provider", "runtime"},
}
ROOMS = {**PURE, **SHELL}

# Libraries that bring in sockets, threads or formats of others: the start of the include, and the
# rooms that may have it. The system's socket headers are allowed in all shell rooms.
LIBRARIES = {
    "ares.h": {"net"},
    "nghttp2/": {"peer/http2"},
    "grpcpp/": {"bench", "bench/hops", "metrics", "peer/service", "peer/transport",
                "places/remote/client", "places/service", "rpc"},
    "*.grpc.pb.h": {"bench/hops", "peer/service", "places/remote/client", "places/service",
                    "tools/herdctl/ask"},
    "prometheus/": {"gateway/server", "metrics", "node", "page/live", "peer/service",
                    "places/assembly", "places/metrics", "rpc", "server/http"},
    "curl/": {"places/google/client"},
    "nanoflann": {"places/geo"},
    "osmium/": {"places/osm/reader"},
    "spdlog/": {"server/log"},
    "boost/": {"bench", "server/http"},
    "CLI/": {"bench/hops", "bench/loader", "config"},
    "histedit.h": {"tools/herdctl/text"},
    "sys/epoll.h": {"bench/echo", "bench/loader", "net"},
    "sys/socket.h": {"bench/echo", "bench/loader", "gateway/server", "net", "page/live",
                     "peer/transport",
                     "places/google/client", "tools/herdctl/text"},
}
# Exceptions for pure rooms: these libraries do not touch the world.
HARMLESS = {("nanoflann", "places/geo"), ("nghttp2/", "peer/http2")}

# Access to the world: its name, a pattern, the replacement, and the files that may still use it.
WORLD = {
    "a global clock": (
        r"\b(system|steady|high_resolution)_clock\b(?!::(time_point|duration))"
        r"|\bclock_gettime\b|\bgettimeofday\b"
        r"|\babsl::Now\b|\bstd::time\(|(?<![\w.>:])time\((nullptr|NULL|0|&)",
        "take the time as an argument, or an Env",
        {"runtime/real_env": "is the Env",
         "bench/loader/cpu_clock": "reads the CPU time of processes",
         "rpc/deadline": "gRPC's deadlines are by the system's clock",
         "metrics/process_metrics": "tells when the system has started",
         "tools/herdctl/text/sample_client": "shows a command with the present time"}),
    "another type of time": (
        r"\bstd::chrono\b|<chrono>|\babsl::(Duration|Time)\b",
        "a time or duration is an int64_t of nanoseconds; base/env.h has the units",
        {"config/option_parser": "reads and writes durations as Abseil spells them",
         "rpc/deadline": "is what gRPC takes as a deadline",
         "runtime/cond_var": "waits with the standard's condition variable",
         "runtime/real_env": "reads the clocks of the standard library",
         "runtime/wait": "sleeps, and waits for futures",
         "server/http/boost_time": "is what Boost's timers take",
         "server/log/logger": "reads spdlog's times"}),
    "a thread": (
        r"\bstd::(thread|jthread|async)\b|\bpthread_create\b",
        "post to the loop, the links thread or the places thread that is there",
        {"gateway/server/event_loop": "is a loop",
         "gateway/server/tcp_server": "asks how many cores there are",
         "runtime/serial_thread": "is the links thread",
         "bench/counting_proxy": "is a neighbour's network",
         "places/google/client/curl_client": "is the places thread",
         "runtime/timer_thread": "is the thread of the guards' timers",
         "runtime/worker_threads": "runs what may wait",
         "places/osm/reader/osm_reader": "looks how far libosmium is, which does not return",
         "places/osm/reader/osm_provider": "reads files anew, for seconds, beside the searches",
         "server/http/http_server": "is the thread of the HTTP port",
         "node/displaced_end": "closes the text port, which takes seconds",
         "server/log/patient_write": "is left behind in a write that lasts",
         "server/signals/signals": "waits for signals, whatever other threads are busy with"}),
    "a sleep": (
        r"\bsleep_(for|until)\b|\bSleepFor\b|\bu?sleep\(|\bnanosleep\(",
        "wait for the event, or use a timer",
        {"runtime/wait": "is the sleep",
         "bench/repair_bench": "looks from outside at what it measures",
         "bench/hops/grpc_hops": "sends at a rate",
         "gateway/server/tcp_server": "leaves handshakes under way their time at the port's end",
         "peer/transport/links": "a stopping node looks whether it has flushed",
         "tools/herdctl/ask/drain": "looks whether a node has ended",
         "tools/herdctl/ask/rolling_restart_command": "looks how a herd is",
         "tools/herdctl/command/digest_command": "looks twice",
         "tools/herdctl/command/status_command": "waits for a herd",
         "tools/herdctl/command/top_command": "looks again and again",
         "tools/herdctl/command/watch_command": "asks again when nobody answers"}),
    "global randomness": (
        r"\bs?rand\(|\brandom_device\b|\bmt19937|\babsl::BitGen\b|\bdefault_random_engine\b",
        "use Env::Random",
        {"runtime/real_env": "is the Env"}),
    "the environment": (
        r"\bgetenv\b|\bsetenv\b",
        "use an option of the command line",
        {"places/assembly/make_provider": "a key may come by the environment",
         "tools/herdctl/herdctl": "HERDCTL_ADDR", "tools/herdctl/command/output": "NO_COLOR",
         "tools/herdctl/text/line_editor": "where a history is kept"}),
}

# In tests, time and randomness are made by hand. Threads are for tests of thread-safe classes.
TEST_WORLD = {
    "a sleep": "tests wait for conditions",
    "another type of time": "tests have int64_t nanoseconds, too",
}
RANDOM_DEVICE = (r"\brandom_device\b", "a test's randomness has a fixed seed")

# Things with a single place: the name, a pattern, the replacement, and the files that may still
# have it. Tests are no exception.
ONE_PLACE = {
    "another view of text": (
        r"\babsl::string_view\b",
        "use std::string_view, and ToAbsl() in calls of Abseil",
        {"base/absl_strings": "is the bridge between the two types"}),
    "a cast between status codes": (
        r"static_cast<(::)?grpc::StatusCode>"
        r"|static_cast<absl::StatusCode>\([^;]*\berror_code\(\)",
        "use ToGrpc or FromGrpc of rpc/grpc_status.h",
        {"rpc/grpc_status": "is its place"}),
    # Exceptions: setting Abseil's mode for deadlocks, and the standard's mutex for spdlog's sinks.
    "another mutex": (
        r"(?<!\bbase_sink<)\bstd::(\w+_)?mutex\b|\bstd::condition_variable(_any)?\b"
        r"|\babsl::(Mutex|CondVar|Condition)\b|\babsl::(Reader|Writer)?MutexLock\b",
        "use base/mutex.h, whose locks clang checks, and runtime/cond_var.h",
        {"base/mutex": "is its place", "runtime/cond_var": "waits with it"}),
}

# Never allowed anywhere.
BANNED = {
    r"<regex>|\bstd::regex\b": "std::regex is slow and recurses; write the few lines of a parser",
    r"<iostream>|\bstd::c(out|err|in)\b": "use the Logger, or std::fputs in a main",
}

MAX_COLUMNS = 100
LOOK_HARD_LINES = 300
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 70

# File -> why it may have more than MAX_FILE_LINES.
LONG_FILES = {}

# Where the test suites say how many minutes they take, and how many they may take in total: the set
# that runs together -> (suites' WHEN or NAME, minutes).
SUITES = "tools/herd.d/suites.sh"
SUITE_MINUTES = {
    "./herd test": ({"works"}, 10),
    "CI": ({"change", "compose"}, 75),
}
