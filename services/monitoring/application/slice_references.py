"""The lookups the rules may ask while a slice is judged; what the platform does not have is not checked."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from monitoring.application.intake_ports import KnownReferences
from monitoring.application.record_ports import NOTHING_KNOWN, KnownRecords, Pledged
from monitoring.application.slice_counts import UNCOUNTED, totals_of
from monitoring.domain.accepted_state import COLLATERAL
from monitoring.domain.linking import referred
from monitoring.domain.typed_state import content_of
from submissions.book import Book, Key
from submissions.outcome import Received
from submissions.rules.case import KnownMarket

DECLARATION = "declaration"


class SliceReferences(KnownMarket):
    """Calendar and securities as known; totals and other records as stored, plus what this slice has judged so far."""

    def __init__(
        self,
        known: KnownReferences,
        *,
        stored: Mapping[tuple[str, date], Sequence[int]],
        received: Sequence[Received],
        book: Book,
        records: KnownRecords = NOTHING_KNOWN,
    ) -> None:
        super().__init__(known.calendar, known.securities)
        self._stored = stored
        self._received = received
        self._book = book
        self._records = records

    def received_totals(self, stream: str, day: date) -> tuple[int, int, int]:
        """Count, sum of amounts and sum of quantities of a stream for a business date, up to this record."""
        count, amount, quantity = self._stored.get((stream, day), (0, 0, 0))
        for one in self._judged():
            if one.record_type == stream and one.business_date == day and one.outcome not in UNCOUNTED:
                of_record = totals_of(one)
                count, amount, quantity = count + 1, amount + of_record[0], quantity + of_record[1]
        return count, amount, quantity

    def newest_contract(self, borrower_id: str) -> date:
        """The day on which a borrower's newest contract began, as stored."""
        return self._records.newest_contracts.get(borrower_id, date.min)

    def maturity(self, contract_id: str) -> date | None:
        """The day on which a contract is due so far, as stored."""
        return self._records.maturities.get(contract_id)

    def in_default(self, contract_id: str) -> bool:
        """Whether a contract is in default, as stored."""
        return contract_id in self._records.defaulted

    def pledged_e4(self, contract_id: str, market: str, security: str) -> int | None:
        """How much of a security secures a contract, as stored; not at hand where this slice touched its lines."""
        if any(one.record_type == COLLATERAL and one.record.contract_id == contract_id for one in self._applied()):
            return None
        return self._records.pledged_e4.get(Pledged(contract_id, market, security), 0)

    def received_before(self, accession: str) -> bool:
        """Whether a record was received under an accession: before this slice, or earlier in it."""
        return accession in self._records.received or any(one.accession == accession for one in self._judged())

    def live_references(self, record_type: str, record_key: str) -> bool:
        """Whether a record that was not cancelled names the key, stored or in this slice (V025)."""
        key: Key = (record_type, record_key)
        named = set(self._records.referrers.get(key, ()))
        named |= {
            (one.record_type, one.record_key)
            for one in self._applied()
            if one.record_type
            and one.record_key
            and key in referred(one.record_type, content_of(one.record_type, one.record))
        }
        return any(not self._is_cancelled(one) for one in named)

    def _is_cancelled(self, key: Key) -> bool:
        held = self._book.keys.get(key)
        return held is not None and held.state == "cancelled"

    def _judged(self) -> Iterator[Received]:
        """The slice's records that have their outcome, up to the one that is being judged."""
        for one in self._received:
            if one.outcome is None:
                return
            yield one

    def _applied(self) -> Iterator[Received]:
        return (one for one in self._judged() if one.outcome is not None and one.outcome.applied)


def declared_streams(received: Sequence[Received]) -> list[tuple[str, date]]:
    """The streams and days that the declarations among these records speak of."""
    return [
        (one.record.stream, one.business_date)
        for one in received
        if one.record_type == DECLARATION and one.record is not None and one.record.stream and one.business_date
    ]
