"""P4.1, P4.3, P6.3, P7.3, P12.3, P17: who is told of notices, steps, applications and registrations."""

from uuid import UUID

import pytest

from chassis.cause import SYSTEM, Cause
from events.base import Event
from events.examples import example
from events.listing import v1 as listing
from events.review import v1 as review
from messaging.application.commands.note_user import NoteUser
from messaging.domain.notification import NotificationCreated
from messaging.tests.fakes import World
from messaging.transport.events import from_listing, from_review


async def told(event: Event, *participants: str) -> list[tuple[str, str]]:
    """What each login of these participants was told; every participant has one, called after it."""
    world = World()
    for one in participants:
        user = NoteUser(participant_id=one, user_id=f"u-{one}", function="operator")
        await world.use_cases.note_user(user, Cause(subject=SYSTEM, operation="test"))
    heard = [*from_listing.all_of(world.use_cases), *from_review.all_of(world.use_cases)]
    (handler,) = [one.handlers[type(event).type][1] for one in heard if type(event).type in one.handlers]
    await handler(event, Cause(subject=SYSTEM, operation="test"))
    facts = [one for one in world.begin.journal.facts if isinstance(one, NotificationCreated)]
    return [(one.user_id, one.kind) for one in facts]


@pytest.mark.parametrize(
    ("event_class", "kind"),
    [
        (review.NoticeIssued, "notice-issued"),
        (review.NoticeOverdue, "notice-overdue"),
        (review.NoticeClosed, "notice-closed"),
        (review.AppealDecided, "appeal-decided"),
        (review.AccessGranted, "access-granted"),
        (review.AccessRefused, "access-refused"),
        (review.AccessMoreAsked, "access-more-asked"),
        (listing.ConfirmationAsked, "information-to-confirm"),
        (review.AccessSuspended, "access-suspended"),
        (review.AccessTerminated, "access-terminated"),
        (review.AccessReinstated, "access-reinstated"),
    ],
)
async def test_the_participant_is_told_of_each_step(event_class: type[Event], kind: str) -> None:
    made = vars_of(example(event_class)) | {"participant_id": "P-1"}
    if "subject_id" in made:
        made |= {"subject_kind": "listing", "subject_id": str(UUID(int=7))}

    assert await told(event_class(**made), "P-1", "P-2") == [("u-P-1", kind)]


@pytest.mark.parametrize(
    ("event_class", "kind"),
    [
        (listing.RegistrationOpened, "registration-opened"),
        (listing.RegistrationNumberRecorded, "registration-number-recorded"),
        (listing.RegistrationRegistered, "registration-registered"),
        (listing.RegistrationReleased, "registration-released"),
        (listing.RegistrationAbandoned, "registration-abandoned"),
    ],
)
async def test_p17_1_both_sides_are_told_how_far_their_registration_is(event_class: type[Event], kind: str) -> None:
    sides = {"pledgor_participant_id": "P-1", "pledgee_participant_id": "P-2"}

    assert await told(event_class(**(vars_of(example(event_class)) | sides)), "P-1", "P-2", "P-3") == [
        ("u-P-1", kind), ("u-P-2", kind),
    ]  # fmt: skip


def vars_of(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in event.__struct_fields__}
