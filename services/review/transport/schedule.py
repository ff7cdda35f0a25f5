"""Review's clocked work."""

from datetime import date
from uuid import UUID

from chassis.cause import Cause, Due
from chassis.schedule import Schedule
from review.application.commands.certify_applicant import CertifyApplicant
from review.application.commands.claim_case import CLAIM_LAPSE
from review.application.commands.decide_application import CERTIFY
from review.application.commands.decide_waiting import WAITING, DecideWaiting
from review.application.commands.end_step import EndStep
from review.application.commands.lapse_claim import LapseClaim
from review.application.commands.note_late_snapshot import NoteLateSnapshot
from review.application.commands.note_snapshot import LATE
from review.application.commands.note_stalled_load import NoteStalledLoad
from review.application.commands.register_load import LOAD_STALLED
from review.application.commands.reverify_live import REVERIFY, ReverifyLive
from review.application.commands.watch_notice import WatchNotice
from review.application.deciding import DAY_BEGAN
from review.application.laddering import NOTICE_DUE, STEP_ENDS
from review.application.use_cases import UseCases


def schedules(use_cases: UseCases) -> list[Schedule]:
    """What runs by the clock: cases, daily checks, claims, late snapshots, stalled loads, applicants; the ladder."""

    async def decide_waiting(due: Due, cause: Cause) -> None:
        await use_cases.decide_waiting(DecideWaiting(run=f"{due.kind}/{due.key}"), cause)

    async def decide_waiting_again(due: Due, cause: Cause) -> None:
        await use_cases.decide_waiting(DecideWaiting(run=due.key), cause)

    async def reverify(due: Due, cause: Cause) -> None:
        await use_cases.reverify_live(ReverifyLive.of_key(due.key), cause)

    async def lapse(due: Due, cause: Cause) -> None:
        await use_cases.lapse_claim(LapseClaim(case_id=UUID(due.key)), cause)

    async def late(due: Due, cause: Cause) -> None:
        await use_cases.note_late_snapshot(NoteLateSnapshot(day=date.fromisoformat(due.key)), cause)

    async def stalled(due: Due, cause: Cause) -> None:
        await use_cases.note_stalled_load(NoteStalledLoad(load_id=UUID(due.key)), cause)

    async def certify(due: Due, cause: Cause) -> None:
        await use_cases.access.certify_applicant(CertifyApplicant(application_id=UUID(due.key)), cause)

    return [
        Schedule(kind=DAY_BEGAN, run=decide_waiting),
        Schedule(kind=WAITING, run=decide_waiting_again),
        Schedule(kind=REVERIFY, run=reverify),
        Schedule(kind=CLAIM_LAPSE, run=lapse),
        Schedule(kind=LATE, run=late),
        Schedule(kind=LOAD_STALLED, run=stalled),
        Schedule(kind=CERTIFY, run=certify),
        *_ladder(use_cases),
    ]


def _ladder(use_cases: UseCases) -> list[Schedule]:
    """Deadlines of notices, and last days of steps (P4.1, P4.3)."""

    async def watch(due: Due, cause: Cause) -> None:
        await use_cases.ladder.watch_notice(WatchNotice(notice_id=UUID(due.key)), cause)

    async def end(due: Due, cause: Cause) -> None:
        await use_cases.ladder.end_step(EndStep(sanction_id=UUID(due.key)), cause)

    return [Schedule(kind=NOTICE_DUE, run=watch), Schedule(kind=STEP_ENDS, run=end)]
