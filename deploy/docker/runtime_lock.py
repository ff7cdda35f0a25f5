# ruff: noqa: INP001  # run by its path, in an image that has nothing installed
"""Cuts from the lock what an image needs: some packages and all they stand on, with their hashes.

    python runtime_lock.py Running               everything under that heading of requirements.in
    python runtime_lock.py --package hatchling   one package

Reads `requirements.in` and `requirements.lock` of the working directory; writes to standard output. Standard library
alone: it runs in an empty image.
"""

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path

_NAME = re.compile(r"^[A-Za-z0-9._-]+")
_VIA = re.compile(r"^\s+#\s+(?:via)?\s*(\S.*)?$")
_ROOT = "-r requirements.in"


def headings(text: str) -> dict[str, list[str]]:
    """The names under each heading of requirements.in; a heading is a comment of one word or a few, without a stop."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.removeprefix("#").strip()
        elif name := _NAME.match(line):
            found.setdefault(heading, []).append(normal(name.group()))
    return found


def entries(text: str) -> dict[str, tuple[str, set[str]]]:
    """Each locked package: its lines, and who asks for it. One that is locked by markers has several versions."""
    lines: dict[str, list[str]] = {}
    askers: dict[str, set[str]] = {}
    name = ""
    for line in text.splitlines():
        if started := _NAME.match(line):
            name = normal(started.group())
        if not name:
            continue
        if asker := _VIA.match(line):
            if asker.group(1):
                askers.setdefault(name, set()).add(_asker(asker.group(1)))
        else:
            lines.setdefault(name, []).append(line)
    return {name: ("\n".join(found), askers.get(name, set())) for name, found in lines.items()}


def closure(roots: Iterable[str], locked: dict[str, tuple[str, set[str]]]) -> list[str]:
    """The roots and everything they stand on, in the lock's order.

    Raises:
        SystemExit: a root is not locked.
    """
    wanted = set(roots)
    if missing := wanted - locked.keys():
        sys.exit(f"not in requirements.lock: {', '.join(sorted(missing))}; run make lock")
    grew = True
    while grew:
        more = {name for name, (_, askers) in locked.items() if askers & wanted} - wanted
        wanted |= more
        grew = bool(more)
    return [name for name in locked if name in wanted]


def normal(name: str) -> str:
    """A package's name in its one spelling."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _asker(text: str) -> str:
    name = _NAME.match(text)
    return _ROOT if text.startswith("-r") or name is None else normal(name.group())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("heading", nargs="*")
    parser.add_argument("--package", action="append", default=[])
    chosen = parser.parse_args()
    known = headings(Path("requirements.in").read_text())
    roots = [*chosen.package, *(name for heading in chosen.heading for name in known[heading])]
    locked = entries(Path("requirements.lock").read_text())
    sys.stdout.write("".join(f"{locked[name][0]}\n" for name in closure(roots, locked)))


if __name__ == "__main__":
    main()
