"""A slice of a firm's topic is judged, kept and answered, in one transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from monitoring.application.intake_ports import IntakeWork, JudgedSlice, ReceiptFrame
from monitoring.application.part_slice import Parted, PartSliceHandler, one_by_one
from monitoring.application.usual_slice import UsualSlice
from monitoring.domain.accepted_state import BookChanges, changes_of
from monitoring.domain.firm import FirmCounters, FirmEnvironment
from monitoring.domain.merkle import leaf_of, root_of
from monitoring.domain.typed_state import TypedState, typed_states
from submissions.book import Key
from submissions.columnar.sift import Sifted
from submissions.frames import Issued, SkippedRange, slice_frame, slice_frame_of
from submissions.judge import SliceOutcome, judge
from submissions.outcome import Outcome, Received


@dataclass(frozen=True, kw_only=True)
class ApplySlice:
    """Apply the records of the offsets [start, end) of a firm's topic: each by itself, or `sifted` for columns."""

    firm_id: str
    start: int
    end: int
    received: Sequence[Received] = ()
    skipped: Sequence[SkippedRange] = ()
    sifted: Sifted | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    outcome: SliceOutcome
    changes: BookChanges
    typed: Mapping[Key, TypedState]
    merkle_root: bytes


class ApplySliceHandler:
    """Holds the firm's row, judges the records in order, keeps them, and says one receipt frame.

    The transaction is the consumer's: it may be halved, so `work` comes with the command and its fence has moved.
    One thread judges at a time: several would only take the interpreter from one another and from the loop, at a third
    more time for all. It waits for nobody who decodes: its transaction stands open meanwhile.
    """

    def __init__(self, *, environment: FirmEnvironment = "PROD") -> None:
        self._judging = Lock()
        self._part = PartSliceHandler(self._judging)
        self._environment = environment

    async def __call__(self, command: ApplySlice, work: IntakeWork) -> SliceOutcome:
        """Applies the slice.

        Raises:
            FirmNotFound: the topic's firm is not on board (yet).
        """
        await work.scope(firm_id=command.firm_id)
        counters = await work.firms.lock(command.firm_id)
        if command.sifted is None:
            parted = await one_by_one(command.received, work, counters, await work.lookups.known())
        else:
            parted = await self._part(command.sifted, work, counters)
        judged = await asyncio.to_thread(self._judge, command, parted)
        frame_sequence = counters.next_receipt()
        await self._keep(command, work, parted, judged, frame_sequence)
        await self._answer(command, work, parted, judged, frame_sequence)
        await self._keep_counters(work, counters, parted, judged)
        return judged.outcome

    def _judge(self, command: ApplySlice, parted: Parted) -> _Judged:
        # Pure, and in a thread: other partitions and the heartbeat go on meanwhile.
        with self._judging:
            book, usual = parted.held.book, parted.usual
            outcome = judge(command.firm_id, parted.received, book, parted.references, reached=parted.reached)
            accepted = outcome.of(Outcome.ACCEPTED, Outcome.ACCEPTED_WARN)
            changes = changes_of(accepted, held=parted.held.states, terms=parted.held.terms)
            typed = typed_states(accepted, parted.held.typed)
            if usual is not None:
                outcome.not_checked += usual.admitted.not_checked
            return _Judged(outcome, changes, typed, self.merkle_root(usual, outcome))

    def merkle_root(self, usual: UsualSlice | None, outcome: SliceOutcome) -> bytes:
        """The root over everything the slice held and what became of it (M20.2)."""
        return root_of(map(leaf_of, outcome.received) if usual is None else usual.leaves(outcome.received))

    async def _keep(
        self, command: ApplySlice, work: IntakeWork, parted: Parted, judged: _Judged, frame_sequence: int
    ) -> None:
        if parted.usual is not None:
            await work.usual.keep(
                command.firm_id, parted.usual, frame_sequence=frame_sequence, recorded_at=work.said_at
            )
        await work.submissions.keep(
            JudgedSlice(
                firm_id=command.firm_id,
                start=command.start,
                end=command.end,
                received=parted.received,
                changes=judged.changes,
                frame_sequence=frame_sequence,
                merkle_root=judged.merkle_root,
                recorded_at=work.said_at,
                usual=parted.usual,
            )
        )
        await work.types.keep(command.firm_id, judged.typed)

    async def _answer(
        self, command: ApplySlice, work: IntakeWork, parted: Parted, judged: _Judged, sequence: int
    ) -> None:
        issued = Issued(
            firm_id=command.firm_id, environment=self._environment, sequence=sequence, issued_at=work.said_at
        )
        outcomes = judged.outcome.counts()
        if parted.usual is not None:
            outcomes[Outcome.ACCEPTED] += parted.usual.count
        parts = await asyncio.to_thread(_frame, command, parted, judged.outcome, issued)
        await work.receipts.say(
            ReceiptFrame(firm_id=command.firm_id, sequence=sequence, kind="slice", parts=parts), at=work.said_at
        )
        work.note(
            merkle_root=judged.merkle_root.hex(),
            outcomes={str(outcome): count for outcome, count in sorted(outcomes.items())},
            not_checked=dict(judged.outcome.not_checked),
        )

    async def _keep_counters(self, work: IntakeWork, counters: FirmCounters, parted: Parted, judged: _Judged) -> None:
        book = parted.held.book
        counters.last_sequences.update(book.last_sequence)
        if parted.usual is not None:
            counters.last_sequences.update(parted.usual.admitted.last_sequences)
        counters.pending_records += len(judged.outcome.of(Outcome.PENDING_REFERENCE))
        if judged.outcome.gaps:
            await work.books.keep_gaps(counters.firm_id, book, at=work.said_at)
            counters.open_gaps = sum(len(runs) for runs in book.gaps.values())
        await work.firms.save(counters)


def _frame(command: ApplySlice, parted: Parted, outcome: SliceOutcome, issued: Issued) -> list[bytes]:
    if parted.usual is None:
        return slice_frame(outcome, start=command.start, end=command.end, issued=issued, skipped=command.skipped)
    items = parted.usual.items(outcome.received)
    return slice_frame_of(
        items, start=command.start, end=command.end, issued=issued, gaps=outcome.gaps, skipped=command.skipped
    )
