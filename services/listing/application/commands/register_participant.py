"""A user signed in: the participant is known from here on, with access where there are accounts (P6.1)."""

from dataclasses import dataclass

from chassis.cause import Cause
from listing.application.ports import Begin, Identify
from listing.domain.participant import WAYS, Access, AccessMissing, BasicInformation, Kind, Participant


@dataclass(frozen=True, kw_only=True)
class RegisterParticipant:
    """Everything it needs stands in the caller's claims."""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """Who signed in for whom, and whether the board is open to them; `reason` and `way` where it is not (P6.4)."""

    participant_id: str
    kind: Kind
    access: Access
    reason: str | None
    way: str | None


class RegisterParticipantHandler:
    """Idempotent: any number of sign-ins, also at the same moment, leave one participant and one user."""

    def __init__(self, *, begin: Begin, identify: Identify) -> None:
        self._begin = begin
        self._identify = identify

    async def __call__(self, command: RegisterParticipant, cause: Cause) -> Registration:  # noqa: ARG002  # all of it stands in the cause
        """Registers or brings up to date."""
        subject = cause.subject
        if subject.participant_id is None:
            raise AccessMissing(reason="no_participant", way="sign_in_as_a_participant")
        accounts = tuple(self._identify(number) for number in subject.accounts)
        basic = BasicInformation(name=subject.name)
        async with self._begin(cause) as work:
            # Claims are as old as the sign-in, by the real clock: what the provider said since is newer (P7.1).
            claimed_at = subject.authenticated_at or work.now
            participant = await work.participants.take(subject.participant_id)
            if participant is None:
                participant = Participant.register(
                    participant_id=subject.participant_id,
                    kind="person" if subject.function == "person" else "institution",
                    basic=basic,
                    accounts=accounts,
                    claimed_at=claimed_at,
                    at=work.now,
                )
            else:
                participant.inform(basic, accounts, at=claimed_at)
            participant.join(subject.user_id, subject.function, at=work.now)
            await work.participants.save(participant)
            work.record(*participant.facts)
            participant.facts.clear()
            return work.answer(_registration(participant))


def _registration(participant: Participant) -> Registration:
    granted = participant.access == "granted"
    return Registration(
        participant_id=participant.id,
        kind=participant.kind,
        access=participant.access,
        reason=None if granted else participant.closed,
        way=None if granted else WAYS[participant.closed],
    )
