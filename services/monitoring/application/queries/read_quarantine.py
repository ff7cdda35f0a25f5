"""The quarantine, for whoever keeps intake going: never a body (R10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.cause import Cause
from monitoring.application.quarantine_reading import Quarantined, QuarantinePlace
from monitoring.application.submission_reading import ReadingSubmissions
from monitoring.domain.firm import FirmEnvironment


@dataclass(frozen=True, kw_only=True)
class ReadQuarantine:
    """Whose, in which environment, after which, and how many at most."""

    firm_id: str | None
    environment: FirmEnvironment = "PROD"
    after: QuarantinePlace | None
    most: int


@dataclass(frozen=True, kw_only=True)
class QuarantinePage:
    """Some of it; whether there is more."""

    items: Sequence[Quarantined]
    more: bool
    as_of: datetime


class ReadQuarantineHandler:
    """Lists the quarantine."""

    def __init__(self, *, reading: ReadingSubmissions) -> None:
        self._reading = reading

    async def __call__(self, question: ReadQuarantine, cause: Cause) -> QuarantinePage:
        """A page, the latest first."""
        async with self._reading(cause, question.environment) as reads:
            found = await reads.quarantine.quarantined(question.firm_id, after=question.after, most=question.most + 1)
            return QuarantinePage(items=found[: question.most], more=len(found) > question.most, as_of=reads.as_of)
