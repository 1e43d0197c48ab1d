"""The rules. Each takes a file and yields its violations, with the remedy.

A file is a path relative to the repository and its text; nothing here reads the disk.
"""

import ast
import collections
import re

import cpp
import project

Finding = collections.namedtuple("Finding", "path line text")

CPP = (".h", ".cc")
SOURCES = (*CPP, ".proto", ".py", ".sh", ".cmake", "CMakeLists.txt", "Dockerfile", ".yml", ".yaml",
           ".conf", ".S")
UNFINISHED = ("TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK")


def folder_of(path):
    return path.split("/")[0]


def stem_of(path):
    return path.rsplit(".", 1)[0]


def is_source(path):
    return path.endswith(SOURCES) or path in ("herd", ".ci/run")


def room_of(path):
    """Returns the folder that contains a file."""
    return path.rpartition("/")[0]


def ours(path):
    """Returns true if the tables of rooms cover this file."""
    return folder_of(path) in {room.split("/")[0] for room in project.ROOMS} and path.endswith(CPP)


# Rooms.

def has_room(path, text):
    """A source file is in a room, and not in any other folder."""
    if ours(path) and room_of(path) not in project.ROOMS:
        yield Finding(path, 1, f"{room_of(path)} is no room: put the file into one of those in "
                      "tests/rules/project.py, or add the room there, and what it may include")


def namespace_of(path):
    """Returns the namespace of a room's sources and unit tests: that of the top-level folder,
    except that base and core use the project's own."""
    top = folder_of(path.removeprefix("tests/unit/"))
    return "proxyherd" if top in ("base", "core") else f"proxyherd::{top}"


def has_namespace(path, text):
    """A room's file is in the room's namespace; in others it only declares names."""
    if not ours(path.removeprefix("tests/unit/")):
        return
    code = cpp.code_only(text)
    spaces = re.findall(r"^namespace (proxyherd[\w:]*) \{", code, re.MULTILINE)
    if spaces and namespace_of(path) not in spaces:
        yield Finding(path, 1, f"its room's namespace is {namespace_of(path)}")
    for space in re.finditer(r"^namespace (proxyherd[\w:]*) \{\n(.*?)^\}", code,
                             re.MULTILINE | re.DOTALL):
        declares_only = all(re.fullmatch(r"(class|struct) \w+;|", line)
                            for line in space[2].split("\n"))
        if space[1] != namespace_of(path) and not declares_only:
            yield Finding(path, code.count("\n", 0, space.start()) + 1,
                          f"defines something in {space[1]}, the namespace of another room")


def unit_tests_mirror_rooms(path, text):
    """A unit test is in the folder of its room, or above the folders of the rooms that it tests."""
    folder = room_of(path).removeprefix("tests/unit/")
    if path.startswith("tests/unit/") and path.endswith("_test.cc") and not any(
            f"{room}/".startswith(f"{folder}/") for room in project.ROOMS):
        yield Finding(path, 1, f"{folder} is no room: put the test where its room is, in "
                      "tests/unit/ROOM")


def layers(path, text):
    """Rooms include only rooms below them."""
    if not ours(path):
        return
    room = room_of(path)
    allowed = project.ROOMS.get(room, set())
    for line, header, angled in cpp.includes(text):
        if angled:
            continue
        if "/" not in header:
            yield Finding(path, line, f'"{header}": include by the path from the root')
            continue
        used = room_of(header)
        if folder_of(header) in ("proxyherd", "grpc"):
            used = "proto"
        elif folder_of(header) == "absl":
            continue
        if used != room and used not in allowed:
            yield Finding(path, line, f"{room} may not include {header}; it may use "
                          f"{', '.join(sorted(allowed)) or 'no other room'}; pass in a function "
                          "or an interface")


def includes_by_stem(files):
    """Returns for each of our sources, .h and .cc together, which others it includes."""
    graph = collections.defaultdict(set)
    for path, text in files.items():
        if ours(path):
            graph[stem_of(path)].update(stem_of(header) for _, header, angled in cpp.includes(text)
                                        if not angled and stem_of(header) != stem_of(path))
    return graph


def circles(graph):
    """Yields a path through each circle of a graph; each node is in at most one of them."""
    done = set()

    def walk(node, path):
        if node in path:
            yield path[path.index(node):] + [node]
        elif node not in done:
            for other in sorted(graph.get(node, ())):
                yield from walk(other, path + [node])
            done.add(node)

    for node in sorted(graph):
        yield from walk(node, [])


def include_circles(files):
    """No file includes itself through others: such files cannot be read alone."""
    for circle in circles(includes_by_stem(files)):
        yield Finding(circle[0] + ".h", 1, f"a circle of includes: {' -> '.join(circle)}; put what "
                      "both need into a header of its own, or an interface between them")


def room_circles(rooms):
    """The table of rooms has no circle."""
    for circle in circles(rooms):
        yield Finding("tests/rules/project.py", 1, f"rooms in a circle: {' -> '.join(circle)}")


# The world.

def library_of(header):
    """Returns the library of LIBRARIES to which a header belongs, if any."""
    if header.endswith(".grpc.pb.h"):
        return "*.grpc.pb.h"
    return next((library for library in project.LIBRARIES
                 if header == library or header.startswith((library.rstrip("/") + "/",
                                                            library + "."))), None)


def libraries(path, text):
    """Libraries that touch the world stay in the shell rooms that exist for them."""
    if not ours(path):
        return
    for line, header, _ in cpp.includes(text):
        library = library_of(header)
        if library and room_of(path) not in project.LIBRARIES[library]:
            allowed = ", ".join(sorted(project.LIBRARIES[library]))
            yield Finding(path, line, f"{header} belongs into a shell room ({allowed}); keep the "
                          "logic pure, and pass it what it needs")


def world(path, text):
    """Time, threads, sleeps, randomness and the environment come from outside."""
    if not path.endswith(CPP):
        return
    code = cpp.code_only(text)
    for what, (pattern, instead, allowed) in project.WORLD.items():
        if ours(path) and stem_of(path) not in allowed:
            yield from _matches(path, code, pattern, f"{what}: {instead}")
        elif path.startswith("tests/") and what in project.TEST_WORLD:
            yield from _matches(path, code, pattern, f"{what}: {project.TEST_WORLD[what]}")
    if path.startswith("tests/"):
        yield from _matches(path, code, *project.RANDOM_DEVICE)


def banned(path, text):
    """Things that no C++ file may have."""
    if path.endswith(CPP):
        code = cpp.code_only(text)
        for pattern, instead in project.BANNED.items():
            yield from _matches(path, code, pattern, instead)


def one_place(path, text):
    """Some things are done in one place only."""
    if path.endswith(CPP):
        code = cpp.code_only(text)
        for what, (pattern, instead, allowed) in project.ONE_PLACE.items():
            if stem_of(path) not in allowed:
                yield from _matches(path, code, pattern, f"{what}: {instead}")


def _matches(path, code, pattern, message):
    for number, line in enumerate(code.split("\n"), 1):
        if match := re.search(pattern, line):
            yield Finding(path, number, f"{match[0].strip()}: {message}")


# Form.

def opening_comment(path, text):
    """A file begins with its purpose."""
    # A .cc file need not repeat what its header says.
    if not is_source(path) or path.endswith(".cc") and f'#include "{stem_of(path)}.h"' in text:
        return
    lines = text.split("\n")
    while lines and re.match(r"#!|# shellcheck |# syntax=", lines[0]):
        lines.pop(0)
    first = lines[0] if lines else ""
    if not re.match(r'//|#(?!include|pragma|ifndef)|"""|/\*', first):
        yield Finding(path, 1, "begin with a comment that says what the file is for")


def pragma_once(path, text):
    """Headers are guarded, in one way."""
    if path.endswith(".h") and not re.search(r"^#pragma once$", text, re.MULTILINE):
        yield Finding(path, 1, "guard the header by #pragma once")


def unfinished(path, text):
    """Nothing is left for later."""
    for number, line in enumerate(text.split("\n"), 1):
        for word in UNFINISHED:
            if re.search(rf"\b{word}\b", line):
                yield Finding(path, number, f"{word}: do it, or file an issue")


def tabs(path, text):
    """Spaces only."""
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line and not path.endswith((".md", "NOTICE", "LICENSE")):
            yield Finding(path, number, "a tab: use spaces")
        # An answer in a transcript may end in a space.
        if line != line.rstrip() and not path.startswith("tests/transcripts/"):
            yield Finding(path, number, "white space at the end of the line: remove it")


def columns(path, text):
    """Lines fit a screen, except facts of a herd file, which are one line each."""
    if not is_source(path) or path.endswith(".conf"):
        return
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > project.MAX_COLUMNS and not re.match(r"\s*(//|#|\*)?\s*\S+$", line):
            yield Finding(path, number, f"{len(line)} columns: break the line before "
                          f"{project.MAX_COLUMNS + 1}")


def file_length(path, text):
    """Files are small enough to be read in one go."""
    lines = text.count("\n")
    if is_source(path) and lines > project.MAX_FILE_LINES and path not in project.LONG_FILES:
        yield Finding(path, lines, f"{lines} lines: split the file by what its parts are for "
                      f"(at most {project.MAX_FILE_LINES}, or a reason in tests/rules/project.py)")


def needs_a_hard_look(path, text):
    """Returns true if a file is long, but not too long."""
    return is_source(path) and text.count("\n") > project.LOOK_HARD_LINES


def function_length(path, text):
    """Functions do one thing."""
    for first, name, lines in _functions(path, text):
        if lines > project.MAX_FUNCTION_LINES:
            yield Finding(path, first, f"{name} has {lines} lines of code: take parts out of it "
                          f"and name them (at most {project.MAX_FUNCTION_LINES})")


def _functions(path, text):
    if path.endswith(CPP):
        yield from cpp.functions(text)
    elif path.endswith(".py"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.lineno, node.name, node.end_lineno - node.lineno + 1
    elif path.endswith(".sh") or path == "herd":
        for match in re.finditer(r"^(\w+)\(\) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL):
            yield text.count("\n", 0, match.start()) + 1, match[1], match[0].count("\n") + 1


def machine_paths(path, text):
    """Nothing depends on the folder of a checkout."""
    for number, line in enumerate(text.split("\n"), 1):
        if match := re.search(r"(?<![\w.~$}/-])/(home|root|Users|work)/\w+", line):
            yield Finding(path, number, f"{match[0]}: a path of one machine; use one relative to "
                          "the repository")


def proto_comments(path, text):
    """Messages, fields and calls have comments, because callers read the .proto files."""
    if not path.endswith(".proto"):
        return
    declaration = re.compile(r"\s*(service|rpc|message|enum|oneof)\s+(\w+)"
                             r"|\s*(?:repeated |optional )?[\w.<>, ]*?\b(\w+) = \d+;")
    before = ""
    for number, line in enumerate(text.split("\n"), 1):
        match = declaration.match(line)
        if match and not before.strip().startswith("//"):
            yield Finding(path, number, f"{match[2] or match[3]}: say its meaning, unit and range "
                          "in a comment above it")
        if line.strip():
            before = line


def suite_minutes(path, text):
    """Tests stay fast enough to be run."""
    if path != project.SUITES:
        return
    table = re.search(r"^SUITES='\n(.*?)^'$", text, re.MULTILINE | re.DOTALL)
    if not table:
        yield Finding(path, 1, "no table SUITES='...' of NAME WHEN MINUTES WHAT")
        return
    first = text.count("\n", 0, table.start(1)) + 1
    minutes = collections.Counter()
    for number, line in enumerate(table[1].splitlines(), first):
        row = re.match(r"(\w+) +([\w,]+) +(\d+) +\S", line)
        if not row:
            yield Finding(path, number, "not a row of NAME WHEN MINUTES WHAT")
            continue
        for together, (selected, _) in project.SUITE_MINUTES.items():
            if selected & {row[1], *row[2].split(",")}:
                minutes[together] += int(row[3])
    for together, (_, most) in project.SUITE_MINUTES.items():
        if minutes[together] > most:
            yield Finding(path, first, f"{together}: {minutes[together]} minutes: make a suite "
                          f"faster, or run it only by its name (at most {most})")


FILE_RULES = (has_room, has_namespace, unit_tests_mirror_rooms, layers, libraries, world, banned,
              one_place, opening_comment, pragma_once, unfinished, tabs, columns, file_length,
              function_length, machine_paths, proto_comments, suite_minutes)


def check(path, text):
    """Returns all findings in one file."""
    return [finding for rule in FILE_RULES for finding in rule(path, text)]


def unused_entries(files):
    """Returns entries of the tables that no file needs any more; `files` are texts by path."""
    where = "tests/rules/project.py"
    sources = {path: text for path, text in files.items() if ours(path)}
    used, rooms = set(), collections.defaultdict(set)
    for path, text in sources.items():
        for _, header, angled in cpp.includes(text):
            used.add((library_of(header), room_of(path)))
            if not angled:
                generated = folder_of(header) in ("proxyherd", "grpc")
                rooms[room_of(path)].add("proto" if generated else room_of(header))
    for room, allowed in project.ROOMS.items():
        if not any(room_of(path) == room for path in sources):
            yield Finding(where, 1, f"there is no room {room}: take it off the table")
        for other in sorted(allowed - rooms[room]):
            yield Finding(where, 1, f"{room} includes nothing of {other}: take it off the table")
    for library, allowed in project.LIBRARIES.items():
        for room in sorted(allowed):
            if (library, room) not in used:
                yield Finding(where, 1, f"{room} includes no {library}: take it off the table")
    for what, (pattern, _, allowed) in [*project.WORLD.items(), *project.ONE_PLACE.items()]:
        for stem in sorted(allowed):
            code = "".join(cpp.code_only(files.get(stem + end, "")) for end in CPP)
            if not re.search(pattern, code):
                yield Finding(where, 1, f"{stem} needs no {what}: take it off the table")
    for path in project.LONG_FILES:
        if files.get(path, "").count("\n") <= project.MAX_FILE_LINES:
            yield Finding(where, 1, f"{path} is not long: take it off the table")


def pure_rooms_are_pure():
    """No pure room may have a library that touches the world, or an exception for touching it."""
    where = "tests/rules/project.py"
    for library, rooms in project.LIBRARIES.items():
        for room in sorted(rooms & set(project.PURE)):
            if (library, room) not in project.HARMLESS:
                yield Finding(where, 1, f"{room} is pure, and may include {library}")
    for what, (_, _, allowed) in project.WORLD.items():
        for stem in sorted(allowed):
            if room_of(stem) in project.PURE:
                yield Finding(where, 1, f"{stem} is in a pure room, and may have {what}")


def check_all(files):
    """Returns all findings that do not concern a single file."""
    return [*include_circles(files), *room_circles(project.ROOMS), *unused_entries(files),
            *pure_rooms_are_pure()]
