#!/usr/bin/env python3
"""The project's own rules: `./herd test rules`.

First proves that each rule can fail (test_rules.py), then checks all our files. Each line gives the
place, the finding, and the replacement.
"""

import pathlib
import sys
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
NOT_OURS = {"build", "run", ".git"}
sys.path.insert(0, str(FOLDER))

import rules  # noqa: E402: found by the line above


def read_all():
    """Returns the texts of all our files by path; binary files are skipped."""
    texts = {}
    for path in sorted(ROOT.rglob("*")):
        relative = path.relative_to(ROOT)
        if relative.parts[0] in NOT_OURS or "__pycache__" in relative.parts or not path.is_file():
            continue
        if "corpus" in relative.parts or path.is_symlink():
            continue
        try:
            texts[relative.as_posix()] = path.read_bytes().decode()
        except UnicodeDecodeError:
            continue
    return texts


def main():
    suite = unittest.defaultTestLoader.discover(str(FOLDER))
    proofs = unittest.TextTestRunner(stream=sys.stdout).run(suite)
    files = read_all()
    broken = {path: findings for path, text in files.items()
              if (findings := rules.check(path, text))}
    for finding in rules.check_all(files):
        broken.setdefault(finding.path, []).append(finding)
    for path, text in files.items():
        if rules.needs_a_hard_look(path, text):
            newlines = text.count("\n")
            print(f"long: {path}: {newlines} lines")
    for findings in broken.values():
        for finding in findings:
            print(f"{finding.path}:{finding.line}: {finding.text}")
    failed = len(broken) + len(proofs.failures) + len(proofs.errors)
    passed = proofs.testsRun - len(proofs.failures) - len(proofs.errors) + len(files) - len(broken)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    sys.exit(failed > 0 or not files or proofs.testsRun == 0)


if __name__ == "__main__":
    main()
