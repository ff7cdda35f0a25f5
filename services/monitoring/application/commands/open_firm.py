"""An approved firm gets its topics in both environments; from then on it may be given credentials."""

from dataclasses import dataclass, replace

from chassis.cause import Cause
from monitoring.application.commands.decide_firm_proposal import OPEN_FIRM
from monitoring.application.onboarding_ports import BeginOnboarding, MakeRoom, ReadingOnboarding
from monitoring.domain.firm import Firm


@dataclass(frozen=True, kw_only=True)
class OpenFirm:
    """Make what an approved firm needs."""

    firm_id: str


class OpenFirmHandler:
    """Topics before the transaction: the broker is never waited for inside one.

    Everything in between may be done again, so that whoever comes second finishes what a dying process began.
    """

    def __init__(self, *, begin: BeginOnboarding, reading: ReadingOnboarding, make_room: MakeRoom) -> None:
        self._begin = begin
        self._reading = reading
        self._make_room = make_room

    async def __call__(self, command: OpenFirm, cause: Cause) -> Firm:
        """The firm, active.

        Raises:
            FirmNotFound: nobody approved it.
        """
        async with self._reading(cause) as reads:
            firm = await reads.firm(command.firm_id)
        if firm.status != "onboarding":
            return firm
        await self._make_room(firm)
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            await work.firms.activate(command.firm_id)
            work.unschedule(kind=OPEN_FIRM, key=command.firm_id)
        return replace(firm, status="active")
