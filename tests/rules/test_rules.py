"""Tests that each rule fails for its violations, and for nothing else."""

import unittest

import cpp
import project
import rules


def lines_of(rule, path, text):
    """Returns the lines at which a rule fails."""
    return [finding.line for finding in rule(path, text)]


class RoomsTest(unittest.TestCase):
    def test_a_room_may_use_itself_and_those_below(self):
        for path, header in (("core/a.h", "core/b.h"), ("core/a.h", "absl/x.h"),
                             ("gateway/session/a.cc", "gateway/protocol/b.h"),
                             ("peer/wire/a.cc", "proxyherd/peer/v1/p.pb.h"),
                             ("node/a.cc", "gateway/server/b.h"),
                             ("tools/herdctl/view/a.cc", "config/herd_file.h"),
                             ("tests/unit/node/a.cc", "gateway/server/b.h")):
            self.assertEqual(lines_of(rules.layers, path, f'\n#include "{header}"'), [], path)

    def test_all_else_is_refused_by_line(self):
        for path, header in (("core/a.h", "gateway/session/b.h"), ("base/a.h", "core/b.h"),
                             ("core/a.h", "runtime/b.h"), ("core/a.h", "rpc/b.h"),
                             ("peer/link/a.h", "proxyherd/peer/v1/p.pb.h"),
                             ("gateway/protocol/a.cc", "gateway/session/b.h"),
                             ("gateway/server/a.cc", "peer/link/b.h"),
                             ("peer/link/a.cc", "peer/transport/b.h"),
                             ("places/osm/a.cc", "places/osm/reader/b.h"),
                             ("places/guards/a.cc", "peer/link/b.h"),
                             ("tools/herdctl/ask/a.cc", "node/node.h"),
                             ("node/a.cc", "tools/herdctl/b.h"), ("node/a.cc", "b.h"),
                             ("node/a.cc", "tests/b.h")):
            self.assertEqual(lines_of(rules.layers, path, f'\n#include "{header}"'), [2], path)

    def test_a_commented_include_is_none(self):
        self.assertEqual(lines_of(rules.layers, "core/a.h", '// #include "node/b.h"'), [])

    def test_a_file_stands_in_a_room(self):
        for path in ("peer/a.h", "gateway/new/a.cc", "places/a.cc", "tools/a.h"):
            self.assertEqual(lines_of(rules.has_room, path, "// x"), [1], path)
        for path in ("core/a.h", "peer/link/a.cc", "tests/unit/new/a.cc", "docs/a.md"):
            self.assertEqual(lines_of(rules.has_room, path, "// x"), [], path)

    def test_a_file_is_in_the_namespace_of_its_room(self):
        for path, space in (("core/a.h", "proxyherd"), ("peer/link/a.cc", "proxyherd::peer"),
                            ("tests/unit/peer/link/a_test.cc", "proxyherd::peer"),
                            ("tests/support/a.h", "proxyherd")):
            code = f"namespace {space} {{\nint x;\n}}"
            self.assertEqual(lines_of(rules.has_namespace, path, code), [], path)
        declared = "namespace proxyherd::net {\nclass A;\n}\n"
        mine = "namespace proxyherd::peer {\nint x;\n}\n"
        other = "\nnamespace proxyherd::net {\nint x;\n}\n"
        self.assertEqual(lines_of(rules.has_namespace, "peer/link/a.h", declared + mine), [])
        self.assertEqual(lines_of(rules.has_namespace, "peer/link/a.h", mine + other), [5])
        self.assertEqual(lines_of(rules.has_namespace, "peer/link/a.h", declared), [1])
        self.assertEqual(lines_of(rules.has_namespace, "peer/link/a.h", "// nothing"), [])

    def test_a_unit_test_stands_where_its_room_does(self):
        for path in ("tests/unit/new/a_test.cc", "tests/unit/gateway/new/a_test.cc",
                     "tests/unit/a_test.cc"):
            self.assertEqual(lines_of(rules.unit_tests_mirror_rooms, path, "// x"), [1], path)
        for path in ("tests/unit/core/a_test.cc", "tests/unit/gateway/a_test.cc",
                     "tests/unit/peer/link/a_test.cc", "tests/support/a.h"):
            self.assertEqual(lines_of(rules.unit_tests_mirror_rooms, path, "// x"), [], path)

    def test_the_sides_do_not_know_each_other(self):
        for room, allowed in project.ROOMS.items():
            side = room.split("/")[0]
            if side in ("gateway", "peer", "places"):
                others = {"gateway", "peer", "places"} - {side}
                self.assertFalse([other for other in allowed if other.split("/")[0] in others])
        self.assertEqual(project.ROOMS["core"], {"base"})
        self.assertEqual(project.ROOMS["base"], set())

    def test_circles_are_found(self):
        self.assertEqual(list(rules.circles({"a": {"b", "c"}, "b": {"c"}, "c": set()})), [])
        self.assertEqual(list(rules.circles({"a": {"b"}, "b": {"c"}, "c": {"b"}})),
                         [["b", "c", "b"]])
        files = {"core/a.h": "", "core/a.cc": '#include "core/b.h"',
                 "core/b.h": '#include "core/a.h"'}
        self.assertEqual(len(list(rules.include_circles(files))), 1)
        self.assertEqual(len(list(rules.room_circles({"a": {"b"}, "b": {"a"}}))), 1)


class LibrariesTest(unittest.TestCase):
    PATH = "peer/link/link_sender.cc"

    def test_pure_rooms_stay_pure(self):
        for header in ("<ares.h>", "<nghttp2/nghttp2.h>", "<grpcpp/grpcpp.h>",
                       "<prometheus/gauge.h>", "<curl/curl.h>", "<spdlog/spdlog.h>",
                       "<boost/beast.hpp>", "<CLI/CLI.hpp>", '"proxyherd/peer/v1/peer.grpc.pb.h"',
                       "<sys/socket.h>", "<histedit.h>"):
            self.assertEqual(lines_of(rules.libraries, self.PATH, f"#include {header}"), [1],
                             header)
        for header in ("<string>", '"proxyherd/peer/v1/peer.pb.h"', "<curlx/x.h>"):
            self.assertEqual(lines_of(rules.libraries, self.PATH, f"#include {header}"), [],
                             header)
        self.assertEqual(list(rules.pure_rooms_are_pure()), [])

    def test_shells_may(self):
        include = "#include <boost/asio/post.hpp>"
        self.assertEqual(lines_of(rules.libraries, "server/http/http_server.cc", include), [])
        self.assertEqual(lines_of(rules.libraries, "node/node.cc", include), [1])

    def test_an_entry_that_nothing_needs_is_reported(self):
        found = [finding.text for finding in rules.unused_entries(
            {"places/google/client/curl_client.cc":
             "#include <curl/curl.h>\n#include <sys/socket.h>\nstd::thread t;"})]
        client = "places/google/client"
        self.assertFalse([text for text in found if text.startswith(f"{client} includes no curl")])
        for beginning in ("server/log includes no spdlog/",
                          "runtime/real_env needs no a global clock", "there is no room base",
                          f"{client} includes nothing of places/google"):
            self.assertTrue([text for text in found if text.startswith(beginning)], beginning)


class WorldTest(unittest.TestCase):
    PATH = "core/table.cc"

    def test_what_pure_files_may_not_touch(self):
        for code in ("auto t = system_clock::now();", "t = steady_clock::now();",
                     "absl::Now()", "x = time(nullptr);", "std::thread t;", "std::async(f);",
                     "std::this_thread::sleep_for(x);", "absl::SleepFor(d);", "usleep(5);",
                     "rand()", "srand(1)", "std::random_device d;", "std::mt19937_64 g(1);",
                     'getenv("HOME")'):
            self.assertEqual(lines_of(rules.world, self.PATH, f"\n{code}\n"), [2], code)

    def test_what_only_looks_like_it(self):
        for code in ("// system_clock::now() is not for here", '"std::thread"', "operand(x);",
                     "report.time(0)", "x->time(0)", "request.time()", "time_ns(0)", "Sleep(x)",
                     "steady_clock::time_point at;", "/* rand() */"):
            self.assertEqual(lines_of(rules.world, self.PATH, code), [], code)

    def test_shells_may_and_only_what_they_have_a_reason_for(self):
        self.assertEqual(lines_of(rules.world, "runtime/real_env.cc", "system_clock::now()"), [])
        self.assertEqual(lines_of(rules.world, "runtime/real_env.cc", "std::thread t;"), [1])

    def test_time_has_one_type(self):
        for code in ("std::chrono::seconds s(1);", "#include <chrono>", "absl::Duration d;",
                     "absl::Time t;", "using std::chrono::seconds;"):
            for path in (self.PATH, "server/http/http_server.cc", "tests/unit/core/a_test.cc",
                         "tests/support/a.h"):
                self.assertEqual(lines_of(rules.world, path, code), [1], (path, code))
        self.assertEqual(lines_of(rules.world, "rpc/deadline.h", "std::chrono::seconds s;"), [])
        for code in ("absl::Nanoseconds(5)", "absl::FormatTime(x)", "absl::TimeZone z;"):
            self.assertEqual(lines_of(rules.world, self.PATH, code), [], code)

    def test_tests_neither_sleep_nor_throw_dice(self):
        for code in ("std::this_thread::sleep_for(x);", "std::random_device d;"):
            self.assertEqual(lines_of(rules.world, "tests/core/a_test.cc", code), [1], code)
        self.assertEqual(lines_of(rules.world, "tests/core/a_test.cc", "std::mt19937 g(1);"), [])

    def test_what_nobody_may(self):
        for code in ("#include <regex>", "std::regex r;", "#include <iostream>", "std::cout << 1;"):
            self.assertEqual(lines_of(rules.banned, "node/node.cc", code), [1], code)
        for code in ("// std::cout", "#include <ostream>"):
            self.assertEqual(lines_of(rules.banned, "node/node.cc", code), [], code)


class OnePlaceTest(unittest.TestCase):
    def test_there_is_one_view_of_text(self):
        code = "absl::string_view text;"
        for path in ("node/node.cc", "bench/bench_link.cc", "tests/unit/core/table_test.cc"):
            self.assertEqual(lines_of(rules.one_place, path, code), [1], path)
        self.assertEqual(lines_of(rules.one_place, "base/absl_strings.h", code), [])
        for code in ("std::string_view text;", "// absl::string_view", "absl::string_views"):
            self.assertEqual(lines_of(rules.one_place, "node/node.cc", code), [], code)

    def test_codes_are_cast_in_one_file(self):
        for code in ("static_cast<grpc::StatusCode>(status.code())",
                     "static_cast<::grpc::StatusCode>(3)",
                     "static_cast<absl::StatusCode>(status.error_code())"):
            for path in ("node/node.cc", "tests/unit/rpc/a_test.cc"):
                self.assertEqual(lines_of(rules.one_place, path, f"\n{code}"), [2], code)
            self.assertEqual(lines_of(rules.one_place, "rpc/grpc_status.h", code), [], code)
        for code in ("static_cast<absl::StatusCode>(number)", "grpc::StatusCode::OK",
                     "// static_cast<grpc::StatusCode>(x)"):
            self.assertEqual(lines_of(rules.one_place, "node/node.cc", code), [], code)

    def test_there_is_one_mutex(self):
        for code in ("std::mutex mu;", "std::shared_mutex mu;", "std::recursive_mutex mu;",
                     "std::condition_variable c;", "std::condition_variable_any c;",
                     "absl::Mutex mu;", "absl::MutexLock lock(&mu);",
                     "absl::ReaderMutexLock lock(&mu);", "mu.Await(absl::Condition(&f));"):
            for path in ("node/node.cc", "tests/support/a.h"):
                self.assertEqual(lines_of(rules.one_place, path, f"\n{code}"), [2], code)
            self.assertEqual(lines_of(rules.one_place, "base/mutex.h", code), [], code)
        for code in ("class FileSink : public spdlog::sinks::base_sink<std::mutex> {",
                     "absl::SetMutexDeadlockDetectionMode(x);", "Mutex mu;", "// std::mutex"):
            self.assertEqual(lines_of(rules.one_place, "node/node.cc", code), [], code)


class FormTest(unittest.TestCase):
    def test_a_file_opens_with_a_comment(self):
        for path, text in (("core/a.h", "#pragma once\n"), ("core/a.cc", '#include "b.h"\n'),
                           ("a/run.py", "#!/usr/bin/env python3\nimport os\n"), ("a/b.py", "\n#"),
                           ("a/CMakeLists.txt", "add_library(x)\n"),
                           ("herd", "#!/bin/bash\nset -e"),
                           ("proto/a.proto", 'syntax = "proto3";\n'), ("a/b.cc", "")):
            self.assertEqual(lines_of(rules.opening_comment, path, text), [1], path)
        for path, text in (("core/a.h", "// What.\n#pragma once\n"), ("a/b.py", '"""What."""\n'),
                           ("a/run.py", '#!/usr/bin/env python3\n"""What."""\n'),
                           ("tools/x.sh", "# shellcheck shell=bash\n# What.\n"),
                           ("core/a.cc", '#include "core/a.h"\n'),
                           ("a/CMakeLists.txt", "# What.\n"), ("data.json", "{}")):
            self.assertEqual(lines_of(rules.opening_comment, path, text), [], path)

    def test_headers_are_guarded(self):
        self.assertEqual(lines_of(rules.pragma_once, "core/a.h", "#ifndef A_H\n#define A_H\n"), [1])
        self.assertEqual(lines_of(rules.pragma_once, "core/a.h", "// What.\n#pragma once\n"), [])
        self.assertEqual(lines_of(rules.pragma_once, "core/a.cc", ""), [])

    def test_nothing_is_left_for_later(self):
        for word in rules.UNFINISHED:
            self.assertEqual(lines_of(rules.unfinished, "README.md", f"\n{word}: later"), [2])
        self.assertEqual(lines_of(rules.unfinished, "a.cc", "TODOS mktemp -t a.XXXX"), [])

    def test_white_space(self):
        self.assertEqual(lines_of(rules.tabs, "a.cc", "a\n\tb\nc \n"), [2, 3])
        self.assertEqual(lines_of(rules.tabs, "a.cc", "a\n  b\n"), [])
        self.assertEqual(lines_of(rules.tabs, "tests/transcripts/a.txt", "? \n\t\n"), [2])

    def test_columns(self):
        self.assertEqual(lines_of(rules.columns, "a.cc", "a " * 50 + "a"), [1])
        self.assertEqual(lines_of(rules.columns, "a.cc", "a " * 49 + "aa"), [])
        # A single long word, such as an address, cannot be broken.
        self.assertEqual(lines_of(rules.columns, "a.cc", "// " + "a" * 120), [])
        self.assertEqual(lines_of(rules.columns, "a.md", "a " * 80), [])
        self.assertEqual(lines_of(rules.columns, "deploy/herd.conf", "a " * 80), [])

    def test_files_have_a_length(self):
        self.assertEqual(lines_of(rules.file_length, "a.cc", "x\n" * 401), [401])
        self.assertEqual(lines_of(rules.file_length, "a.cc", "x\n" * 400), [])
        self.assertFalse(rules.needs_a_hard_look("a.cc", "x\n" * 300))
        self.assertTrue(rules.needs_a_hard_look("a.cc", "x\n" * 301))
        self.assertEqual(lines_of(rules.file_length, "LICENSE", "x\n" * 401), [])

    def test_paths_of_a_machine(self):
        for folder in ("home", "root", "Users", "work"):
            for text in (f"/{folder}/ann/x", f"see /{folder}/thing", f'"/{folder}/x"'):
                self.assertEqual(lines_of(rules.machine_paths, "a.md", text), [1], text)
        for text in ("a/home/b", "/usr/bin/env", "$HOME/work/x", "./work/x", "/homes"):
            self.assertEqual(lines_of(rules.machine_paths, "a.md", text), [], text)

    def test_proto_files_explain_themselves(self):
        good = ("// S.\nservice S {\n  // C.\n  rpc Call(A) returns (B);\n}\n"
                "// M.\nmessage M {\n  // F.\n  repeated string f = 1;\n"
                "  // O.\n  oneof o {\n    // G.\n    int32 g = 2;\n  }\n}\n"
                "// E.\nenum E {\n  // Z.\n  E_Z = 0;\n}\n")
        self.assertEqual(lines_of(rules.proto_comments, "a.proto", good), [])
        comments = [number for number, line in enumerate(good.split("\n"), 1) if "//" in line]
        for number in comments:
            lines = good.split("\n")
            lines[number - 1] = ""
            self.assertEqual(lines_of(rules.proto_comments, "a.proto", "\n".join(lines)),
                             [number + 1])


class FunctionLengthTest(unittest.TestCase):
    LONG = "  x();\n" * 70

    def lengths(self, text):
        return [(name, lines) for _, name, lines in cpp.functions(text)]

    def test_cpp_functions_are_found(self):
        text = """// A { brace in a comment.
namespace a {
struct S {
  S(int a, std::vector<int> b) : a_(a), b_{1, 2} {
    for (;;) {
    }
  }
  int Get() const { return a_; }
  const char* brace = "{";
  std::vector<int> list = {1, 2};
};
template <typename T>
void Free(T a,
          T b) {
  auto f = [&](int x) {
    return '{';
  };
}
constexpr int kTable[] = {f(1), g(2)};
enum class E { kA };
}  // namespace a
int main() {
}
"""
        self.assertEqual(self.lengths(text), [("S", 4), ("Get", 1), ("Free", 7), ("main", 2)])

    def test_a_long_one_is_told_where_it_begins(self):
        for path, text in (("a.cc", f"\nvoid F() {{\n{self.LONG}}}\n"),
                           ("a.py", "\ndef f():\n" + self.LONG),
                           ("a.sh", f"\nf() {{\n{self.LONG}}}\n")):
            text = text.replace("  x();", "  x") if path == "a.sh" else text.replace(";", "")
            self.assertEqual(lines_of(rules.function_length, path, text), [2], path)
            shorter = text.replace("  x()\n", "", 2).replace("  x\n", "", 2)
            self.assertEqual(lines_of(rules.function_length, path, shorter), [], path)


class SuiteMinutesTest(unittest.TestCase):
    @staticmethod
    def lines_of(*rows):
        table = "\n".join(("# Suites.", "SUITES='", *rows, "'", ""))
        return lines_of(rules.suite_minutes, project.SUITES, table)

    def test_sums_have_a_limit(self):
        for rows in (("a works 10 x",), ("a works,change 10 x", "b change 65 x"),
                     ("a change 70 x", "compose named 5 x", "b named 1000 x")):
            self.assertEqual(self.lines_of(*rows), [], rows)
        for rows in (("a works 11 x",), ("a works,change 10 x", "b change 66 x"),
                     ("a change 70 x", "compose named 6 x")):
            self.assertEqual(self.lines_of(*rows), [3], rows)

    def test_every_suite_says_its_minutes(self):
        self.assertEqual(self.lines_of("a change 1 x", "b change x", "c change 1.5 x"), [4, 5])

    def test_there_is_a_table(self):
        self.assertEqual(lines_of(rules.suite_minutes, project.SUITES, "# Suites.\n"), [1])
        self.assertEqual(lines_of(rules.suite_minutes, "herd", "# ./herd.\n"), [])


class AllRulesTest(unittest.TestCase):
    def test_check_runs_them_all(self):
        text = "#include \"node/a.h\"\n#include <ares.h>\nstd::thread t;\nstd::regex r;\t\n"
        found = {finding.line for finding in rules.check("core/a.h", text)}
        self.assertEqual(found, {1, 2, 3, 4})
