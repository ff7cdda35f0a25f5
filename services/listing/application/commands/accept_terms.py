"""A user accepts the version of a legal text that is in effect (P4.5, BX9)."""

from dataclasses import dataclass
from datetime import datetime

from chassis.cause import Cause
from listing.application.owning import known_participant
from listing.application.ports import Begin
from listing.domain.legal_text import AcceptedKind, TermsAccepted, require_in_effect


@dataclass(frozen=True, kw_only=True)
class AcceptTerms:
    """The text, in the version the user has read."""

    kind: AcceptedKind
    version: str


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """As it is kept; accepting again changes nothing."""

    kind: AcceptedKind
    version: str
    accepted_at: datetime


class AcceptTermsHandler:
    """Each login accepts for itself, with or without access to the board."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: AcceptTerms, cause: Cause) -> Acceptance:
        """Keeps it."""
        user_id = cause.subject.user_id
        async with self._begin(cause) as work:
            participant = await known_participant(work, cause)
            text = await work.texts.in_effect(command.kind, work.today)
            require_in_effect(text, command.version)
            accepted = TermsAccepted(
                participant_id=participant.id, user_id=user_id, kind=command.kind, version=text.version, at=work.now
            )
            earlier = await work.acceptances.put(accepted)
            if earlier is None:
                work.record(accepted)
            return work.answer(Acceptance(kind=command.kind, version=text.version, accepted_at=earlier or accepted.at))
