"""The commands that pages show: every block has a marker above it that says whether it is run.

<!-- run -->                 run by the acceptance tests, in the order of the pages
<!-- run, exit 12 -->        the same, and it ends so
<!-- not run: reason -->     only looked at: its words must mean something
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(
    r"^(?P<above>[^\n]*)\n(?P<indent> *)```(?P<language>[a-z]*)\n(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_RUN = re.compile(r"<!-- run(?:, exit (?P<code>\d+))? -->")
_NOT_RUN = re.compile(r"<!-- not run: (?P<reason>\S[^>]*) -->")
_OF_COMMANDS = frozenset({"", "sh", "bash", "console", "shell"})


@dataclass(frozen=True, kw_only=True)
class Block:
    """One block of commands. `exit_code` is how it ends where it is run; `reason` why it is not."""

    page: Path
    line: int
    script: str
    exit_code: int | None
    reason: str | None

    @property
    def is_marked(self) -> bool:
        """Whether its page says what is to be done with it."""
        return self.exit_code is not None or self.reason is not None

    @property
    def commands(self) -> list[list[str]]:
        """The words of each command; comments and continued lines are gone."""
        joined = self.script.replace("\\\n", " ")
        split = (shlex.split(line, comments=True) for line in joined.splitlines())
        return [words for words in split if words]

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of commands of a page, in order; blocks of other languages are none."""
    text = page.read_text()
    for found in _FENCE.finditer("\n" + text):
        if found["language"] not in _OF_COMMANDS:
            continue
        run, kept = _RUN.search(found["above"]), _NOT_RUN.search(found["above"])
        indent = len(found["indent"])
        yield Block(
            page=page,
            line=text[: found.start("body") - 1].count("\n"),
            script="".join(line[indent:] for line in found["body"].splitlines(keepends=True)),
            exit_code=int(run["code"] or 0) if run else None,
            reason=kept["reason"] if kept else None,
        )
