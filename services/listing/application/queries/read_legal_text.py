"""The guide in the version of the day, readable without signing in (P19.1); the declaration's text likewise."""

from dataclasses import dataclass
from datetime import date

from chassis.cause import Cause
from listing.application.ports import Read
from listing.domain.legal_text import LegalText, TextKind


@dataclass(frozen=True, kw_only=True)
class ReadLegalText:
    """Which text, in effect on which day (none: today)."""

    kind: TextKind
    on: date | None = None


class ReadLegalTextHandler:
    """Texts are public."""

    def __init__(self, *, read_own: Read) -> None:
        self._read_own = read_own

    async def __call__(self, question: ReadLegalText, cause: Cause) -> LegalText:
        """Answers."""
        async with self._read_own(cause) as reading:
            return await reading.text(question.kind, question.on or reading.today)
