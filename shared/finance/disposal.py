"""Disposal: who is paid from the proceeds, and how long selling takes (FIN14, FIN15)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from finance.calendar import TradingCalendar
from finance.units import Exact, ceiling

PARTICIPATION = Fraction(15, 100)
NOTICE_TRADING_DAYS = 15
CAP_PER_WINDOW = Fraction(3, 100)  # 1% of capital by auction and 2% by block
WINDOW_DAYS = 90
RESTRICTED_ORIGINS = frozenset({"pre_ipo", "placing"})
Constraint = Literal["volume", "selling cap", "lock-up", "frozen", "suspended"]


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed, in the order in which proceeds pay it, after the fees."""

    interest_fen: int
    other_due_fen: int
    principal_fen: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where the proceeds went; the surplus is the pledgor's, the residual claim is the shortfall."""

    fees_fen: int
    interest_fen: int
    other_due_fen: int
    principal_fen: int
    surplus_fen: int
    residual_claim_fen: int


def settle(proceeds_fen: int, *, fees_fen: int, debt: Debt) -> Settlement:
    """Pays fees, interest, other due, principal; every fen lands exactly once."""
    fees = min(proceeds_fen, fees_fen)
    interest = min(proceeds_fen - fees, debt.interest_fen)
    other = min(proceeds_fen - fees - interest, debt.other_due_fen)
    principal = min(proceeds_fen - fees - interest - other, debt.principal_fen)
    paid = interest + other + principal
    owed = debt.interest_fen + debt.other_due_fen + debt.principal_fen
    return Settlement(fees, interest, other, principal, proceeds_fen - fees - paid, owed - paid)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sale:
    """What is to be sold, and what stands in its way."""

    quantity: int
    mean_volume: Exact
    decided_on: date
    capital: int | None = None
    capped: bool = False
    lockup_end: date | None = None
    frozen: bool = False
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class SaleTime:
    """Trading days to sell and the constraint that binds; `days` None: never (frozen) or unknown (suspended)."""

    days: int | None
    binding: Constraint
    done_on: date | None = None


def selling_cap_applies(*, holds_5_percent: bool, share_origin: str) -> bool:
    """Holders of 5% or more and shares of restricted origin, but not shares bought by auction."""
    return share_origin != "auction" and (holds_5_percent or share_origin in RESTRICTED_ORIGINS)


def days_by_volume(quantity: int, mean_volume: Exact, *, participation: Exact = PARTICIPATION) -> int | None:
    """(a): ceil(quantity / (phi x ADV30)); None without any volume: nobody buys."""
    pace = Fraction(participation) * Fraction(mean_volume)
    return ceiling(quantity / pace) if pace > 0 else None


def days_to_sell(sale: Sale, calendar: TradingCalendar) -> SaleTime:
    """The maximum of volume, selling cap and lock-up in trading days; the binding constraint is named."""
    if sale.frozen:
        return SaleTime(None, "frozen")
    if sale.suspended:
        return SaleTime(None, "suspended")
    done: list[tuple[date, Constraint]] = []
    for constraint, day in _ends(sale, calendar):
        if day is None:
            return SaleTime(None, constraint)
        done.append((day, constraint))
    last, binding = max(done, key=lambda one: one[0])
    return SaleTime(calendar.count_after(sale.decided_on, last), binding, last)


def _ends(sale: Sale, calendar: TradingCalendar) -> Iterator[tuple[Constraint, date | None]]:
    by_volume = days_by_volume(sale.quantity, sale.mean_volume)
    yield "volume", None if by_volume is None else calendar.add(sale.decided_on, by_volume)
    if sale.lockup_end is not None and sale.lockup_end > sale.decided_on:
        yield "lock-up", calendar.on_or_after(sale.lockup_end)
    if sale.capped:
        yield "selling cap", _capped_end(sale, calendar)


def _capped_end(sale: Sale, calendar: TradingCalendar) -> date | None:
    """(b): notice, then windows of 90 natural days at 3% of capital each, the last one at the speed of (a)."""
    per_window = ceiling(CAP_PER_WINDOW * (sale.capital or 0))
    if per_window <= 0:
        return None
    windows = ceiling(Fraction(sale.quantity, per_window))
    opens = calendar.add(sale.decided_on, NOTICE_TRADING_DAYS)
    for _ in range(windows - 1):
        opens = calendar.on_or_after(opens + timedelta(days=WINDOW_DAYS))
    days = days_by_volume(sale.quantity - (windows - 1) * per_window, sale.mean_volume)
    return None if days is None else calendar.add(opens, max(days, 1) - 1)
