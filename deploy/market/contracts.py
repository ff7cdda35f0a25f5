"""Contracts and their collateral, consistent to the fen."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from finance.calendar import add_months
from finance.coverage import Coverage, Level, Lines, level_e6
from finance.interest import accrued_interest, accrued_interest_e6, days_of_interest
from finance.units import E4, fen, half_up_places, scaled, value_fen, value_fen_e4, yuan
from market.master import Security
from market.story import (
    AT_THE_LINE,
    LINE_BORROWER,
    LINE_CONTRACT,
    LINE_LIQUIDATION,
    LINE_PRINCIPAL,
    LINE_SHARES,
    LINE_WARNING,
    UNKNOWN_AT_FIRST,
    Firm,
)

RATES = tuple(map(Decimal, ("0.055", "0.06", "0.065", "0.0685", "0.07", "0.075", "0.08")))
LINE_PAIRS = (("1.6", "1.4"), ("1.5", "1.3"), ("1.5", "1.3"), ("1.7", "1.5"))
PLEDGE_RATES = {"main": (38, 55), "chinext": (28, 38), "star": (25, 38), "beijing": (20, 30)}
LEAST_AMOUNT = 500_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One collateral line as it stands on the reporting day."""

    line_no: int
    security: Security
    quantity: int
    kind: str = "initial"
    restricted_until: date | None = None
    released: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Contract:
    """One contract as it stands on the reporting day; money in fen."""

    contract_id: str
    firm_id: str
    borrower_id: str
    lender_id: str
    initial_date: date
    initial_amount_fen: int
    pledge_rate: Decimal
    maturity: date
    rate: Decimal
    interest_paid_to: date
    warning_line: Decimal
    liquidation_line: Decimal
    lines: tuple[Line, ...]
    repaid_fen: int = 0
    fund_use: str = "production"
    status: str = "active"
    initial_maturity: date | None = None
    extension_count: int = 0
    ended: Mapping[str, Any] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether it is not closed."""
        return self.status != "closed"

    def debt_fen(self, on: date) -> int:
        """D on a day."""
        left = self.initial_amount_fen - self.repaid_fen
        return left + accrued_interest(left, self.rate, paid_to=self.interest_paid_to, on=on)

    def coverage(self, closes: Mapping[tuple[str, str], Decimal], on: date) -> Coverage:
        """V, K, O and D on a day, at that day's closes."""
        value = sum(value_fen(one.quantity - one.released, closes[one.security.key]) for one in self.lines)
        return Coverage(value, 0, 0, self.debt_fen(on))

    def quick_coverage(self, closes_e4: Mapping[tuple[str, str], int], on: date) -> Coverage:
        """`coverage` on scaled integers: the same number, for books of many thousands."""
        left = self.initial_amount_fen - self.repaid_fen
        days = days_of_interest(self.interest_paid_to, on)
        value = sum(value_fen_e4((one.quantity - one.released) * E4, closes_e4[one.security.key]) for one in self.lines)
        return Coverage(value, 0, 0, left + accrued_interest_e6(left, scaled(self.rate, 6), days))

    def quick_level(self, coverage: Coverage) -> Level:
        """Its level, on scaled integers."""
        return level_e6(
            coverage.cover_fen,
            coverage.debt_fen,
            warning_e6=scaled(self.warning_line, 6),
            liquidation_e6=scaled(self.liquidation_line, 6),
        )

    @property
    def lines_of_contract(self) -> Lines:
        """Its warning and liquidation line."""
        return Lines(self.warning_line, self.liquidation_line)


def contracts_of(random: Random, firm: Firm, count: int, securities: list[Security], on: date) -> list[Contract]:
    """A firm's book on a day: most open, some overdue, a few closed."""
    apart = {AT_THE_LINE, UNKNOWN_AT_FIRST}
    shares = [one for one in securities if one.is_a_share and not one.suspended and one.key not in apart]
    book = [_contract(random, firm, number, shares, on) for number in range(1, count + 1)]
    if firm.firm_id == "F001":
        terms = LineTerms(
            security=next(one for one in securities if one.key == AT_THE_LINE),
            shares=LINE_SHARES,
            principal_fen=fen(LINE_PRINCIPAL),
            pledge_rate=Decimal("0.40"),
            warning=LINE_WARNING,
            liquidation=LINE_LIQUIDATION,
        )
        book.append(line_contract(terms, firm.firm_id, on))
    return book


def _contract(random: Random, firm: Firm, number: int, shares: list[Security], on: date) -> Contract:
    security = random.choice(shares)
    begun = on - timedelta(days=random.randrange(20, 700))
    months = random.choice((6, 12, 12, 12, 24, 36))
    maturity = add_months(begun, months)
    low, high = PLEDGE_RATES.get(security.board, (38, 55))
    rate = Fraction(random.randrange(low * 10, high * 10), 1000)
    begun_at = Fraction(security.close) * random.randrange(95, 125) / 100
    # Enough shares for the least amount that a trade may have (FR05), so that the pledge rate stays what was drawn.
    least = math.ceil(LEAST_AMOUNT / (begun_at * rate) / 10_000) + 1
    quantity = max(random.randrange(5, 400), least) * 10_000
    amount = int(quantity * begun_at * rate) // 10_000 * 10_000
    warning, liquidation = random.choice(LINE_PAIRS)
    lines = [
        Line(
            line_no=1,
            security=security,
            quantity=quantity,
            restricted_until=add_months(on, random.randrange(3, 15)) if random.randrange(9) == 0 else None,
        )
    ]
    if random.randrange(10) == 0:
        lines.append(
            Line(line_no=2, security=random.choice(shares), quantity=quantity // 1000 * 100, kind="supplement")
        )
    contract = Contract(
        contract_id=f"C-{firm.firm_id}-{number:05}",
        firm_id=firm.firm_id,
        borrower_id=f"B-{random.randrange(1, 160):04}",
        lender_id=random.choice(firm.lenders),
        initial_date=begun,
        initial_amount_fen=amount * 100,
        pledge_rate=half_up_places(Fraction(amount) / (quantity * begun_at), 6),
        maturity=maturity,
        rate=random.choice(RATES),
        interest_paid_to=_quarter_end(begun, on),
        warning_line=Decimal(warning),
        liquidation_line=Decimal(liquidation),
        lines=tuple(lines),
        fund_use=random.choice(("production", "production", "refinance_pledge", "repay_debt", "consumption")),
        status="matured_unsettled" if maturity < on else "active",
    )
    return closed(contract, on) if random.randrange(20) == 0 else contract


def _quarter_end(begun: date, on: date) -> date:
    """Interest is paid every three months."""
    paid = begun
    for quarter in range(1, 13):
        at = add_months(begun, 3 * quarter)
        if at > on:
            break
        paid = at
    return paid


def closed(contract: Contract, on: date) -> Contract:
    """The contract as if it had ended three days before, its collateral released."""
    closed_on = max(contract.initial_date, on - timedelta(days=3))
    return Contract(
        **{name: getattr(contract, name) for name in contract.__slots__ if name not in {"status", "ended", "lines"}},
        status="closed",
        lines=tuple(
            Line(
                line_no=one.line_no, security=one.security, quantity=one.quantity, kind=one.kind, released=one.quantity
            )
            for one in contract.lines
        ),
        ended={
            "close_date": closed_on.isoformat(),
            "close_reason": "early" if closed_on < contract.maturity else "maturity",
            "close_amount": str(yuan(contract.debt_fen(closed_on))),
        },
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LineTerms:
    """The contract that meets its lines exactly: no interest, so that its debt stands still."""

    security: Security
    shares: int
    principal_fen: int
    pledge_rate: Decimal
    warning: Decimal
    liquidation: Decimal


def line_contract(terms: LineTerms, firm_id: str, on: date) -> Contract:
    """The contract of those terms, begun two months before a day."""
    begun = add_months(on, -2)
    return Contract(
        contract_id=LINE_CONTRACT,
        firm_id=firm_id,
        borrower_id=LINE_BORROWER,
        lender_id="L-OWN",
        initial_date=begun,
        initial_amount_fen=terms.principal_fen,
        pledge_rate=terms.pledge_rate,
        maturity=add_months(begun, 12),
        rate=Decimal(0),
        interest_paid_to=begun,
        warning_line=terms.warning,
        liquidation_line=terms.liquidation,
        lines=(Line(line_no=1, security=terms.security, quantity=terms.shares),),
    )
