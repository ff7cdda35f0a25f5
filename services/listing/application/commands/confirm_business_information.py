"""Each year a participant is asked whether what it says of itself still holds, and says so (P7.3)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.cause import Cause
from listing.application.commands.change_business_information import CONFIRMATION
from listing.application.owning import acting_participant
from listing.application.ports import Begin
from listing.domain.business_information import (
    BusinessInformationMissing,
    ConfirmationAsked,
    a_year_after,
    require_complete,
)


@dataclass(frozen=True, kw_only=True)
class ConfirmBusinessInformation:
    """It still holds, as it stands."""


@dataclass(frozen=True, kw_only=True)
class BusinessInformationConfirmed:
    """The version that was confirmed, and when it will be asked for again."""

    version: int
    confirmed_at: datetime
    confirm_by: datetime


@dataclass(frozen=True, kw_only=True)
class AskConfirmation:
    """The participant whose year may have passed."""

    participant_id: str


class ConfirmBusinessInformationHandler:
    """What is incomplete cannot be confirmed: it is completed, which is a new version."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ConfirmBusinessInformation, cause: Cause) -> BusinessInformationConfirmed:  # noqa: ARG002  # all of it stands in the cause
        """Confirms it."""
        async with self._begin(cause) as work:
            participant = await acting_participant(work, cause)
            current = await work.business_informations.current(participant.id)
            require_complete(current, participant.kind)
            if current is None:
                raise BusinessInformationMissing
            confirmed = current.confirm(at=work.now)
            await work.business_informations.confirm(participant.id, confirmed)
            work.schedule(kind=CONFIRMATION, key=participant.id, due_at=confirmed.confirm_by)
            return work.answer(
                BusinessInformationConfirmed(
                    version=confirmed.version, confirmed_at=work.now, confirm_by=confirmed.confirm_by
                )
            )


class AskConfirmationHandler:
    """Asked on the day, and again each year until it is confirmed or changed."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: AskConfirmation, cause: Cause) -> None:
        """Asks, if the year has passed by the clock of the transaction."""
        async with self._begin(cause) as work:
            current = await work.business_informations.current(command.participant_id)
            if current is None:
                work.note(known=False)
                return
            asked = work.now >= current.confirm_by
            work.note(asked=asked)
            if asked:
                work.record(
                    ConfirmationAsked(participant_id=command.participant_id, version=current.version, at=work.now)
                )
            due_at = a_year_after(work.now) if asked else current.confirm_by
            work.schedule(kind=CONFIRMATION, key=command.participant_id, due_at=due_at)
