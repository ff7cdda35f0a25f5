"""The lookups the rules may ask while a slice is judged; what the platform does not have is not checked."""

from collections.abc import Mapping, Sequence
from datetime import date

from monitoring.application.intake_ports import KnownReferences
from monitoring.domain.accepted_state import COLLATERAL, CONTRACT
from submissions.outcome import Outcome, Received
from submissions.rules.case import KnownMarket

# What a declaration counts: everything that arrived of a stream, once.
UNCOUNTED = frozenset({Outcome.DUPLICATE, Outcome.QUARANTINED})
DECLARATION = "declaration"


class SliceReferences(KnownMarket):
    """Calendar and securities as known; totals as stored, plus what this slice has judged so far."""

    def __init__(
        self,
        known: KnownReferences,
        *,
        stored: Mapping[tuple[str, date], Sequence[int]],
        received: Sequence[Received],
    ) -> None:
        super().__init__(known.calendar, known.securities)
        self._stored = stored
        self._received = received

    def received_totals(self, stream: str, day: date) -> tuple[int, int, int]:
        """Count, sum of amounts and sum of quantities of a stream for a business date, up to this record."""
        count, amount, quantity = self._stored.get((stream, day), (0, 0, 0))
        for one in self._received:
            if one.outcome is None:
                break
            if one.record_type == stream and one.business_date == day and one.outcome not in UNCOUNTED:
                of_record = totals_of(one)
                count, amount, quantity = count + 1, amount + of_record[0], quantity + of_record[1]
        return count, amount, quantity


def totals_of(one: Received) -> tuple[int, int]:
    """The amount (fen) and the quantity (e4) a record adds to its stream; a value it does not bear adds nothing.

    A contract adds its initial amount, a line of collateral its market value and its quantity.
    """
    record = one.record
    if one.record_type == CONTRACT:
        return record.initial_amount_fen or 0, 0
    if one.record_type == COLLATERAL:
        return record.market_value_fen or 0, record.current_quantity_e4 or 0
    return 0, 0


def declared_streams(received: Sequence[Received]) -> list[tuple[str, date]]:
    """The streams and days that the declarations among these records speak of."""
    return [
        (one.record.stream, one.business_date)
        for one in received
        if one.record_type == DECLARATION and one.record is not None and one.record.stream and one.business_date
    ]
