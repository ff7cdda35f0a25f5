"""What the indicators of a generated book must be, day by day, from the book itself by plain arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from finance.corporate_actions import CorporateAction, PledgedLine, as_of
from finance.coverage import Coverage, Level, total
from finance.units import half_up_places, value_fen
from market.contracts import Contract
from market.story import Key

Actions = Mapping[tuple[Key, date], CorporateAction]


def market_on(
    book: Sequence[Contract], closes: Mapping[Key, Decimal], day: date, *, reported_on: date, actions: Actions
) -> dict[str, Any]:
    """M9.2a, M9.3a, M9.3c, M9.4a and M9.4b of the open contracts on a day, exact, and how many stand at each level."""
    parts = [(one, coverage_on(one, closes, day, reported_on=reported_on, actions=actions)) for one in book if one.open]
    levels = [(one, part.level(one.lines_of_contract)) for one, part in parts]
    balance = sum(one.initial_amount_fen for one, _ in parts)
    whole = total(part for _, part in parts)
    reached = sum(one.initial_amount_fen for one, level in levels if level is not Level.NORMAL)
    triggered = sum(one.initial_amount_fen for one, level in levels if level is Level.TRIGGERED)
    ratio = whole.ratio or Fraction(0)
    return {
        "day": day.isoformat(),
        "open_contracts": len(parts),
        "M9.2a": balance,
        "M9.3a": str(ratio),
        "M9.3a_shown": str(half_up_places(ratio, 6)),
        "M9.3c": str(Fraction(whole.collateral_fen, balance)),
        "M9.4a": str(Fraction(reached, balance)),
        "M9.4b": str(Fraction(triggered, balance)),
        "levels": {level.value: sum(one is level for _, one in levels) for level in Level},
    }


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
