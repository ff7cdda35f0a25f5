"""One run of the program: whose profile, and how it answers."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import typer

from pledgeboard_firm.profile import Profile, default_path, read_profile
from pledgeboard_firm.words import Screen


@dataclass
class Invocation:
    """Filled from the options before the command; every command is handed it."""

    screen: Screen = field(default_factory=Screen)
    profile_path: Path = field(default_factory=default_path)

    @cached_property
    def profile(self) -> Profile:
        """The firm's profile, read when it is first asked for."""
        return read_profile(self.profile_path)


def invocation_of(context: typer.Context) -> Invocation:
    """The run a command belongs to."""
    invocation = context.find_object(Invocation)
    assert invocation is not None  # noqa: S101  # `main` hands it to every command
    return invocation
