"""Where the story takes place: the public addresses, the people, the market's files, and the business clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from demo.person import Person

PASSWORD = "demo"  # noqa: S105  # the ready users' of the local OpenID provider
ONE_TIME_CODE = "123456"
_POLL_S = 0.15

T = TypeVar("T")


class Stagehand(Protocol):
    """What is behind the stage: the clock, and services that are away for a while."""

    def set_clock(self, moment: datetime) -> None:
        """Moves the business clock of all services."""

    def hold(self, service: str) -> None:
        """Takes a service down."""

    def release(self, service: str) -> None:
        """Lets it run again."""


class NotInTime(AssertionError):
    """Something that must happen did not within its time; the message holds what was seen last."""


@dataclass
class World:
    """One platform as its users see it."""

    gateway: str
    issuer: str
    firms_bootstrap: str
    firms_authority: Path | None
    market: Path
    manifest: dict[str, Any]
    stagehand: Stagehand
    topic_prefix: str = ""
    has_board: bool = True  # without it there is nobody to ask for the texts, nor to accept them
    _people: dict[str, Person] = field(default_factory=dict)

    def person(self, user: str, *, second_factor: bool = False, accept_terms: bool = True) -> Person:
        """A ready user, signed in once; one who does not accept the texts is another person."""
        name = f"{user}{'+' * second_factor}{'' if accept_terms else '?'}"
        if name not in self._people:
            self._people[name] = Person.sign_in(
                user,
                gateway=self.gateway,
                issuer=self.issuer,
                password=PASSWORD,
                one_time_code=ONE_TIME_CODE if second_factor else None,
                accept_terms=accept_terms and self.has_board,
            )
        return self._people[name]

    @property
    def steward(self) -> Person:
        """Who loads reference data and proposes firms."""
        return self.person("steward-ma", second_factor=True)

    @property
    def regulator(self) -> Person:
        """Who takes firms on board."""
        return self.person("chief-tang", second_factor=True)

    @property
    def system_administrator(self) -> Person:
        """Who proposes firms' credentials."""
        return self.person("system-qian", second_factor=True)

    @property
    def security_administrator(self) -> Person:
        """Who approves firms' credentials and sees them, once."""
        return self.person("security-shi", second_factor=True)

    def reference_file(self, kind: str, day: str, *, last: bool = False) -> Path:
        """The market's file of a kind and day; of several (a re-issue), the first or the last."""
        found = [one for one in self.manifest["reference"] if (one["kind"], one["business_date"]) == (kind, day)]
        return self.market / str(found[-1 if last else 0]["file"])

    def close(self) -> None:
        """Lets go of everybody's connections."""
        for one in self._people.values():
            one.close()


def eventually(look: Callable[[], T | None], *, within: float = 30.0, what: str) -> T:
    """The first answer of `look` that is not None.

    Raises:
        NotInTime: there was none; services are eventually consistent, within a second as a rule.
    """
    deadline = time.monotonic() + within
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise NotInTime(what)
        time.sleep(_POLL_S)
