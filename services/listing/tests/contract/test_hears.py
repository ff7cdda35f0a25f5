"""What the board hears, message by message: bodies as its neighbours write them, and what it makes of them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from chassis.cause import SYSTEM, Cause
from events.base import decode, event_classes
from listing.application.commands.change_basic_information import ChangeBasicInformation
from listing.application.commands.note_live_check import NoteLiveCheck
from listing.application.commands.note_notice import NoteNotice
from listing.application.commands.note_review_progress import NoteReviewProgress
from listing.application.commands.note_step import NoteStep
from listing.application.commands.open_registration import OpenRegistration
from listing.application.commands.publish_version import PublishVersion
from listing.application.commands.restrict_listing import RestrictListing
from listing.application.commands.return_version import ReturnVersion
from listing.application.use_cases import UseCases
from listing.wiring import all_subscriptions

HEARD = Path(__file__).parent / "heard"
CLASSES = {one.type: one for one in event_classes()}


@dataclass
class Heard:
    """Stands in for the use cases: keeps the command it is given."""

    commands: list[Any] = field(default_factory=list)

    @property
    def registration(self) -> "Heard":
        return self

    def __getattr__(self, _name: str) -> Any:
        async def keep(command: object, _cause: Cause) -> None:
            self.commands.append(command)

        return keep


async def hear(message: str) -> Any:
    heard = Heard()
    use_cases = cast("UseCases", heard)
    body = (HEARD / f"{message}.json").read_bytes()
    for hears in all_subscriptions(use_cases):
        if message in hears.handlers:
            event_class, handler = hears.handlers[message]
            await handler(decode(event_class, body), Cause(subject=SYSTEM, operation=message))
    (command,) = heard.commands
    return command


async def test_an_approval() -> None:
    command = await hear("review.case.approved.v1")

    assert isinstance(command, PublishVersion)
    assert (command.approval.version, command.approval.publishable_on) == (1, date(2026, 3, 2))
    assert (command.approval.snapshot_date, command.approval.snapshot_revision) == (date(2026, 2, 27), 1)


async def test_a_return_with_its_figures() -> None:
    command = await hear("review.case.returned.v1")

    assert isinstance(command, ReturnVersion)
    (reason,) = command.reasons
    assert (reason.code, reason.available, reason.deductions) == (
        "quantity-unavailable",
        Decimal(900_000),
        {"frozen": Decimal(100_000)},
    )


async def test_a_wait_for_a_person() -> None:
    command = await hear("review.case.needs_person.v1")

    assert isinstance(command, NoteReviewProgress)
    assert (command.waits_for, [one.code for one in command.reasons]) == (None, ["market-wide-cap"])


async def test_a_wait_for_a_snapshot() -> None:
    command = await hear("review.case.waits.v1")

    assert isinstance(command, NoteReviewProgress)
    assert command.waits_for == date(2026, 2, 27)


@pytest.mark.parametrize(
    ("message", "passed"), [("review.case.reverified.v1", True), ("review.case.reverification_failed.v1", False)]
)
async def test_a_daily_check(message: str, passed: bool) -> None:  # noqa: FBT001  # the case
    command = await hear(message)

    assert isinstance(command, NoteLiveCheck)
    assert (command.check.passed, command.check.snapshot_date) == (passed, date(2026, 3, 2))


async def test_a_change_at_the_identity_provider() -> None:
    command = await hear("identity.participant.changed.v1")

    assert isinstance(command, ChangeBasicInformation)
    assert (command.basic.name, command.unified_accounts) == ("张三", ("100000000001",))


async def test_p4_1_a_notice_on_a_listing() -> None:
    command = await hear("review.notice.issued.v1")

    assert isinstance(command, NoteNotice)
    assert command.demand is not None
    assert (command.demand.participant_id, command.demand.ground.code) == ("P1", "field_untrue")


async def test_p4_2_a_restriction_comes_with_its_ground_and_its_last_day() -> None:
    command = await hear("review.notice.restriction_ordered.v1")

    assert isinstance(command, RestrictListing)
    assert (command.restriction.ground.pointer, command.restriction.ends_on) == ("/pledgor/purpose", date(2026, 3, 31))


@pytest.mark.parametrize(
    ("message", "status", "change"),
    [
        ("review.access.suspended.v1", "suspended", "taken"),
        ("review.access.terminated.v1", "terminated", "taken"),
        ("review.access.reinstated.v1", "active", "ended"),
    ],
)
async def test_p4_2_a_step_against_a_participant(message: str, status: str, change: str) -> None:
    command = await hear(message)

    assert isinstance(command, NoteStep)
    assert (command.participant_id, command.status, command.change) == ("P1", status, change)


async def test_p17_1_accepted_terms() -> None:
    command = await hear("messaging.conversation.terms_accepted.v1")

    assert isinstance(command, OpenRegistration)
    assert (command.pledgor.participant_id, command.pledgee.participant_id, command.agreement.round) == ("P1", "P2", 2)


def test_every_type_that_is_handled_has_a_message() -> None:
    use_cases = cast("UseCases", Heard())
    subscriptions = all_subscriptions(use_cases)

    assert {name for one in subscriptions for name in one.handlers} == {path.stem for path in HEARD.glob("*.json")}
