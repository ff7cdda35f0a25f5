"""`pledgeboard`: runs one command and answers its exit code."""

import sys
from collections.abc import Sequence
from itertools import islice

import httpx2

from pledgeboard.application import app
from pledgeboard.failures import Failure
from pledgeboard.invocation import Invocation


def main(arguments: Sequence[str] | None = None, *, transport: httpx2.BaseTransport | None = None) -> None:
    """The console script. What went wrong is said on standard error; the exit code says of which sort it was."""
    with httpx2.Client(transport=transport) as client:
        invocation = Invocation(client=client)
        try:
            app(args=_output_first(sys.argv[1:] if arguments is None else arguments), obj=invocation)
        except Failure as failure:
            invocation.screen.failure(failure)
            sys.exit(failure.exit_code)


def _output_first(arguments: Sequence[str]) -> list[str]:
    """Moves `--output` to the front: it is an option of every command and may stand behind any."""
    output: list[str] = []
    others: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--output":
            output += [word, *islice(words, 1)]
        elif word.startswith("--output="):
            output.append(word)
        else:
            others.append(word)
    return [*output, *others]


if __name__ == "__main__":
    main()
