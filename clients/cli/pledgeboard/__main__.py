"""`pledgeboard`: runs one command and answers its exit code."""

import sys
from collections.abc import Sequence

import httpx2

from pledgeboard.application import app
from pledgeboard.failures import Failure
from pledgeboard.invocation import Invocation


def main(arguments: Sequence[str] | None = None, *, transport: httpx2.BaseTransport | None = None) -> None:
    """The console script. What went wrong is said on standard error; the exit code says of which sort it was."""
    with httpx2.Client(transport=transport) as client:
        invocation = Invocation(client=client)
        try:
            app(args=arguments, obj=invocation, prog_name="pledgeboard")
        except Failure as failure:
            invocation.screen.failure(failure)
            sys.exit(failure.exit_code)


if __name__ == "__main__":
    main()
