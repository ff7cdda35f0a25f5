"""The inbox on a real database: row-level security answers whose rows these are."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.cause import SYSTEM, Cause, Subject
from chassis.database import Database
from messaging.application.commands.mark_read import MarkRead
from messaging.application.commands.note_listing import NoteListing
from messaging.application.commands.note_user import NoteUser
from messaging.application.commands.tell_owner import TellOwner
from messaging.application.commands.tell_participant import TellParticipant
from messaging.application.queries.list_notifications import ListNotifications
from messaging.application.use_cases import UseCases
from messaging.domain.notification import NotificationNotFound

pytestmark = pytest.mark.integration

LISTING = UUID(int=7)
OWNER = Subject(user_id="u-1", roles=frozenset({"PL"}), participant_id="P-1")
STRANGER = replace(OWNER, user_id="u-9", participant_id="P-9")


def cause(subject: Subject = SYSTEM) -> Cause:
    return Cause(subject=subject, operation="notification.own")


async def test_a_notification_overtaken_by_its_owner_is_read_by_the_owner_alone(
    use_cases: UseCases, database: Database
) -> None:
    await use_cases.note_user(NoteUser(participant_id="P-1", user_id="u-1", function="operator"), cause())
    await use_cases.tell_owner(TellOwner(listing_id=LISTING, kind="listing-needs-person"), cause())
    await use_cases.note_listing(NoteListing(listing_id=LISTING, participant_id="P-1", area="pledgor"), cause())

    own = await use_cases.list_notifications(ListNotifications(limit=10), cause(OWNER))
    others = await use_cases.list_notifications(ListNotifications(limit=10), cause(STRANGER))

    assert ([line.kind for line in own.lines], own.unread) == (["listing-needs-person"], 1)
    assert others.lines == []
    async with database.engine.connect() as connection:
        said = (await connection.execute(text("select topic, key from outbox"))).all()
    assert [tuple(row) for row in said] == [("messaging.notification.v1", "u-1")]


async def test_a_participant_is_told_of_what_is_about_no_listing_and_no_conversation(use_cases: UseCases) -> None:
    await use_cases.note_user(NoteUser(participant_id="P-1", user_id="u-1", function="operator"), cause())

    for kind in ("access-suspended", "registration-opened"):
        await use_cases.tell_participant(TellParticipant(participant_ids=("P-1",), kind=kind), cause())

    own = await use_cases.list_notifications(ListNotifications(limit=10), cause(OWNER))
    assert {line.kind for line in own.lines} == {"access-suspended", "registration-opened"}


async def test_a_strangers_notification_cannot_be_marked(use_cases: UseCases) -> None:
    await use_cases.note_listing(NoteListing(listing_id=LISTING, participant_id="P-1", area="pledgor"), cause())
    await use_cases.tell_owner(TellOwner(listing_id=LISTING, kind="listing-published"), cause())
    (line,) = (await use_cases.list_notifications(ListNotifications(limit=10), cause(OWNER))).lines

    with pytest.raises(NotificationNotFound):
        await use_cases.mark_read(MarkRead(notification_id=line.id), cause(STRANGER))
    await use_cases.mark_read(MarkRead(notification_id=line.id), cause(OWNER))

    again = await use_cases.list_notifications(ListNotifications(limit=10, unread_only=True), cause(OWNER))
    assert (again.lines, again.unread) == ([], 0)


async def test_pages_go_on_where_the_one_before_ended(use_cases: UseCases) -> None:
    await use_cases.note_listing(NoteListing(listing_id=LISTING, participant_id="P-1", area="pledgor"), cause())
    for _ in range(3):
        await use_cases.tell_owner(TellOwner(listing_id=LISTING, kind="listing-published"), cause())

    first = await use_cases.list_notifications(ListNotifications(limit=2), cause(OWNER))
    place = (first.lines[-1].created_at, first.lines[-1].id)
    rest = await use_cases.list_notifications(ListNotifications(limit=2, after=place), cause(OWNER))

    assert (len(first.lines), first.more, len(rest.lines), rest.more) == (2, True, 1, False)
    assert {line.id for line in first.lines}.isdisjoint({line.id for line in rest.lines})
