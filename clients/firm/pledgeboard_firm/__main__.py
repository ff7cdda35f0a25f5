"""`pledgeboard-firm`: runs one command and answers its exit code."""

import sys
from collections.abc import Sequence
from itertools import islice

from pledgeboard_firm.application import app
from pledgeboard_firm.exits import Failure, exit_code
from pledgeboard_firm.invocation import Invocation
from pledgeboard_firm.streaming import quiet_client


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script. What went wrong is said on standard error; the exit code says of which sort it was."""
    quiet_client()
    invocation = Invocation()
    try:
        app(args=_output_first(sys.argv[1:] if arguments is None else arguments), obj=invocation)
    except Failure as failure:
        invocation.screen.failure(failure.text, name=failure.exit)
        sys.exit(exit_code(failure.exit))


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
