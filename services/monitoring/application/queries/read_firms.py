"""The firms on board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.cause import Cause
from monitoring.application.submission_reading import ReadingSubmissions
from monitoring.domain.firm import Firm


@dataclass(frozen=True, kw_only=True)
class FirmList:
    """Every firm the reader may see."""

    firms: Sequence[Firm]
    as_of: datetime


class ReadFirmsHandler:
    """Lists the firms."""

    def __init__(self, *, reading: ReadingSubmissions) -> None:
        self._reading = reading

    async def __call__(self, cause: Cause) -> FirmList:
        """All of them, or one's own."""
        async with self._reading(cause, "PROD") as reads:
            return FirmList(firms=await reads.firms(), as_of=reads.as_of)
