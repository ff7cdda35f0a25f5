"""Gathers the facts of a verification: which snapshots answer, and what they say about each line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from finance.calendar import CalendarEnded, TradingCalendar
from finance.corporate_actions import CorporateAction
from finance.prices import AVG7_LOOK_BACK, avg7
from review.application.ports import ActionOf, Closes, Evidence, HoldingPlace, QueuedLine, SecurityCode
from review.domain.board_rules import Occasion
from review.domain.decision import Decision
from review.domain.holdings import ZERO, Holding
from review.domain.listing_content import CollateralLine, ListingContent
from review.domain.publication_day import required_day
from review.domain.verification_facts import (
    AveragePrice,
    LineFacts,
    RateCap,
    Security,
    SnapshotRef,
    VerificationFacts,
)

_ONE_DAY = timedelta(days=1)
# Longer than any 30 trading days, so that every action between two closes of a window is found.
_ACTIONS_LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The snapshots a verification stands on. For a daily check only what its rules ask is gathered."""

    occasion: Occasion
    day: date
    calendar: TradingCalendar
    refs: Mapping[str, SnapshotRef]
    prices: tuple[SnapshotRef, ...] = ()
    recorded_actions: frozenset[UUID] | None = None


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A verification cannot be made: the end of this day is not complete."""

    snapshot_date: date


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One version to gather facts of; `published_at` where it is live already."""

    listing_id: UUID
    content: ListingContent
    rate_cap: RateCap | None = None
    published_at: datetime | None = None
    recorded_ahead: Mapping[int, Decimal] | None = None


@dataclass(frozen=True, kw_only=True)
class _Found:
    holdings: Mapping[HoldingPlace, Sequence[Holding]]
    securities: Mapping[SecurityCode, Security]
    pledged: Mapping[SecurityCode, Decimal] = field(default_factory=dict)
    closes: Mapping[SecurityCode, Closes] = field(default_factory=dict)
    actions: Sequence[ActionOf] = ()
    ahead: Mapping[tuple[UUID, int], Decimal] = field(default_factory=dict)


async def basis_for_publication(evidence: Evidence, day: date) -> Basis | Missing:
    """What a publication on a day stands on: the end of the trading day before it, and no other (P11.1)."""
    yesterday = day - _ONE_DAY
    calendar_ref = await evidence.snapshot_until("calendar", day)
    calendar = await evidence.calendar(calendar_ref) if calendar_ref else None
    required = required_day(calendar, day)
    if calendar is None or calendar_ref is None or required is None:
        return Missing(snapshot_date=yesterday)
    refs = await _refs(evidence, required)
    if refs is None:
        return Missing(snapshot_date=required)
    prices = await evidence.snapshots_on("price", _look_back(calendar, day))
    return Basis(
        occasion="publication",
        day=day,
        calendar=calendar,
        refs={**refs, "calendar": calendar_ref},
        prices=tuple(prices),
    )


async def basis_for_daily_check(evidence: Evidence, *, day: date, snapshot_date: date) -> Basis | None:
    """What the check of an end of day stands on; None while something of it is missing."""
    calendar_ref = await evidence.snapshot_until("calendar", day)
    calendar = await evidence.calendar(calendar_ref) if calendar_ref else None
    refs = await _refs(evidence, snapshot_date)
    if calendar is None or calendar_ref is None or refs is None:
        return None
    return Basis(occasion="daily", day=day, calendar=calendar, refs={**refs, "calendar": calendar_ref})


async def basis_as_recorded(evidence: Evidence, decision: Decision) -> Basis | None:
    """What a decision stood on, by the snapshots it recorded (P11.7); None where it stood on none."""
    snapshots = decision.snapshots
    refs = {one.kind: one for one in snapshots if one.kind in ("calendar", "holding", "security")}
    calendar = await evidence.calendar(refs["calendar"]) if "calendar" in refs else None
    if calendar is None or len(refs) != 3:  # noqa: PLR2004  # the three kinds named above
        return None
    return Basis(
        occasion=decision.occasion,
        day=decision.day,
        calendar=calendar,
        refs=refs,
        prices=tuple(one for one in snapshots if one.kind == "price"),
        recorded_actions=frozenset(one.snapshot_id for one in snapshots if one.kind == "corporate_action"),
    )


async def gather(evidence: Evidence, basis: Basis, asked: Sequence[Asked]) -> list[VerificationFacts]:
    """The facts of several versions, in their order, with one question of each kind to the store."""
    lines = [line for one in asked for line in one.content.lines]
    found = await _find(evidence, basis, asked, lines)
    return [_facts(basis, one, found) for one in asked]


async def _refs(evidence: Evidence, day: date) -> dict[str, SnapshotRef] | None:
    holding = await evidence.snapshot("holding", day)
    security = await evidence.snapshot_until("security", day)
    return {"holding": holding, "security": security} if holding and security else None


def _look_back(calendar: TradingCalendar, day: date) -> list[date]:
    try:
        return calendar.window(calendar.previous_trading_day(day), AVG7_LOOK_BACK)
    except CalendarEnded:
        return []


async def _find(evidence: Evidence, basis: Basis, asked: Sequence[Asked], lines: Sequence[CollateralLine]) -> _Found:
    places = {HoldingPlace(one.account_ref, one.market, one.security) for one in lines}
    codes = {(one.market, one.security) for one in lines}
    holdings = await evidence.holdings(basis.refs["holding"], places)
    securities = await evidence.securities(basis.refs["security"], codes)
    ahead = await evidence.ahead(
        [
            QueuedLine(one.listing_id, one.published_at, line)
            for one in asked
            if one.recorded_ahead is None
            for line in one.content.lines
        ]
    )
    if basis.occasion == "daily":
        return _Found(holdings=holdings, securities=securities, ahead=ahead)
    since = basis.day - _ACTIONS_LOOK_BACK
    return _Found(
        holdings=holdings,
        securities=securities,
        ahead=ahead,
        pledged=await evidence.pledged(basis.refs["holding"], codes),
        closes=await evidence.closes(basis.prices, codes),
        actions=await evidence.actions(codes, until=basis.day, since=since, recorded=basis.recorded_actions),
    )


def _facts(basis: Basis, asked: Asked, found: _Found) -> VerificationFacts:
    codes = {(one.market, one.security) for one in asked.content.lines}
    actions = [one for one in found.actions if one.security in codes]
    used = {one.snapshot.snapshot_id: one.snapshot for one in actions}
    return VerificationFacts(
        day=basis.day,
        content=asked.content,
        lines=tuple(_line_facts(basis, asked, line, found) for line in asked.content.lines),
        rate_cap=asked.rate_cap,
        snapshots=(*basis.refs.values(), *basis.prices, *used.values()),
    )


def _line_facts(basis: Basis, asked: Asked, line: CollateralLine, found: _Found) -> LineFacts:
    positions = found.holdings.get(HoldingPlace(line.account_ref, line.market, line.security), ())
    code = (line.market, line.security)
    if asked.recorded_ahead is None:
        ahead = found.ahead.get((asked.listing_id, line.line_no), ZERO)
    else:
        ahead = asked.recorded_ahead.get(line.line_no, ZERO)
    return LineFacts(
        line=line,
        holding=next((one for one in positions if one.key.share_class == line.share_class), None),
        other_classes=tuple(one.key.share_class for one in positions if one.key.share_class != line.share_class),
        ahead=ahead,
        security=found.securities.get(code),
        average_price=_average(basis, found.closes.get(code, {}), _actions_of(code, found)),
        pledged_market_wide=found.pledged.get(code, ZERO) if basis.occasion == "publication" else None,
    )


def _actions_of(code: SecurityCode, found: _Found) -> list[CorporateAction]:
    return [one.action for one in found.actions if one.security == code]


def _average(basis: Basis, closes: Closes, actions: Sequence[CorporateAction]) -> AveragePrice | None:
    if not closes:
        return None
    try:
        found = avg7(closes, on=basis.day, calendar=basis.calendar, actions=actions)
    except CalendarEnded:
        return None
    return AveragePrice(value=found.value, days=found.days) if found else None
