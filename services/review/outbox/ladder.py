"""The ladder's facts in the public language: which step binds whom, never what anybody wrote."""

from collections.abc import Callable
from typing import Any, Literal

from chassis.kernel import Fact
from events.base import Event
from events.review import v1 as said
from review.domain.ladder import Ground, Matter, Step
from review.domain.notice import NoticeAnswered, NoticeClosed, NoticeIssued, NoticeOverdue
from review.domain.sanction import AppealDecided, StepAppealed, StepEnded, StepTaken


def _issued(fact: NoticeIssued) -> Event:
    return said.NoticeIssued(
        **_subject(fact.matter),
        notice_id=fact.notice_id,
        by=fact.by,
        ground=_ground(fact.ground),
        deadline_at=fact.deadline_at,
        issued_at=fact.at,
    )


def _answered(fact: NoticeAnswered) -> Event:
    return said.NoticeAnswered(
        **_subject(fact.matter), notice_id=fact.notice_id, answered_by=fact.by, answered_at=fact.at
    )


def _overdue(fact: NoticeOverdue) -> Event:
    return said.NoticeOverdue(**_subject(fact.matter), notice_id=fact.notice_id, overdue_since=fact.at)


def _closed(fact: NoticeClosed) -> Event:
    return said.NoticeClosed(**_subject(fact.matter), notice_id=fact.notice_id, reason=fact.reason, closed_at=fact.at)


def _taken(fact: StepTaken) -> Event:
    if fact.step == "restrict":
        return said.RestrictionOrdered(
            **_subject(fact.matter),
            sanction_id=fact.sanction_id,
            notice_id=fact.notice_id,
            ground=_ground(fact.ground),
            ends_on=fact.ends_on,
            ordered_at=fact.at,
        )
    bound = _bound(fact.matter)
    if fact.step == "suspend":
        return said.AccessSuspended(**bound, sanction_id=fact.sanction_id, ends_on=fact.ends_on, suspended_at=fact.at)
    return said.AccessTerminated(**bound, sanction_id=fact.sanction_id, terminated_at=fact.at)


def _ended(fact: StepEnded) -> Event:
    if fact.step == "restrict":
        return said.RestrictionLifted(
            **_subject(fact.matter), sanction_id=fact.sanction_id, by=fact.by, lifted_at=fact.at
        )
    return said.AccessReinstated(
        **_bound(fact.matter),
        sanction_id=fact.sanction_id,
        by=fact.by,
        status=_STATUS[fact.remaining],
        reinstated_at=fact.at,
    )


def _appealed(fact: StepAppealed) -> Event:
    return said.StepAppealed(
        **_subject(fact.matter), sanction_id=fact.sanction_id, decide_by=fact.decide_by, appealed_at=fact.at
    )


def _appeal_decided(fact: AppealDecided) -> Event:
    return said.AppealDecided(
        **_subject(fact.matter), sanction_id=fact.sanction_id, outcome=fact.outcome, decided_at=fact.at
    )


def _subject(matter: Matter) -> dict[str, Any]:
    return {"subject_id": matter.id, "subject_kind": matter.kind, "participant_id": matter.participant_id}


def _bound(matter: Matter) -> dict[str, Any]:
    return {"participant_id": matter.participant_id, "user_id": matter.id if matter.kind == "user" else None}


def _ground(ground: Ground) -> said.Ground:
    return said.Ground(
        kind=ground.kind,
        code=ground.code,
        version=ground.version,
        pointer=ground.pointer,
        message_zh=ground.message_zh,
        message_en=ground.message_en,
    )


_STATUS: dict[Step | None, Literal["active", "suspended", "terminated"]] = {
    None: "active",
    "restrict": "active",
    "suspend": "suspended",
    "terminate": "terminated",
}
LADDER: dict[type[Fact], Callable[[Any], Event]] = {
    NoticeIssued: _issued,
    NoticeAnswered: _answered,
    NoticeOverdue: _overdue,
    NoticeClosed: _closed,
    StepTaken: _taken,
    StepEnded: _ended,
    StepAppealed: _appealed,
    AppealDecided: _appeal_decided,
}
