"""The identity provider says that basic information or accounts changed; the newer word wins (P7.1)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.cause import Cause
from listing.application.ports import Begin, Identify
from listing.domain.participant import BasicInformation


@dataclass(frozen=True, kw_only=True)
class ChangeBasicInformation:
    """What the provider said, and when it changed."""

    participant_id: str
    basic: BasicInformation
    unified_accounts: tuple[str, ...]
    changed_at: datetime


class ChangeBasicInformationHandler:
    """A participant that never signed in is not made here: its first sign-in brings the same."""

    def __init__(self, *, begin: Begin, identify: Identify) -> None:
        self._begin = begin
        self._identify = identify

    async def __call__(self, command: ChangeBasicInformation, cause: Cause) -> None:
        """Takes it over if it is newer."""
        accounts = tuple(self._identify(number) for number in command.unified_accounts)
        async with self._begin(cause) as work:
            participant = await work.participants.take(command.participant_id)
            if participant is None:
                work.note(known=False)
                return
            changed = participant.inform(command.basic, accounts, at=command.changed_at)
            work.note(known=True, changed=changed)
            if changed:
                await work.participants.save(participant)
