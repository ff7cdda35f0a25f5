"""Something happened that clients may be waiting for: it is said to those it concerns, as ids."""

from dataclasses import dataclass

from chassis.cause import Cause
from gateway.application.ports import LiveLog
from gateway.domain.live import LiveEvent


@dataclass(frozen=True, kw_only=True)
class TellLive:
    """What happened, and who is told."""

    event: LiveEvent
    audiences: frozenset[str]


class TellLiveHandler:
    """At least once: an event that comes again is said again, under the same id."""

    def __init__(self, *, log: LiveLog) -> None:
        self._log = log

    async def __call__(self, command: TellLive, cause: Cause) -> None:
        """Says it.

        Raises:
            MemoryAway: it cannot be said now; it must come again.
        """
        del cause
        if command.audiences:
            await self._log.append(command.event, command.audiences)
