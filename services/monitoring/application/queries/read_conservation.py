"""Whether everything a firm submitted is in exactly one outcome (R9), against the topic's own offsets."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime

from chassis.cause import Cause
from monitoring.application.submission_reading import IntakeLedger, ReadingSubmissions
from monitoring.domain.firm import FirmEnvironment, submissions_topic

# The offset after the last record of a topic of that registered name, as the broker says.
TopicEnd = Callable[[str], Awaitable[int]]


@dataclass(frozen=True, kw_only=True)
class ReadConservation:
    """Which firm, and which append day (None: all)."""

    firm_id: str
    environment: FirmEnvironment = "PROD"
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Conservation:
    """Both sides, and the broker's. `behind` records are in the topic and not applied yet: neither lost nor settled."""

    ledger: IntakeLedger
    topic_end: int
    as_of: datetime

    @property
    def behind(self) -> int:
        """Offsets appended and not applied yet."""
        return max(0, self.topic_end - self.ledger.applied_to)

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing twice: days balance, and slices tile the topic's offsets."""
        return self.ledger.tiled and all(one.ledger.balances for one in self.ledger.days)


class ReadConservationHandler:
    """Asks the database first: what the broker has more than that is merely on its way."""

    def __init__(self, *, reading: ReadingSubmissions, topic_end: TopicEnd) -> None:
        self._reading = reading
        self._topic_end = topic_end

    async def __call__(self, question: ReadConservation, cause: Cause) -> Conservation:
        """The two sides of a firm."""
        environment = question.environment
        async with self._reading(cause, environment) as reads:
            ledger = await reads.ledger(question.firm_id, day=question.day)
            as_of = reads.as_of
        topic = submissions_topic(question.firm_id, environment)
        return Conservation(ledger=ledger, topic_end=await self._topic_end(topic), as_of=as_of)
