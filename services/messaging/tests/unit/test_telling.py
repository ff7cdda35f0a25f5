"""Who is told what, in whatever order the events arrive."""

from collections.abc import Iterator
from typing import get_args
from uuid import UUID

from chassis.cause import SYSTEM, Cause
from chassis.kernel import Fact, new_id
from messaging.application.commands.mark_read import MarkRead
from messaging.application.commands.note_listing import NoteListing
from messaging.application.commands.note_user import NoteUser
from messaging.application.commands.tell_owner import TellOwner
from messaging.domain.notification import TITLES, Kind, NotificationCreated, NotificationRead
from messaging.outbox.translation import TRANSLATIONS
from messaging.tests.fakes import World

LISTING = UUID(int=7)


def a_cause() -> Cause:
    return Cause(subject=SYSTEM, operation="test")


async def two_users_act_for(world: World, participant: str) -> None:
    for user in ("u-2", "u-1"):
        await world.use_cases.note_user(
            NoteUser(participant_id=participant, user_id=user, function="operator"), a_cause()
        )


class TestTellOwner:
    async def test_everybody_who_acts_for_the_owner_is_told(self) -> None:
        world = World()
        await two_users_act_for(world, "P-1")
        await world.use_cases.note_listing(
            NoteListing(listing_id=LISTING, participant_id="P-1", area="pledgor"), a_cause()
        )

        await world.use_cases.tell_owner(TellOwner(listing_id=LISTING, kind="listing-published"), a_cause())

        told = [fact.user_id for fact in world.begin.journal.facts if isinstance(fact, NotificationCreated)]
        assert told == ["u-1", "u-2"]

    async def test_an_event_that_overtakes_the_submission_waits_for_its_owner(self) -> None:
        world = World()
        await two_users_act_for(world, "P-1")
        await world.use_cases.tell_owner(TellOwner(listing_id=LISTING, kind="listing-needs-person"), a_cause())
        assert world.begin.journal.facts == []

        await world.use_cases.note_listing(
            NoteListing(listing_id=LISTING, participant_id="P-1", area="pledgor"), a_cause()
        )

        assert len(world.begin.journal.facts) == 2
        (notification,) = world.shelf.notifications.values()
        assert notification.participant_id == "P-1"

    async def test_a_second_submission_tells_nobody_again(self) -> None:
        world = World()
        await two_users_act_for(world, "P-1")
        await world.use_cases.note_listing(
            NoteListing(listing_id=LISTING, participant_id="P-1", area="pledgor"), a_cause()
        )
        await world.use_cases.tell_owner(TellOwner(listing_id=LISTING, kind="listing-published"), a_cause())
        before = len(world.begin.journal.facts)

        await world.use_cases.note_listing(
            NoteListing(listing_id=LISTING, participant_id="P-1", area="pledgor"), a_cause()
        )

        assert len(world.begin.journal.facts) == before


class TestMarkRead:
    async def test_reading_twice_is_said_once(self) -> None:
        world = World()
        await two_users_act_for(world, "P-1")
        await world.use_cases.note_listing(
            NoteListing(listing_id=LISTING, participant_id="P-1", area="pledgor"), a_cause()
        )
        await world.use_cases.tell_owner(TellOwner(listing_id=LISTING, kind="listing-published"), a_cause())
        (notification_id,) = world.shelf.notifications

        for _ in range(2):
            await world.use_cases.mark_read(MarkRead(notification_id=notification_id), a_cause())

        assert len([fact for fact in world.begin.journal.facts if isinstance(fact, NotificationRead)]) == 1


def test_every_kind_has_a_title_in_both_languages() -> None:
    assert set(get_args(Kind)) == set(TITLES)
    assert all(zh and en for zh, en in TITLES.values())


def test_every_fact_has_its_translation() -> None:
    facts = {one for one in leaves(Fact) if one.__module__.startswith("messaging.domain")}

    assert facts == set(TRANSLATIONS)


def leaves(kind: type[Fact]) -> Iterator[type[Fact]]:
    children = kind.__subclasses__()
    if not children:
        yield kind
    for child in children:
        yield from leaves(child)


def test_no_event_of_messaging_carries_a_text() -> None:
    fact = NotificationCreated(
        user_id="u", notification_id=new_id(), kind="listing-published", created_at=World().begin.journal.now
    )

    event = TRANSLATIONS[NotificationCreated](fact)

    assert set(event.__struct_fields__) == {"user_id", "notification_id", "kind", "created_at"}
