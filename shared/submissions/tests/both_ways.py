"""The same messages record by record and as columns: what a firm hears, and what is held, must not differ."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from submissions.accession import Accessions
from submissions.book import Book
from submissions.columnar.admit import Admitted, admit
from submissions.columnar.items import items_of, with_accessions
from submissions.columnar.sift import ROW, sift
from submissions.decode import decode
from submissions.dictionary import columns
from submissions.frames import Issued, item_of, slice_frame, slice_frame_of
from submissions.judge import judge
from submissions.outcome import Message
from submissions.rules.case import References
from submissions.tests.builders import APPENDED, TOPIC

ISSUED = Issued(firm_id="F001", environment="PROD", sequence=1, issued_at=APPENDED)
# Not of the record itself, and not of a state: times are parsed apart, and what a usual record may not bear is absent.
_APART = frozenset({"record_type", "reported_at", "no_data"})


@dataclass(frozen=True, slots=True)
class Way:
    """What came of one way."""

    frames: list[bytes]
    last_sequences: Mapping[str, int]
    gaps: Mapping[str, list[tuple[int, int]]]
    not_checked: Counter[str]


def by_record(messages: Sequence[Message], references: References, last: Mapping[str, int]) -> Way:
    book = Book(last_sequence=dict(last))
    outcome = judge("F001", decode(messages, Accessions(TOPIC, 0)), book, references)
    frames = slice_frame(outcome, start=0, end=len(messages), issued=ISSUED)
    return Way(frames, book.last_sequence, _open(book), outcome.not_checked)


def by_column(messages: Sequence[Message], references: References, last: Mapping[str, int]) -> tuple[Way, Admitted]:
    admitted = admit(sift(messages, Accessions(TOPIC, 0)), last, references)
    book = Book(last_sequence=dict(last))
    outcome = judge("F001", admitted.others, book, references, reached=admitted.reached)
    accessions = admitted.sifted.gathered.accessions
    named = {name: with_accessions(frame, accessions) for name, frame in admitted.frames.items()}
    told = [(row, item_of(one)) for row, one in zip(admitted.rows, outcome.received, strict=True)]
    frames = slice_frame_of(items_of(named, told), start=0, end=len(messages), issued=ISSUED, gaps=outcome.gaps)
    reached = {**last, **admitted.last_sequences}
    return Way(frames, reached, _open(book), outcome.not_checked + admitted.not_checked), admitted


def canonical_rows(admitted: Admitted) -> dict[int, tuple[object, ...]]:
    """The canonical values of the usual records, by row."""
    return {
        row: values
        for name, frame in admitted.frames.items()
        for row, values in zip(frame[ROW].to_list(), frame.select(names_of(name)).rows(), strict=True)
    }


def names_of(record_type: str) -> list[str]:
    """The canonical values that both ways hold."""
    return [one for one in columns(record_type) if one not in _APART]


def _open(book: Book) -> dict[str, list[tuple[int, int]]]:
    return {stream: runs for stream, runs in book.gaps.items() if runs}
