"""Records that waited for reference data are judged again, in order, when new data have arrived (R8)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chassis.cause import Cause
from monitoring.application.intake_ports import BeginIntake, HeldBook, IntakeWork, ReceiptFrame, Released
from monitoring.application.record_ports import asked_of
from monitoring.application.slice_references import SliceReferences
from monitoring.domain.accepted_state import BookChanges, changes_of
from monitoring.domain.firm import FirmCounters, FirmEnvironment
from monitoring.domain.typed_state import TypedState, typed_states
from submissions.book import Key, Used
from submissions.frames import Issued, item_of, update_frame
from submissions.judge import judge_again
from submissions.outcome import Outcome, Received

RELEASE_PENDING: Final = "monitoring.release_pending"
RECORDS_MAX: Final = 5_000


@dataclass(frozen=True, kw_only=True)
class ReleasePending:
    """Judge the waiting records of a firm again."""

    firm_id: str


class ReleasePendingHandler:
    """Holds the firm's row like a slice does; what changed is told in an update frame of the same sequence."""

    def __init__(self, *, begin: BeginIntake, environment: FirmEnvironment = "PROD") -> None:
        self._begin = begin
        self._environment = environment

    async def __call__(self, command: ReleasePending, cause: Cause) -> int:
        """Says how many records have their outcome now."""
        async with self._begin(cause) as work:
            await work.scope(firm_id=command.firm_id)
            counters = await work.firms.lock(command.firm_id)
            waiting = await work.books.waiting(command.firm_id, most=RECORDS_MAX)
            if not waiting:
                return 0
            held = await work.books.held(counters, waiting)
            references = SliceReferences(
                await work.lookups.known(),
                stored={},
                received=waiting,
                book=held.book,
                records=await work.types.known(command.firm_id, asked_of(waiting)),
            )
            settled, changes, typed = await asyncio.to_thread(_judge_again, command.firm_id, waiting, held, references)
            if settled:
                await work.types.keep(command.firm_id, typed)
                await work.links.again(
                    command.firm_id,
                    [(one.offset, one.index) for one in settled if one.outcome is not None and one.outcome.applied],
                )
                await self._keep(work, counters, settled, changes)
            if settled and len(waiting) == RECORDS_MAX:
                work.schedule(kind=RELEASE_PENDING, key=command.firm_id, due_at=work.now)
            return len(settled)

    async def _keep(
        self, work: IntakeWork, counters: FirmCounters, settled: Sequence[Received], changes: BookChanges
    ) -> None:
        sequence = counters.next_receipt()
        counters.pending_records -= len(settled)
        await work.submissions.keep_released(
            Released(
                firm_id=counters.firm_id,
                received=settled,
                changes=changes,
                frame_sequence=sequence,
                recorded_at=work.said_at,
            )
        )
        issued = Issued(
            firm_id=counters.firm_id, environment=self._environment, sequence=sequence, issued_at=work.said_at
        )
        parts = update_frame([item_of(one) for one in settled], issued=issued)
        await work.receipts.say(
            ReceiptFrame(firm_id=counters.firm_id, sequence=sequence, kind="update", parts=parts), at=work.said_at
        )
        await work.firms.save(counters)
        work.note(released=len(settled))


def _judge_again(
    firm_id: str, waiting: Sequence[Received], held: HeldBook, references: SliceReferences
) -> tuple[list[Received], BookChanges, dict[Key, TypedState]]:
    book = held.book
    # All of them are judged anew, in order: none waits behind itself. Their sequences are their own.
    book.pending = {}
    for one in waiting:
        if one.record_type and one.sequence:
            book.used[one.record_type, one.sequence] = Used(
                one.record_key or "", one.content_hash, one.accession, Outcome.PENDING_REFERENCE
            )
    outcome = judge_again(firm_id, waiting, book, references)
    settled = [one for one in outcome.received if one.outcome is not Outcome.PENDING_REFERENCE]
    accepted = [one for one in settled if one.outcome is not None and one.outcome.applied]
    changes = changes_of(accepted, held=held.states, terms=held.terms)
    return settled, changes, typed_states(accepted, held.typed)
