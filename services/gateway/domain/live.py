"""What is pushed to a connected client: that something happened to something, for whom, and where one stood."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

# Everything said within this time can be told again after a reconnect, as far as the bounds below reach.
RETAINED_SECONDS = 3600
AUDIENCE_EVENTS_MAX = 256
EVERYTHING_EVENTS_MAX = 20_000
SESSION_ENDED = "session.ended"
# What a login may do has changed: its connections end after this, and the matrix is asked anew when they come back.
RIGHTS_CHANGED = "review.access."
_PLACE = re.compile(r"([0-9a-f]{16})\.(\d{1,15})-(\d{1,15})")


@dataclass(frozen=True, kw_only=True)
class LiveEvent:
    """Ids alone, never content: the client reads again, through the matrix, what it is interested in."""

    id: str
    type: str
    ids: Mapping[str, str]


class Audience:
    """Who is told: a user, everybody of a participant, or everybody whom the matrix allows an operation."""

    @staticmethod
    def user(user_id: str) -> str:
        """One login, on all its devices."""
        return f"user:{user_id}"

    @staticmethod
    def participant(participant_id: str) -> str:
        """Every login that acts for the participant."""
        return f"participant:{participant_id}"

    @staticmethod
    def operation(name: str) -> str:
        """Every login that may do this, by its row of the authorization matrix."""
        return f"operation:{name}"


class Position(NamedTuple):
    """Where an event stands in the one order of all: milliseconds, and a number within them."""

    milliseconds: int
    number: int

    def __str__(self) -> str:
        return f"{self.milliseconds}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """A position as it is written."""
        milliseconds, _, number = text.partition("-")
        return cls(int(milliseconds), int(number or 0))


@dataclass(frozen=True)
class Place:
    """How far a client has come: a position in one life of the memory. Another life knows nothing of it."""

    life: str
    position: Position

    def __str__(self) -> str:
        return f"{self.life}.{self.position}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """The place a client names; None where it is not one of ours."""
        found = _PLACE.fullmatch(text)
        return cls(found[1], Position(int(found[2]), int(found[3]))) if found else None


def resumable(asked: Place | None, *, now: Place) -> bool:
    """Whether everything since the place asked for can still be known, but for a full audience."""
    if asked is None or asked.life != now.life or asked.position > now.position:
        return False
    return now.position.milliseconds - asked.position.milliseconds < RETAINED_SECONDS * 1000
