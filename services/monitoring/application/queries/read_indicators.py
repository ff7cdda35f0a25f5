"""The market's figures of a business date, with all that says how far they can be trusted (I5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from chassis.cause import Cause
from finance.calendar import CalendarEnded
from monitoring.application.book_ports import ReferenceSet, Snapshot
from monitoring.application.reading_ports import FirmStanding, MonitorReads, Reading, ValueState
from monitoring.domain.figures import FALL_DAYS, FALL_DAYS_BESIDE, Figure, MarketHistory, market_figure
from monitoring.domain.metric_registry import FigureLevel, Metric, registry
from monitoring.domain.sums import EMPTY, BookSums, total


@dataclass(frozen=True, kw_only=True)
class ReadIndicators:
    """Which figures, of which day: without a day the newest, live; with a day its kept end where there is one."""

    business_date: date | None = None
    ids: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Borrowers:
    """How many borrowers stand at each level of a borrower's metric."""

    metric: Metric
    at: Mapping[FigureLevel, int]


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """Of which data a value speaks (I5). `missing`: firms on board without figures for the day."""

    business_date: date | None
    as_of: datetime
    state: ValueState
    references: Sequence[ReferenceSet]
    counted: Sequence[str]
    missing: Sequence[str]
    valued_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Indicators:
    """The answer: figures of the market, and borrowers by level."""

    freshness: Freshness
    figures: Sequence[Figure]
    borrowers: Sequence[Borrowers] = field(default=())


@dataclass(frozen=True, kw_only=True)
class MarketOfDay:
    """The firms' sums of one day, and which of them count."""

    day: date | None
    standings: Sequence[FirmStanding]

    @property
    def counted(self) -> list[FirmStanding]:
        """The firms that have figures for the day."""
        return [one for one in self.standings if one.sums is not None]

    @property
    def sums(self) -> BookSums:
        """The market's sums."""
        several = [one.sums for one in self.standings if one.sums is not None]
        return total(several) if several else EMPTY

    def freshness(self, as_of: datetime) -> Freshness:
        """Of which data they speak."""
        counted = self.counted
        references = {one.reference for one in counted if one.reference is not None}
        return Freshness(
            business_date=self.day,
            as_of=as_of,
            state="end_of_day" if counted and all(one.state == "end_of_day" for one in counted) else "live",
            references=sorted(references, key=lambda one: (one.price.revision, str(one.price.id))),
            counted=[one.firm_id for one in counted],
            missing=[one.firm_id for one in self.standings if one.sums is None],
            valued_at=max((one.valued_at for one in counted if one.valued_at is not None), default=None),
        )


async def market_of(reads: MonitorReads, business_date: date | None) -> MarketOfDay:
    """The firms' sums of a day; of the newest, as they are now, without one."""
    day = business_date or await reads.newest_day()
    standings = [] if day is None else await reads.standings(day, end_of_day=business_date is not None)
    return MarketOfDay(day=day, standings=standings)


class ReadIndicatorsHandler:
    """Figures are sums over firms' kept sums: nothing is recomputed from contracts to answer."""

    def __init__(self, *, reading: Reading) -> None:
        self._reading = reading

    async def __call__(self, question: ReadIndicators, cause: Cause) -> Indicators:
        """Answers in one snapshot.

        Raises:
            MetricUnknown: an id is not registered.
        """
        metrics = [registry().get(one) for one in question.ids] or list(registry())
        async with self._reading(cause) as reads:
            market = await market_of(reads, question.business_date)
            figures: list[Figure] = []
            borrowers: list[Borrowers] = []
            if market.day is not None and market.counted:
                history = await _history(reads, market)
                figures = [
                    market_figure(one, day=market.day, sums=market.sums, history=history)
                    for one in metrics
                    if one.scope == "market"
                ]
                borrowers = [await _borrowers(reads, one, market) for one in metrics if one.scope == "borrower"]
            return Indicators(freshness=market.freshness(reads.as_of), figures=figures, borrowers=borrowers)


async def _history(reads: MonitorReads, market: MarketOfDay) -> MarketHistory:
    calendar = next((one.reference.calendar for one in market.counted if one.reference), None)
    if calendar is None or market.day is None:
        return MarketHistory()
    return MarketHistory(
        before_20=await _sums_before(reads, calendar, market.day, FALL_DAYS),
        before_5=await _sums_before(reads, calendar, market.day, FALL_DAYS_BESIDE),
    )


async def _sums_before(reads: MonitorReads, snapshot: Snapshot, day: date, count: int) -> BookSums | None:
    try:
        before = (await reads.calendar(snapshot)).add(day, -count)
    except CalendarEnded:
        return None
    return await reads.day_sums(before)


async def _borrowers(reads: MonitorReads, metric: Metric, market: MarketOfDay) -> Borrowers:
    at: dict[FigureLevel, int] = {}
    assert market.day is not None  # noqa: S101  # nothing is asked of a market without a day
    firms = {one.firm_id: one.kept for one in market.counted}
    for code, count in (await reads.borrower_codes(firms, market.day)).items():
        level = "unknown" if code is None else metric.level_of(Fraction(code), on=market.day)
        at[level] = at.get(level, 0) + count
    return Borrowers(metric=metric, at=at)
