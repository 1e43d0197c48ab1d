"""Each rule fails for what it is against, and for nothing else."""

import unittest

import cpp
import project
import rules


def lines_of(rule, path, text):
    """The lines at which a rule fails."""
    return [finding.line for finding in rule(path, text)]


class RoomsTest(unittest.TestCase):
    TABLE = "# Rooms.\nbase: core/a.h\n    node/b=c\nnet/x: peer/d\n"

    def test_a_file_without_a_room_is_refused(self):
        files = ("core/a.h", "node/b.cc", "net/x/e.h", "peer/d.cc", "peer/f.cc", "docs/g.md")
        found = [finding.path for finding in rules.without_room(files, self.TABLE)]
        self.assertEqual(found, ["peer/f.cc"])


class LayersTest(unittest.TestCase):
    def test_a_folder_may_use_itself_and_those_below(self):
        for path, header in (("core/a.h", "core/b.h"), ("core/a.h", "absl/x.h"),
                             ("gateway/a.cc", "core/b.h"),
                             ("peer/a.cc", "proxyherd/peer/v1/p.pb.h"),
                             ("node/a.cc", "gateway/b.h"), ("tools/a.cc", "node/herd_file.h"),
                             ("tests/node/a.cc", "gateway/b.h")):
            self.assertEqual(lines_of(rules.layers, path, f'\n#include "{header}"'), [], path)

    def test_all_else_is_refused_by_line(self):
        for path, header in (("core/a.h", "gateway/b.h"), ("core/a.h", "proxyherd/peer/v1/p.pb.h"),
                             ("gateway/a.cc", "peer/b.h"), ("gateway/a.cc", "places/b.h"),
                             ("peer/a.cc", "gateway/b.h"), ("peer/a.cc", "node/b.h"),
                             ("places/a.cc", "peer/b.h"), ("gateway/a.cc", "proxyherd/x.pb.h"),
                             ("tools/a.cc", "node/node.h"), ("tools/a.cc", "peer/links.h"),
                             ("node/a.cc", "tools/b.h"), ("node/a.cc", "b.h"),
                             ("node/a.cc", "tests/b.h")):
            self.assertEqual(lines_of(rules.layers, path, f'\n#include "{header}"'), [2], path)

    def test_a_commented_include_is_none(self):
        self.assertEqual(lines_of(rules.layers, "core/a.h", '// #include "node/b.h"'), [])

    def test_every_folder_pair_is_decided(self):
        self.assertEqual(project.LAYERS["core"], set())
        for folder in ("gateway", "peer", "places"):
            self.assertLessEqual(project.LAYERS[folder], {"core", "proto"})


class ShellsTest(unittest.TestCase):
    def test_pure_files_stay_pure(self):
        for header in ("<asio.hpp>", "<asio/post.hpp>", "<grpcpp/grpcpp.h>", "<prometheus/gauge.h>",
                       "<curl/curl.h>", "<spdlog/spdlog.h>", "<boost/beast.hpp>", "<CLI/CLI.hpp>",
                       '"proxyherd/peer/v1/peer.grpc.pb.h"', "<sys/socket.h>", "<histedit.h>"):
            self.assertEqual(
                lines_of(rules.shells, "peer/link_sender.cc", f"#include {header}"), [1], header)
        for header in ("<string>", '"proxyherd/peer/v1/peer.pb.h"', "<asiox/x.h>"):
            self.assertEqual(
                lines_of(rules.shells, "peer/link_sender.cc", f"#include {header}"), [], header)

    def test_shells_may(self):
        self.assertEqual(
            lines_of(rules.shells, "peer/serial_thread.cc", "#include <asio/post.hpp>"), [])
        self.assertEqual(
            lines_of(rules.shells, "node/node.cc", '#include "asio/post.hpp"'), [1])

    def test_an_entry_that_nobody_needs_is_told(self):
        found = [finding.text for finding in rules.unused_entries(
            {"places/curl_client.cc":
             "#include <curl/curl.h>\n#include <sys/socket.h>\nstd::thread t;"})]
        self.assertFalse([text for text in found if "places/curl_client" in text])
        for beginning in ("node/logger includes no spdlog/", "core/env needs no a global clock"):
            self.assertTrue([text for text in found if text.startswith(beginning)], beginning)


class WorldTest(unittest.TestCase):
    PATH = "core/table.cc"

    def test_what_pure_files_may_not_touch(self):
        for code in ("auto t = std::chrono::system_clock::now();", "t = steady_clock::now();",
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
        self.assertEqual(lines_of(rules.world, "core/env.cc", "system_clock::now()"), [])
        self.assertEqual(lines_of(rules.world, "core/env.cc", "std::thread t;"), [1])

    def test_tests_neither_sleep_nor_throw_dice(self):
        for code in ("std::this_thread::sleep_for(x);", "std::random_device d;"):
            self.assertEqual(lines_of(rules.world, "tests/core/a_test.cc", code), [1], code)
        self.assertEqual(lines_of(rules.world, "tests/core/a_test.cc", "std::mt19937 g(1);"), [])

    def test_what_nobody_may(self):
        for code in ("#include <regex>", "std::regex r;", "#include <iostream>", "std::cout << 1;"):
            self.assertEqual(lines_of(rules.banned, "node/node.cc", code), [1], code)
        for code in ("// std::cout", "#include <ostream>"):
            self.assertEqual(lines_of(rules.banned, "node/node.cc", code), [], code)


class FormTest(unittest.TestCase):
    def test_a_file_opens_with_a_comment(self):
        for path, text in (("core/a.h", "#pragma once\n"), ("core/a.cc", '#include "a.h"\n'),
                           ("a/run.py", "#!/usr/bin/env python3\nimport os\n"), ("a/b.py", "\n#"),
                           ("a/CMakeLists.txt", "add_library(x)\n"),
                           ("herd", "#!/bin/bash\nset -e"),
                           ("proto/a.proto", 'syntax = "proto3";\n'), ("a/b.cc", "")):
            self.assertEqual(lines_of(rules.opening_comment, path, text), [1], path)
        for path, text in (("core/a.h", "// What.\n#pragma once\n"), ("a/b.py", '"""What."""\n'),
                           ("a/run.py", '#!/usr/bin/env python3\n"""What."""\n'),
                           ("tools/x.sh", "# shellcheck shell=bash\n# What.\n"),
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
        # A long word alone, such as an address, cannot be broken.
        self.assertEqual(lines_of(rules.columns, "a.cc", "// " + "a" * 120), [])
        self.assertEqual(lines_of(rules.columns, "a.md", "a " * 80), [])

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


class AllRulesTest(unittest.TestCase):
    def test_check_runs_them_all(self):
        text = "#include \"node/a.h\"\n#include <asio.hpp>\nstd::thread t;\nstd::regex r;\t\n"
        found = {finding.line for finding in rules.check("core/a.h", text)}
        self.assertEqual(found, {1, 2, 3, 4})
