"""Review checked a live listing on a day's snapshot (P11.3); its owner sees the result."""

from dataclasses import dataclass

from chassis.cause import Cause
from listing.application.ports import Begin
from listing.domain.live_check import LiveCheck


@dataclass(frozen=True, kw_only=True)
class NoteLiveCheck:
    """The check's result."""

    check: LiveCheck


class NoteLiveCheckHandler:
    """The latest snapshot's result stands; it changes nothing about the listing itself."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: NoteLiveCheck, cause: Cause) -> None:
        """Notes it."""
        async with self._begin(cause) as work:
            work.note(kept=await work.checks.put(command.check))
