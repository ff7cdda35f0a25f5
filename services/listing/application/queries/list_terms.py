"""The texts a login accepts before its first use, and which of them it has accepted (P4.5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.cause import Cause
from listing.application.ports import Read
from listing.domain.legal_text import ACCEPTED_KINDS, Term


@dataclass(frozen=True, kw_only=True)
class ListTerms:
    """Of the login that asks, today."""


class ListTermsHandler:
    """What is to be accepted can be read before anything else is open."""

    def __init__(self, *, read_own: Read) -> None:
        self._read_own = read_own

    async def __call__(self, question: ListTerms, cause: Cause) -> Sequence[Term]:  # noqa: ARG002  # it asks about the caller
        """Answers, one text of each kind."""
        subject = cause.subject
        async with self._read_own(cause) as reading:
            texts = [await reading.text(kind, reading.today) for kind in ACCEPTED_KINDS]
            accepted = await reading.acceptances(subject.participant_id or "", subject.user_id)
            return [Term(text=one, accepted_at=accepted.get((one.kind, one.version))) for one in texts]
