"""Which board and kind a code belongs to on a date, and its price limit: dated data (FIN20)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Literal, cast

from finance.tables import day_or_none, in_force, rows

Market = Literal["SSE", "SZSE", "BSE", "NEEQ", "OTC"]
Segment = Literal["main", "former_sme", "chinext", "star", "beijing", "neeq", "b", "bond", "etf", "fund", "plan"]
MARKETS: frozenset[str] = frozenset({"SSE", "SZSE", "BSE", "NEEQ", "OTC"})
_CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class CodeRange:
    """Codes of a market that begin with a prefix, from and until a date."""

    market: str
    prefix: str
    board: str
    segment: Segment
    asset_class: str
    starts: date | None
    ends: date | None


@cache
def code_ranges() -> tuple[CodeRange, ...]:
    """All rows, longest prefix first."""
    found = (
        CodeRange(
            market=row["market"],
            prefix=row["prefix"],
            board=row["board"],
            segment=cast("Segment", row["segment"]),
            asset_class=row["asset_class"],
            starts=day_or_none(row["from"]),
            ends=day_or_none(row["to"]),
        )
        for row in rows("boards.csv")
    )
    return tuple(sorted(found, key=lambda one: -len(one.prefix)))


@cache
def code_range(market: str, code: str, on: date) -> CodeRange | None:
    """The row of a code on a date; None when market and code form no known pattern of that date."""
    if len(code) != _CODE_LENGTH or not code.isascii() or not code.isalnum():
        return None
    for one in code_ranges():
        if one.market == market and code.startswith(one.prefix) and in_force(on, one.starts, one.ends):
            return one
    return None


def is_known_code(market: str, code: str, on: date) -> bool:
    """Whether market and code form a known pattern of that date (V012)."""
    return code_range(market, code, on) is not None


def segment_of(market: str, code: str, on: date) -> Segment | None:
    """The segment of a code on a date."""
    found = code_range(market, code, on)
    return found.segment if found else None


def is_a_share(market: str, code: str, on: date) -> bool:
    """Whether the code is an A-share of Shanghai, Shenzhen or Beijing."""
    found = code_range(market, code, on)
    return found is not None and found.asset_class == "a_share"


def price_limit(segment: Segment, on: date, *, special_treatment: bool = False) -> Fraction | None:
    """The daily price limit as a fraction; None where there is none."""
    key = "st" if special_treatment and segment in {"main", "former_sme"} else segment
    for found, limit, starts, ends in _price_limits():
        if found == key and in_force(on, starts, ends):
            return limit
    return None


@cache
def _price_limits() -> tuple[tuple[str, Fraction, date | None, date | None], ...]:
    return tuple(
        (row["segment"], Fraction(row["limit"]), day_or_none(row["from"]), day_or_none(row["to"]))
        for row in rows("price_limits.csv")
    )
