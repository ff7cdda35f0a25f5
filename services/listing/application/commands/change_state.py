"""The owner moves a listing between the four states (P12.1)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from listing.application.keeping import keep
from listing.application.owning import own_listing
from listing.application.ports import Begin
from listing.application.standing import Standing
from listing.domain.states import State


@dataclass(frozen=True, kw_only=True)
class ChangeState:
    """Which listing, and where to."""

    listing_id: UUID
    target: State


class ChangeStateHandler:
    """Of two racing moves one wins: the row is guarded by its revision (P12.4)."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ChangeState, cause: Cause) -> Standing:
        """Moves it."""
        async with self._begin(cause) as work:
            listing = await own_listing(work, cause, command.listing_id)
            listing.move(command.target, at=work.now)
            return work.answer(await keep(work, listing))
