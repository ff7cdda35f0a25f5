"""What the participant can offer as collateral (P10.0)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.cause import Cause
from listing.application.ports import Read
from listing.application.reading import reading_participant
from listing.domain.pledgeable import Pledgeable


@dataclass(frozen=True, kw_only=True)
class AskPledgeableHoldings:
    """Of the participant who asks."""


@dataclass(frozen=True, kw_only=True)
class PledgeableHoldings:
    """Positions as of a snapshot (none while none is complete), and accounts as people may see them."""

    pledgeable: Pledgeable | None
    masked_accounts: dict[str, str]
    as_of: datetime


class AskPledgeableHoldingsHandler:
    """A read that leaves a trace."""

    def __init__(self, *, read_own: Read) -> None:
        self._read_own = read_own

    async def __call__(self, question: AskPledgeableHoldings, cause: Cause) -> PledgeableHoldings:  # noqa: ARG002  # it asks about the caller
        """Answers."""
        async with self._read_own(cause) as reading:
            participant = await reading_participant(reading, cause)
            return PledgeableHoldings(
                pledgeable=await reading.pledgeable(participant.account_refs),
                masked_accounts={one.account_ref: one.number_masked for one in participant.accounts},
                as_of=reading.now,
            )
