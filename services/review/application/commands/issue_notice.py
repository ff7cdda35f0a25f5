"""An operator's person demands a correction (P4.1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import Refusal, new_id
from review.application.laddering import calendar_of, keep_notice
from review.application.ports import Begin, Work
from review.domain.ladder import Ground, GroundKind, Matter, SubjectKind, notice_term
from review.domain.notice import Notice, NoticeState
from review.domain.reviewer import Reviewer


class SubjectUnknown(Refusal):
    """A notice is issued on a published listing, to a registered participant, or to a login of it."""

    slug: ClassVar[str] = "subject-unknown"
    title_zh: ClassVar[str] = "催告对象不存在"
    title_en: ClassVar[str] = "There is no such subject of a notice"


@dataclass(frozen=True, kw_only=True)
class IssueNotice:
    """`subject_id` is a listing's id or a participant's; for a login, the participant's, and `user_id` names it."""

    subject: SubjectKind
    subject_id: str
    user_id: str | None
    ground: GroundKind
    code: str
    pointer: str
    evidence: str
    trading_days: int | None
    person: Reviewer


@dataclass(frozen=True, kw_only=True)
class NoticeStanding:
    """How a notice stands after a command."""

    notice_id: UUID
    state: NoticeState
    deadline_at: datetime | None

    @classmethod
    def of(cls, notice: Notice) -> "NoticeStanding":
        """How it stands."""
        return cls(notice_id=notice.notice_id, state=notice.state, deadline_at=notice.deadline_at)


class IssueNoticeHandler:
    """The participant is told at once; the clock watches the deadline."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: IssueNotice, cause: Cause) -> NoticeStanding:
        """Issues it."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            matter = await _matter(work, command)
            command.person.require_no_tie(matter)
            ground = Ground.stated(
                command.ground, command.code, command.pointer, subject=command.subject, on=work.today
            )
            notice = Notice.issue(
                notice_id=new_id(),
                matter=matter,
                ground=ground,
                evidence=command.evidence,
                issued_by=command.person.user_id,
                term=notice_term(ground, trading_days=command.trading_days, on=work.today),
                calendar=await calendar_of(work),
                at=work.now,
            )
            await keep_notice(work, notice, new=True)
            return work.answer(NoticeStanding.of(notice))


async def _matter(work: Work, command: IssueNotice) -> Matter:
    if command.subject == "listing":
        return await _listing(work, command.subject_id)
    party = await work.parties.get(command.subject_id)
    if party is None or (command.subject == "user" and command.user_id not in party.user_ids):
        raise SubjectUnknown(subject=command.subject)
    subject_id = command.user_id if command.subject == "user" and command.user_id else party.participant_id
    return Matter(
        kind=command.subject, id=subject_id, participant_id=party.participant_id, account_refs=party.account_refs
    )


async def _listing(work: Work, subject_id: str) -> Matter:
    try:
        listing = await work.live.get(UUID(subject_id))
    except ValueError:
        listing = None
    if listing is None:
        raise SubjectUnknown(subject="listing")
    party = await work.parties.get(listing.participant_id)
    known = party.account_refs if party else frozenset()
    return Matter(
        kind="listing",
        id=subject_id,
        participant_id=listing.participant_id,
        account_refs=known | {line.account_ref for line in listing.content.lines},
    )
