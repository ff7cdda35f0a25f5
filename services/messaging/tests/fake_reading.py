"""One read of messaging in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from messaging.application.views import (
    AdministratorPage,
    AdministratorTalk,
    ConversationPage,
    ConversationView,
    EvidenceView,
    Inbox,
    Line,
    MessagePage,
    ReportPage,
    TermsView,
    Waiting,
)
from messaging.domain.conversation import Conversation, read_only_reason
from messaging.domain.notification import Notification
from messaging.tests.fake_desk import FakeAdministrator, FakeReports
from messaging.tests.fake_talk import FakeTalk, FakeTerms


@dataclass(kw_only=True)
class ShelfReading:
    """What queries know as `Reading`."""

    cause: Cause
    now: datetime
    notifications: Sequence[Notification]
    read: Mapping[tuple[UUID, str], datetime]
    talk: FakeTalk
    terms: FakeTerms
    administrator: FakeAdministrator
    reports_kept: FakeReports

    async def inbox(self, *, user_id: str, after: tuple[datetime, UUID] | None, limit: int, unread_only: bool) -> Inbox:
        own = [
            one
            for one in self.notifications
            if one.participant_id is not None and one.participant_id == self.cause.subject.participant_id
        ]
        lines = [
            Line(
                id=one.id,
                listing_id=one.listing_id,
                conversation_id=one.conversation_id,
                kind=one.kind,
                created_at=one.created_at,
                read_at=self.read.get((one.id, user_id)),
            )
            for one in sorted(own, key=lambda one: (one.created_at, one.id), reverse=True)
            if after is None or (one.created_at, one.id) < after
        ]
        wanted = [line for line in lines if line.read_at is None or not unread_only]
        unread = len([line for line in lines if line.read_at is None])
        return Inbox(lines=wanted[:limit], more=len(wanted) > limit, unread=unread, as_of=self.now)

    async def conversations(
        self, *, user_id: str, participant_id: str, after: tuple[datetime, UUID] | None, limit: int
    ) -> ConversationPage:
        own = [one for one in self.talk.conversations.values() if participant_id in one.sides]
        views = [self._view(one, user_id, participant_id) for one in own]
        views.sort(key=lambda one: (one.active_at, one.id), reverse=True)
        wanted = [one for one in views if after is None or (one.active_at, one.id) < after]
        return ConversationPage(
            conversations=wanted[:limit],
            more=len(wanted) > limit,
            unread=sum(one.unread for one in views),
            as_of=self.now,
        )

    async def conversation(
        self, conversation_id: UUID, *, user_id: str, participant_id: str
    ) -> ConversationView | None:
        found = self.talk.conversations.get(conversation_id)
        return self._view(found, user_id, participant_id) if found and participant_id in found.sides else None

    async def messages(self, conversation_id: UUID, *, before: int | None, since: int, limit: int) -> MessagePage:
        wanted = [
            one
            for one in reversed(self.talk.written)
            if one.conversation_id == conversation_id and since < one.number and (before is None or one.number < before)
        ]
        return MessagePage(messages=wanted[:limit], more=len(wanted) > limit, as_of=self.now)

    async def term_sheet(self, conversation_id: UUID) -> TermsView | None:
        sheet, talk = self.terms.sheets.get(conversation_id), self.talk.conversations[conversation_id]
        if sheet is None:
            return None
        return TermsView(
            term_sheet_id=sheet.id,
            conversation_id=conversation_id,
            listing_id=talk.listing_id,
            pledgor_id=talk.pledgor_id,
            pledgee_id=talk.pledgee_id,
            rounds=sheet.rounds,
            accepted_round=sheet.accepted_round,
            as_of=self.now,
        )

    async def administrator_talk(
        self, *, participant_id: str | None, conversation_id: UUID | None, before: int | None, limit: int
    ) -> AdministratorTalk | None:
        talks = self.administrator.talks.values()
        found = next((one for one in talks if one.participant_id == participant_id or one.id == conversation_id), None)
        if found is None:
            return None
        told = [one for one in reversed(self.administrator.written[found.id]) if before is None or one.number < before]
        return AdministratorTalk(
            id=found.id,
            participant_id=found.participant_id,
            waiting_since=found.waiting_since,
            messages=told[:limit],
            more=len(told) > limit,
            as_of=self.now,
        )

    async def administrator_page(self, *, after: tuple[datetime, UUID] | None, limit: int) -> AdministratorPage:
        waiting = [
            Waiting(
                conversation_id=one.id,
                participant_id=one.participant_id,
                waiting_since=one.waiting_since,
                last_number=one.last_number,
            )
            for one in self.administrator.talks.values()
            if one.waiting_since is not None and (after is None or (one.waiting_since, one.id) > after)
        ]
        waiting.sort(key=lambda one: (one.waiting_since, one.conversation_id))
        return AdministratorPage(waiting=waiting[:limit], more=len(waiting) > limit, as_of=self.now)

    async def reports(self, *, after: UUID | None, limit: int) -> ReportPage:
        own = [
            one
            for one in reversed(list(self.reports_kept.kept.values()))
            if one.reporter_id == self.cause.subject.participant_id and (after is None or one.id < after)
        ]
        return ReportPage(reports=own[:limit], more=len(own) > limit, as_of=self.now)

    async def evidence(self, report_id: UUID) -> EvidenceView | None:
        found, subject = self.reports_kept.kept.get(report_id), self.cause.subject
        if found is None or ("MO" not in subject.roles and subject.participant_id != found.reporter_id):
            return None
        return EvidenceView(report=found, evidence=self.reports_kept.evidence[report_id], as_of=self.now)

    def _view(self, talk: Conversation, user_id: str, participant_id: str) -> ConversationView:
        _, read_to = self.talk.read_to.get((talk.id, user_id), ("", 0))
        theirs = [one for one in self.talk.written if one.conversation_id == talk.id]
        theirs = [one for one in theirs if one.participant_id != participant_id]
        one, other = talk.sides
        blocked = bool(self.talk.blocks & {(one, other), (other, one)})
        sheet = self.terms.sheets.get(talk.id)
        return ConversationView(
            id=talk.id,
            listing_id=talk.listing_id,
            area=talk.area,
            opener_listing_id=talk.opener_listing_id,
            opener_id=talk.opener_id,
            owner_id=talk.owner_id,
            opened_at=talk.opened_at,
            active_at=talk.active_at,
            last_number=talk.last_number,
            read_to=read_to,
            unread=len([one for one in theirs if one.number > read_to]),
            read_only=read_only_reason(
                listing_deleted=talk.listing_deleted, terminated=talk.terminated, blocked=blocked
            ),
            terms_round=sheet.latest.number if sheet and sheet.latest else None,
            accepted_round=sheet.accepted_round if sheet else None,
        )
