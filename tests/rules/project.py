"""The rules' tables: which folder may use which, and which files are shells that touch the world.

Every entry has to be in use; one that no file needs any more is reported, so that the picture stays
true.
"""

# Folder -> folders whose headers it may include, beside its own. `proto` are generated headers.
LAYERS = {
    "core": set(),
    "gateway": {"core"},
    "peer": {"core", "proto"},
    "places": {"core", "proto"},
    # The page shows what peers tell, in the JSON that the text port writes.
    "page": {"core", "gateway/json_text.h", "peer"},
    "node": {"core", "gateway", "page", "peer", "places", "proto"},
    # Measurements use what nodes are made of.
    "bench": {"core", "gateway", "peer", "places", "proto"},
    # The tools read the herd file, and otherwise know nodes only by what they say.
    "tools": {"proto", "core/absl_strings.h", "node/herd_file.h", "node/version.h"},
}

# Libraries that bring sockets, threads or formats of others with them: the start of the include,
# and the files that may have it, by stem (`peer/links` is links.h and links.cc). All other files
# are pure: they compile fast, and their tests need no world.
SHELLS = {
    "asio": {"bench/counting_proxy", "peer/serial_thread"},
    "grpcpp/": {"bench/bench_link", "bench/hops/hop_streams", "node/grpc_metrics",
                "node/places_stream", "node/process_metrics", "node/rpc_server",
                "places/search_streams",
                "peer/client_stream", "peer/server_stream", "peer/watch_dispatcher",
                "tools/grpc_channel"},
    "*.grpc.pb.h": {"bench/bench_link", "bench/hops/hop_streams", "node/places_stream",
                    "peer/client_stream", "peer/peer_service", "places/places_service",
                    "places/search_streams", "tools/digest_questions", "tools/drain",
                    "tools/health_check", "tools/member_probe", "tools/node_questions",
                    "tools/watch_stream"},
    "prometheus/": {"gateway/gateway_metrics", "node/config_metrics", "node/grpc_metrics",
                    "node/herd_places_main", "node/http_metrics", "node/http_server", "node/node",
                    "node/page_feed", "node/process_metrics", "node/rpc_server",
                    "peer/peer_metrics",
                    "places/google_metrics", "places/guard_metrics", "places/make_provider",
                    "places/places_metrics"},
    "curl/": {"places/curl_client"},
    "nanoflann": {"places/point_index"},
    "osmium/": {"places/osm_reader"},
    "spdlog/": {"node/logger"},
    "boost/": {"node/http_connection", "node/http_server", "node/viewer_connection"},
    "CLI/": {"bench/hops/grpc_hops", "bench/loader/options", "node/option_parser"},
    "histedit.h": {"tools/line_editor"},
    "sys/epoll.h": {"bench/echo/line_echo", "bench/loader/load_run", "gateway/poller"},
    "sys/socket.h": {"bench/echo/line_echo", "bench/loader/socket", "gateway/acceptor",
                     "gateway/connection", "gateway/socket_address", "node/console_call",
                     "places/curl_client",
                     "tools/piped_client", "tools/port_watch", "tools/text_connection"},
}

# What has a name, a pattern, what to use instead, and the files that may all the same.
WORLD = {
    "a global clock": (
        r"\b(system|steady|high_resolution)_clock\b(?!::(time_point|duration))"
        r"|\bclock_gettime\b|\bgettimeofday\b"
        r"|\babsl::Now\b|\bstd::time\(|(?<![\w.>:])time\((nullptr|NULL|0|&)",
        "take the time as an argument, or an Env",
        {"core/env": "is the Env",
         "bench/bench_link": "gRPC's deadlines are by the system's clock",
         "bench/loader/cpu_clock": "reads the CPU time of processes",
         "peer/links": "bounds the flush of a stopping node",
         "places/places_service": "gRPC's deadlines are by the system's clock",
         "node/rpc_server": "gRPC's deadlines are by the system's clock",
         "node/grpc_metrics": "measures calls inside of gRPC's threads",
         "node/process_metrics": "tells when the system has started",
         "node/signals": "bounds the end of a process",
         "tools/status_command": "waits for a herd",
         "tools/drain": "waits for a node to end",
         "tools/rolling_restart_command": "waits for a herd",
         "tools/sample_client": "shows a command with the present time",
         "tools/digest_questions": "gRPC's deadlines are by the system's clock",
         "tools/member_probe": "gRPC's deadlines are by the system's clock",
         "tools/top_command": "tells rates, and the time",
         "tools/watch_stream": "gRPC's deadlines are by the system's clock",
         "tools/node_questions": "gRPC's deadlines are by the system's clock",
         "tools/health_check": "gRPC's deadlines are by the system's clock"}),
    "a thread": (
        r"\bstd::(thread|jthread|async)\b|\bpthread_create\b",
        "post to the loop, the links thread or the places thread that is there",
        {"gateway/event_loop": "is a loop", "gateway/tcp_server": "asks how many cores there are",
         "peer/serial_thread": "is the links thread",
         "bench/counting_proxy": "is a neighbour's network",
         "places/curl_client": "is the places thread",
         "places/timer_thread": "is the thread of the guards' timers",
         "places/osm_reader": "looks how far libosmium is, which does not return",
         "places/osm_provider": "reads files anew, for seconds, beside the searches",
         "node/http_server": "is the thread of the HTTP port",
         "node/displaced_end": "closes the text port, which takes seconds",
         "node/patient_write": "is left behind in a write that lasts",
         "node/signals": "waits for signals, whatever other threads are busy with"}),
    "a sleep": (
        r"\bsleep_(for|until)\b|\babsl::SleepFor\b|\bu?sleep\(|\bnanosleep\(",
        "wait for the event, or use a timer",
        {"bench/repair_bench": "looks from outside at what it measures",
         "bench/hops/grpc_hops": "sends at a rate",
         "gateway/tcp_server": "leaves handshakes under way their time before the port closes",
         "peer/links": "a stopping node looks whether it has flushed",
         "tools/drain": "looks whether a node has ended",
         "tools/rolling_restart_command": "looks how a herd is",
         "tools/digest_command": "looks twice",
         "tools/status_command": "waits for a herd",
         "tools/top_command": "looks again and again",
         "tools/watch_command": "asks again when nobody answers"}),
    "global randomness": (
        r"\bs?rand\(|\brandom_device\b|\bmt19937|\babsl::BitGen\b|\bdefault_random_engine\b",
        "use Env::Random",
        {"core/env": "is the Env"}),
    "the environment": (
        r"\bgetenv\b|\bsetenv\b",
        "use an option of the command line",
        {"places/make_provider": "a key may come by the environment",
         "tools/herdctl": "HERDCTL_ADDR", "tools/output": "NO_COLOR",
         "tools/line_editor": "where a history is kept"}),
}

# In tests time and randomness are made by hand. Threads are for tests of what is thread-safe.
TEST_WORLD = {
    "a sleep": "tests wait for conditions",
}
RANDOM_DEVICE = (r"\brandom_device\b", "a test's randomness has a fixed seed")

# Never anywhere.
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
