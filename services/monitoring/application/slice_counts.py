"""What is counted of a slice: by append day (R9), and by stream and business date for declarations (V031)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.kernel import SHANGHAI
from monitoring.domain.accepted_state import COLLATERAL, CONTRACT
from submissions.accession import UNREADABLE
from submissions.dictionary import types
from submissions.outcome import Outcome, Received

# What a declaration counts: everything that arrived of a stream, once.
UNCOUNTED = frozenset({Outcome.DUPLICATE, Outcome.QUARANTINED})
Totals = dict[tuple[str, date], list[int]]


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """What of a slice was received on one append day."""

    day: date
    messages: int
    unreadable: int
    records: int
    first_offset: int
    end_offset: int


def days_of(received: Sequence[Received]) -> list[DayCount]:
    """What was received on each append day."""
    if not received:
        return []
    by_day: dict[date, list[Received]] = {}
    first, last = _append_day(received[0]), _append_day(received[-1])
    if first == last:
        by_day[first] = list(received)
    else:
        for one in received:
            by_day.setdefault(_append_day(one), []).append(one)
    return [_day(day, found) for day, found in by_day.items()]


def stream_totals(received: Iterable[Received]) -> Totals:
    """Count, amounts and quantities by stream and business date."""
    sums: Totals = {}
    for one in received:
        if one.record_type and one.business_date and one.record is not None and one.outcome not in UNCOUNTED:
            add_totals(sums, (one.record_type, one.business_date), (1, *totals_of(one)))
    return sums


def add_totals(sums: Totals, key: tuple[str, date], added: Sequence[int]) -> None:
    """Adds to one stream and date."""
    found = sums.setdefault(key, [0] * len(added))
    for at, one in enumerate(added):
        found[at] += one


def totals_of(one: Received) -> tuple[int, int]:
    """The amount (fen) and the quantity (e4) a record adds to its stream; a value it does not bear adds nothing.

    A contract adds its initial amount, a line of collateral its market value and its quantity, the others what the
    dictionary says of their type.
    """
    record = one.record
    if one.record_type == CONTRACT:
        return record.initial_amount_fen or 0, 0
    if one.record_type == COLLATERAL:
        return record.market_value_fen or 0, record.current_quantity_e4 or 0
    return _typed_totals(one.record_type or "", record)


def _typed_totals(record_type: str, record: Any) -> tuple[int, int]:  # a record's struct is made from the dictionary
    of_type = types()[record_type]
    amount = getattr(record, of_type.amount) if of_type.amount else None
    quantity = getattr(record, of_type.quantity) if of_type.quantity else None
    return amount or 0, quantity or 0


def _append_day(one: Received) -> date:
    return one.appended_at.astimezone(SHANGHAI).date()


def _day(day: date, received: Sequence[Received]) -> DayCount:
    unreadable = sum(one.index == UNREADABLE for one in received)
    return DayCount(
        day=day,
        messages=len({one.offset for one in received}),
        unreadable=unreadable,
        records=len(received) - unreadable,
        first_offset=received[0].offset,
        end_offset=received[-1].offset + 1,
    )
