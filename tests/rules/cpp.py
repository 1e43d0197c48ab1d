"""Reads C++ as far as the rules need it."""

import re

_SKIPPED = re.compile(
    r'R"(?P<mark>[^()\s]*)\(.*?\)(?P=mark)"|"(?:[^"\\\n]|\\.)*"'
    # The ' in 1'000 does not begin a character.
    r"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'"
    r"|//[^\n]*|/\*.*?\*/", re.DOTALL)
_NOT_A_FUNCTION = re.compile(
    r"^(class|struct|union|enum|namespace|extern|template\b.*\b(class|struct))"
    r"\b(?!.*\)\s*(const|noexcept|override|final)*\s*$)", re.DOTALL)


def code_only(text):
    """Returns the text without comments and the contents of literals; lines keep their numbers."""
    def blank(match):
        keep = re.sub(r"[^\n]", " ", match[0])
        return '"' + keep[1:-1] + '"' if match[0][0] in "\"R'" and len(keep) > 1 else keep
    return _SKIPPED.sub(blank, text)


def includes(text):
    """Returns (line, header) of each include; comments are ignored."""
    for number, line in enumerate(text.split("\n"), 1):
        if match := re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line):
            yield number, match[1], "<" in line.split(match[1])[0]


def functions(text):
    """Returns (first line, name, lines of code) of each function with a body. Lambdas and local
    classes are part of the function that contains them."""
    code = re.sub(r"^[ \t]*#[^\n]*(?<!\\)$", "", code_only(text), flags=re.MULTILINE)
    depth, inside, begin = 0, None, 0
    for match in re.finditer(r"[{};]", code):
        at = match.start()
        if match[0] == "{":
            head = code[begin:at]
            if inside is None and _opens_function(head):
                inside = (depth, begin + len(head) - len(head.lstrip()), head)
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if inside is not None and depth == inside[0] and _ends(code, at):
                first = code.count("\n", 0, inside[1]) + 1
                lines = code[inside[1]:at + 1].split("\n")
                yield first, _name(inside[2]), sum(bool(line.strip()) for line in lines)
                inside = None
        if inside is None:
            begin = at + 1


def _opens_function(head):
    head = re.sub(r"^\s*(public|private|protected)\s*:", "", head).strip()
    return "(" in head and not head.endswith(("=", "(", ",", "return")) and not (
        _NOT_A_FUNCTION.match(head))


def _ends(code, at):
    """Returns true if a body ends here, and not one of the braces in a list of initializers."""
    return not re.match(r"\s*(,|\{)", code[at + 1:])


def _name(head):
    match = re.search(r"([\w:~]+|operator\S+)\s*\(", head)
    return match[1] if match else "a function"
