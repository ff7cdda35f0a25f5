"""Corporate actions: reference rows that act on the ex-date, so that no ratio jumps for nothing (FIN6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from finance.units import FEN_PER_YUAN, Exact, half_up

DEFAULT_TICK = Decimal("0.01")


@dataclass(frozen=True, kw_only=True, slots=True)
class CorporateAction:
    """One action per old share: bonus and conversion together, cash, rights, or a split's ratio (new shares per old).

    `net_cash` is what a pledge holds after tax, where it differs from `cash`.
    """

    ex_date: date
    bonus: Exact = 0
    cash: Exact = 0
    net_cash: Exact | None = None
    rights: Exact = 0
    rights_price: Exact = 0
    ratio: Exact = 1
    published_reference_price: Exact | None = None


@dataclass(frozen=True, slots=True)
class PledgedLine:
    """What a collateral line holds: quantity after releases, and pledged cash in fen."""

    quantity: int
    cash_fen: int


def reference_price(previous_close: Exact, action: CorporateAction, *, tick: Exact = DEFAULT_TICK) -> Fraction:
    """The ex-reference price, half-up to the tick; the exchange's published value wins."""
    if action.published_reference_price is not None:
        return Fraction(action.published_reference_price)
    paid_in = Fraction(action.rights_price) * Fraction(action.rights)
    shares = (1 + Fraction(action.bonus) + Fraction(action.rights)) * Fraction(action.ratio)
    exact = (Fraction(previous_close) - Fraction(action.cash) + paid_in) / shares
    return half_up(exact / Fraction(tick)) * Fraction(tick)


def adjustment_factor(previous_close: Exact, action: CorporateAction, *, tick: Exact = DEFAULT_TICK) -> Fraction:
    """What every earlier close is multiplied by in a window: ref / previous close."""
    return reference_price(previous_close, action, tick=tick) / Fraction(previous_close)


def applied(line: PledgedLine, action: CorporateAction, *, fraction_price: Exact = 0) -> PledgedLine:
    """The line after the action: bonus shares and net cash are pledged along, rights are not.

    The quantity is floored to a share, once per line and after its releases; a split or consolidation may pay cash
    for the fraction of a share, at `fraction_price`.
    """
    exact = line.quantity * (1 + Fraction(action.bonus)) * Fraction(action.ratio)
    quantity = exact.numerator // exact.denominator
    net = line.quantity * Fraction(action.cash if action.net_cash is None else action.net_cash)
    return PledgedLine(
        quantity=quantity,
        cash_fen=line.cash_fen + half_up((net + (exact - quantity) * Fraction(fraction_price)) * FEN_PER_YUAN),
    )


def still_due(actions: Iterable[CorporateAction], *, reported_on: date, on: date) -> list[CorporateAction]:
    """The actions the platform applies to a line until its next record.

    A line whose latest record is of the ex-date or later holds the action already: it is not applied twice.
    """
    return sorted((one for one in actions if reported_on < one.ex_date <= on), key=lambda one: one.ex_date)


def as_of(line: PledgedLine, actions: Iterable[CorporateAction], *, reported_on: date, on: date) -> PledgedLine:
    """The line on a day, with every action that its latest record did not know yet."""
    for action in still_due(actions, reported_on=reported_on, on=on):
        line = applied(line, action)
    return line


def adjusted_closes(
    closes: Mapping[date, Exact], actions: Iterable[CorporateAction], *, on: date, tick: Exact = DEFAULT_TICK
) -> dict[date, Fraction]:
    """Closes up to a day, each carried to that day's basis; stored closes never change.

    An action whose previous close is not among them adjusts nothing: there is nothing before it to adjust.
    """
    days = sorted(day for day in closes if day <= on)
    adjusted = {day: Fraction(closes[day]) for day in days}
    for action in sorted(actions, key=lambda one: one.ex_date):
        earlier = [day for day in days if day < action.ex_date]
        if action.ex_date > on or not earlier:
            continue
        factor = adjustment_factor(closes[earlier[-1]], action, tick=tick)
        for day in earlier:
            adjusted[day] *= factor
    return adjusted
