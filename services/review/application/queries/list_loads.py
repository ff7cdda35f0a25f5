"""The register of reference loads, the newest first, and the days whose end is late (BX7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.ports import Projected, Read
from review.domain.reference_load import ReferenceLoad

DAYS_MAX = 20


@dataclass(frozen=True, kw_only=True)
class ListLoads:
    """A page of the register."""

    kind: str | None
    after: tuple[datetime, UUID] | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class LoadsPage:
    """Loads, unverified days, and as of when."""

    items: Sequence[ReferenceLoad]
    projected: Mapping[UUID, Projected]
    unverified_days: Sequence[date]
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class AskLoad:
    """One load."""

    load_id: UUID


class ListLoadsHandler:
    """Files and totals; rows with personal data are not shown."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, question: ListLoads, cause: Cause) -> LoadsPage:
        """The page."""
        async with self._read(cause) as reading:
            loads = await reading.loads(kind=question.kind, after=question.after, limit=question.limit)
            return LoadsPage(
                items=loads,
                projected=await reading.projected([one.load_id for one in loads]),
                unverified_days=await reading.unverified_days(limit=DAYS_MAX),
                as_of=reading.now,
            )


@dataclass(frozen=True, kw_only=True)
class LoadStanding:
    """A load, and how its snapshot stands; nothing while it was not heard of."""

    load: ReferenceLoad
    projected: Projected | None


class AskLoadHandler:
    """One row of the register."""

    def __init__(self, *, read: Read) -> None:
        self._read = read

    async def __call__(self, question: AskLoad, cause: Cause) -> LoadStanding:
        """The load."""
        async with self._read(cause) as reading:
            load = await reading.load(question.load_id)
            projected = await reading.projected([load.load_id])
            return LoadStanding(load=load, projected=projected.get(load.load_id))
