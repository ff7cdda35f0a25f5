"""A slice of a firm's topic is judged, kept and answered, in one transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from monitoring.application.intake_ports import HeldBook, IntakeWork, JudgedSlice, ReceiptFrame
from monitoring.application.record_ports import asked_of
from monitoring.application.slice_references import SliceReferences, declared_streams
from monitoring.domain.accepted_state import BookChanges, changes_of
from monitoring.domain.firm import FirmCounters, FirmEnvironment
from monitoring.domain.merkle import leaf_of, root_of
from monitoring.domain.typed_state import TypedState, typed_states
from submissions.book import Key
from submissions.frames import Issued, SkippedRange, slice_frame
from submissions.judge import SliceOutcome, judge
from submissions.outcome import Outcome, Received


@dataclass(frozen=True, kw_only=True)
class ApplySlice:
    """Apply the records of the offsets [start, end) of a firm's topic."""

    firm_id: str
    start: int
    end: int
    received: Sequence[Received]
    skipped: Sequence[SkippedRange] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    outcome: SliceOutcome
    changes: BookChanges
    typed: Mapping[Key, TypedState]
    merkle_root: bytes


class ApplySliceHandler:
    """Holds the firm's row, judges the records in order, keeps them, and says one receipt frame.

    The transaction is the consumer's: it may be halved, so `work` comes with the command and its fence has moved.
    `thinking` is held by the one thread that decodes or judges: several would only take the interpreter from one
    another and from the loop, at a third more time for all.
    """

    def __init__(self, *, environment: FirmEnvironment = "PROD") -> None:
        self.thinking = Lock()
        self._environment = environment

    async def __call__(self, command: ApplySlice, work: IntakeWork) -> SliceOutcome:
        """Applies the slice.

        Raises:
            FirmNotFound: the topic's firm is not on board (yet).
        """
        await work.scope(firm_id=command.firm_id)
        counters = await work.firms.lock(command.firm_id)
        held = await work.books.held(counters, command.received)
        stored = await work.books.totals(command.firm_id, declared_streams(command.received))
        references = SliceReferences(
            await work.lookups.known(),
            stored=stored,
            received=command.received,
            book=held.book,
            records=await work.types.known(command.firm_id, asked_of(command.received)),
        )
        judged = await asyncio.to_thread(self._judge, command, held, references)
        frame_sequence = counters.next_receipt()
        await work.submissions.keep(
            JudgedSlice(
                firm_id=command.firm_id,
                start=command.start,
                end=command.end,
                received=command.received,
                changes=judged.changes,
                frame_sequence=frame_sequence,
                merkle_root=judged.merkle_root,
                recorded_at=work.said_at,
            )
        )
        await work.types.keep(command.firm_id, judged.typed)
        await self._answer(command, work, judged, frame_sequence)
        await self._keep_counters(work, counters, held, judged)
        return judged.outcome

    def _judge(self, command: ApplySlice, held: HeldBook, references: SliceReferences) -> _Judged:
        # Pure, and in a thread: other partitions and the heartbeat go on meanwhile.
        with self.thinking:
            outcome = judge(command.firm_id, command.received, held.book, references)
            accepted = outcome.of(Outcome.ACCEPTED, Outcome.ACCEPTED_WARN)
            changes = changes_of(accepted, held=held.states, terms=held.terms)
            typed = typed_states(accepted, held.typed)
            return _Judged(outcome, changes, typed, root_of(leaf_of(one) for one in command.received))

    async def _answer(self, command: ApplySlice, work: IntakeWork, judged: _Judged, sequence: int) -> None:
        issued = Issued(
            firm_id=command.firm_id, environment=self._environment, sequence=sequence, issued_at=work.said_at
        )
        parts = slice_frame(
            judged.outcome, start=command.start, end=command.end, issued=issued, skipped=command.skipped
        )
        await work.receipts.say(
            ReceiptFrame(firm_id=command.firm_id, sequence=sequence, kind="slice", parts=parts), at=work.said_at
        )
        work.note(
            merkle_root=judged.merkle_root.hex(),
            outcomes={str(outcome): count for outcome, count in sorted(judged.outcome.counts().items())},
            not_checked=dict(judged.outcome.not_checked),
        )

    async def _keep_counters(self, work: IntakeWork, counters: FirmCounters, held: HeldBook, judged: _Judged) -> None:
        counters.last_sequences.update(held.book.last_sequence)
        counters.pending_records += len(judged.outcome.of(Outcome.PENDING_REFERENCE))
        if judged.outcome.gaps:
            await work.books.keep_gaps(counters.firm_id, held.book, at=work.said_at)
            counters.open_gaps = sum(len(runs) for runs in held.book.gaps.values())
        await work.firms.save(counters)
