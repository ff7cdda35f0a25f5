"""A slice is parted: usual records go as columns, the others one by one. Both in the slice's own transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from monitoring.application.intake_ports import HeldBook, IntakeWork, KnownReferences
from monitoring.application.record_ports import asked_of
from monitoring.application.slice_references import SliceReferences, declared_streams
from monitoring.application.usual_slice import Keys, UsualSlice
from monitoring.domain.firm import FirmCounters
from submissions.book import Book
from submissions.columnar.admit import Admitted, admit
from submissions.columnar.sift import Sifted
from submissions.outcome import Received

# Keys that are held are found by adding them: once they are left out, nothing else can be held under the firm's lock.
_ATTEMPTS_MAX = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """A slice on its two ways, and what is held and known for the records that are judged one by one.

    `reached` says how far each of these records' streams had come before it; None: as far as is held.
    """

    usual: UsualSlice | None = None
    received: Sequence[Received]
    reached: Sequence[int | None] | None = None
    held: HeldBook
    references: SliceReferences


class PartSliceHandler:
    """Parts slices while the firm's row is held. States of usual records are written on the way."""

    def __init__(self, judging: Lock) -> None:
        self._judging = judging

    async def __call__(self, sifted: Sifted, work: IntakeWork, counters: FirmCounters) -> Parted:
        """Parts one slice."""
        known = await work.lookups.known()
        taken: Keys = await work.usual.waiting(counters.firm_id) if counters.pending_records else {}
        for _ in range(_ATTEMPTS_MAX):
            admitted = await asyncio.to_thread(self._admitted, sifted, counters, known, taken)
            # Looked up before anything is added: what others left, and nothing of this slice.
            parted = await one_by_one(admitted.others, work, counters, known, reached=admitted.reached)
            if not admitted.frames:
                break
            usual = UsualSlice.of(admitted)
            found = await work.usual.add(counters.firm_id, usual)
            if not found:
                return Parted(
                    usual=usual,
                    received=parted.received,
                    reached=parted.reached,
                    held=parted.held,
                    references=parted.references,
                )
            taken = _both(taken, found)
        return await one_by_one(await asyncio.to_thread(self._every, sifted), work, counters, known)

    def _admitted(self, sifted: Sifted, counters: FirmCounters, known: KnownReferences, taken: Keys) -> Admitted:
        with self._judging:
            references = SliceReferences(known, stored={}, received=(), book=Book())
            return admit(sifted, counters.last_sequences, references, taken=taken)

    def _every(self, sifted: Sifted) -> list[Received]:
        with self._judging:
            return [sifted.gathered.read_exactly(row) for row in range(sifted.count)]


async def one_by_one(
    received: Sequence[Received],
    work: IntakeWork,
    counters: FirmCounters,
    known: KnownReferences,
    *,
    reached: Sequence[int | None] | None = None,
) -> Parted:
    """Looks up what is held and known for records that are judged by themselves."""
    held = await work.books.held(counters, received)
    references = SliceReferences(
        known,
        stored=await work.books.totals(counters.firm_id, declared_streams(received)),
        received=received,
        book=held.book,
        records=await work.types.known(counters.firm_id, asked_of(received)),
    )
    return Parted(received=received, reached=reached, held=held, references=references)


def _both(some: Keys, others: Keys) -> Keys:
    return {name: some.get(name, frozenset()) | others.get(name, frozenset()) for name in {*some, *others}}
