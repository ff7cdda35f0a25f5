"""What the indicators of a generated book must be, day by day, from the book itself by plain arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from finance.corporate_actions import CorporateAction, PledgedLine, as_of
from finance.coverage import NOTHING, Coverage, Level
from finance.units import half_up_places, scaled, value_fen
from market.contracts import Contract
from market.story import Key

Actions = Mapping[tuple[Key, date], CorporateAction]


def market_on(
    book: Sequence[Contract], closes: Mapping[Key, Decimal], day: date, *, reported_on: date, actions: Actions
) -> dict[str, Any]:
    """M9.2a, M9.3a, M9.3c, M9.4a and M9.4b of the open contracts on a day, exact, and how many stand at each level."""
    whole, balances, counts = NOTHING, dict.fromkeys(Level, 0), dict.fromkeys(Level, 0)
    closes_e4 = {key: scaled(close, 4) for key, close in closes.items()}
    moved = {key for key, _ in actions}
    for one in book:
        if not one.open:
            continue
        if any(line.security.key in moved for line in one.lines):
            part = coverage_on(one, closes, day, reported_on=reported_on, actions=actions)
        else:
            part = one.quick_coverage(closes_e4, day)
        level = one.quick_level(part)
        whole += part
        balances[level] += one.initial_amount_fen
        counts[level] += 1
    balance = sum(balances.values())
    ratio = whole.ratio or Fraction(0)
    return {
        "day": day.isoformat(),
        "open_contracts": sum(counts.values()),
        "M9.2a": balance,
        "M9.3a": str(ratio),
        "M9.3a_shown": str(half_up_places(ratio, 6)),
        "M9.3c": str(Fraction(whole.collateral_fen, balance)),
        "M9.4a": str(Fraction(balance - balances[Level.NORMAL], balance)),
        "M9.4b": str(Fraction(balances[Level.TRIGGERED], balance)),
        "levels": {level.value: count for level, count in counts.items()},
    }


def levels_of(contract: Contract, closes: Sequence[Mapping[Key, Decimal]], days: Sequence[date]) -> list[str]:
    """A contract's level on each of some days without corporate actions."""
    lines = contract.lines_of_contract
    return [contract.coverage(at, day).level(lines).value for at, day in zip(closes, days, strict=True)]


def coverage_on(
    contract: Contract, closes: Mapping[Key, Decimal], day: date, *, reported_on: date, actions: Actions
) -> Coverage:
    """A contract's coverage on a day: corporate actions since its report act on its lines (FIN6)."""
    lines = [
        as_of(
            PledgedLine(one.quantity - one.released, 0),
            [action for (key, _), action in actions.items() if key == one.security.key],
            reported_on=reported_on,
            on=day,
        )
        for one in contract.lines
    ]
    value = sum(
        value_fen(held.quantity, closes[one.security.key]) for held, one in zip(lines, contract.lines, strict=True)
    )
    return replace(contract.coverage(closes, day), collateral_fen=value, cash_fen=sum(one.cash_fen for one in lines))
