"""What review hears, message by message: bodies as the board writes them, and what review makes of them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from chassis.cause import SYSTEM, Cause
from events.base import decode, event_classes
from events.registry import heard_by
from review.application.commands.close_cases import CloseCases
from review.application.commands.note_party import NoteParty
from review.application.commands.note_published import NotePublished
from review.application.commands.note_standing import NoteStanding
from review.application.commands.note_state import NoteState
from review.application.commands.open_case import OpenCase
from review.application.commands.open_moderation import OpenModeration
from review.application.commands.recheck_case import RecheckCase
from review.application.use_cases import UseCases
from review.persistence.projections import projections
from review.wiring import from_all, on_complete

HEARD = Path(__file__).parent / "heard"
CLASSES = {one.type: one for one in event_classes()}


@dataclass
class Heard:
    """Stands in for the use cases: keeps the command it is given."""

    commands: list[Any] = field(default_factory=list)

    @property
    def ladder(self) -> "Heard":
        return self

    @property
    def access(self) -> "Heard":
        return self

    @property
    def moderation(self) -> "Heard":
        return self

    def __getattr__(self, _name: str) -> Any:
        async def keep(command: object, _cause: Cause) -> None:
            self.commands.append(command)

        return keep


async def hear(message: str) -> Any:
    heard = Heard()
    event_class, handler = handlers_of(heard)[message]
    body = (HEARD / f"{message}.json").read_bytes()
    await handler(decode(event_class, body), Cause(subject=SYSTEM, operation=message))
    (command,) = heard.commands
    return command


def handlers_of(heard: Heard) -> dict[str, Any]:
    use_cases = cast("UseCases", heard)
    topics = from_all(use_cases)
    return {name: handler for one in topics for name, handler in one.handlers.items()}


async def test_a_submission_of_a_pledgor() -> None:
    command = await hear("listing.listing.submitted.v1")

    assert isinstance(command, OpenCase)
    (line,) = command.content.lines
    assert (line.security, line.share_class, line.quantity) == ("600000", "unrestricted", Decimal(400_000))
    assert command.content.pledgor is not None
    assert command.content.pledgor.financing_wanted == Decimal("2000000.00")
    assert (command.content.area, command.content.institution_category) == ("pledgor", "bank")


async def test_a_recheck() -> None:
    command = await hear("listing.listing.recheck_asked.v1")

    assert isinstance(command, RecheckCase)
    assert command.version == 1


async def test_a_withdrawal_closes_the_version_and_keeps_the_listing() -> None:
    command = await hear("listing.listing.withdrawn.v1")

    assert isinstance(command, CloseCases)
    assert not command.ended


async def test_a_publication_and_a_further_version() -> None:
    for message in ("listing.listing.published.v1", "listing.listing.version_published.v1"):
        command = await hear(message)

        assert isinstance(command, NotePublished)
        assert command.published_at.date() == date(2026, 3, 31)


async def test_a_change_of_state() -> None:
    command = await hear("listing.listing.status_changed.v1")

    assert isinstance(command, NoteState)
    assert command.state == "negotiating"


async def test_an_end() -> None:
    for message in ("listing.listing.expired.v1", "listing.listing.deleted.v1"):
        command = await hear(message)

        assert isinstance(command, CloseCases)
        assert command.ended


async def test_p4_1_who_a_notice_can_be_issued_to() -> None:
    registered = await hear("listing.participant.registered.v1")
    joined = await hear("listing.participant.user_joined.v1")

    assert isinstance(registered, NoteParty)
    assert isinstance(joined, NoteParty)
    assert (registered.user_id, len(registered.account_refs)) == (None, 1)
    assert joined.user_id is not None


async def test_p6_3_how_a_participant_and_its_logins_stand() -> None:
    command = await hear("listing.participant.standing_changed.v1")

    assert isinstance(command, NoteStanding)
    assert command.no_access is None
    assert [(one.user_id, one.function, one.status, one.ended) for one in command.logins] == [
        ("zhang", "operator", "suspended", False)
    ]


async def test_p16_2_what_was_reported_and_whom_it_concerns() -> None:
    command = await hear("messaging.conversation.reported.v1")

    assert isinstance(command, OpenModeration)
    assert (command.reported, len(command.sides)) == ("message", 2)


def test_every_kept_message_is_heard_and_every_heard_message_is_kept() -> None:
    assert {one.stem for one in HEARD.glob("*.json")} == set(handlers_of(Heard()))


def test_review_hears_the_topics_it_is_registered_for() -> None:
    reference = {one.topic for one in projections(on_complete=on_complete)}

    assert {one.name for one in heard_by("review")} - reference == {
        "listing.listing.v1",
        "listing.participant.v1",
        "messaging.conversation.v1",
    }
    assert reference == {one.name for one in heard_by("review") if one.name.startswith("reference.")}
