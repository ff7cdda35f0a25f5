"""What a value is made of: its contracts, what each adds, and the submissions each came from (I3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from chassis.cause import Cause
from chassis.kernel import Refusal
from monitoring.application.queries.read_indicators import Freshness, market_of
from monitoring.application.reading_ports import ContractFilter, ContractPlace, KeptContract, Reading
from monitoring.domain.figures import Ratio, exchange_style, mean_coverage, share_at_liquidation, share_at_warning
from monitoring.domain.metric_registry import Metric, Parts, registry
from monitoring.domain.sums import BookSums, contribution


class NothingValuedYet(Refusal):
    """There are no figures for that day."""

    slug: ClassVar[str] = "nothing-valued-yet"
    title_zh: ClassVar[str] = "该日尚无指标数据"
    title_en: ClassVar[str] = "There are no figures for that day"


RATIOS: Final[Mapping[Parts, Callable[[BookSums], Ratio]]] = {
    "coverage": mean_coverage,
    "exchange_style": exchange_style,
    "warning": share_at_warning,
    "liquidation": share_at_liquidation,
}


@dataclass(frozen=True, kw_only=True)
class ReadLineage:
    """Which value to open, and how far the reader has come."""

    indicator_id: str
    business_date: date | None
    only: ContractFilter
    after: ContractPlace | None
    most: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """One contract and what it adds to both sides; a borrower's code has no sides."""

    kept: KeptContract
    ratio: Ratio | None


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """One page of a value's parts, and the whole they sum to."""

    metric: Metric
    freshness: Freshness
    whole: Ratio | None
    parts: Sequence[Part]
    more: bool


class ReadLineageHandler:
    """The parts of a value sum to it: each adds exactly what the firm's sums were kept by."""

    def __init__(self, *, reading: Reading) -> None:
        self._reading = reading

    async def __call__(self, question: ReadLineage, cause: Cause) -> Lineage:
        """One page.

        Raises:
            MetricUnknown: the id is not registered.
            NothingValuedYet: no firm has figures for the day.
        """
        metric = registry().get(question.indicator_id)
        ratio_of = RATIOS.get(metric.parts)
        async with self._reading(cause) as reads:
            market = await market_of(reads, question.business_date)
            if market.day is None or not market.counted:
                raise NothingValuedYet(business_date=question.business_date)
            kept = await reads.contracts(
                {one.firm_id: one.kept for one in market.counted},
                market.day,
                only=question.only,
                after=question.after,
                most=question.most + 1,
            )
            parts = [
                Part(kept=one, ratio=ratio_of(contribution(one.valued)) if ratio_of else None)
                for one in kept[: question.most]
            ]
            return Lineage(
                metric=metric,
                freshness=market.freshness(reads.as_of),
                whole=ratio_of(market.sums) if ratio_of else None,
                parts=parts,
                more=len(kept) > question.most,
            )
