"""What review says of the ladder, message by message: references and codes, never what anybody wrote (P4)."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from chassis.kernel import Fact
from events.base import decode, encode, event_classes
from review.domain.ladder import Ground, Matter
from review.domain.notice import NoticeAnswered, NoticeClosed, NoticeIssued, NoticeOverdue
from review.domain.sanction import AppealDecided, StepAppealed, StepEnded, StepTaken
from review.outbox.ladder import LADDER
from review.outbox.translation import translate
from review.tests.builders import MONDAY, TODAY

SAID = Path(__file__).parent / "said_ladder"
CLASSES = {one.type: one for one in event_classes()}
LISTING = Matter(kind="listing", id=str(UUID(int=7)), participant_id="p-1", account_refs=frozenset({"a" * 32}))
PARTICIPANT = Matter(kind="participant", id="p-1", participant_id="p-1")
LOGIN = Matter(kind="user", id="u-1", participant_id="p-1")
NOTICE, SANCTION = UUID(int=11), UUID(int=12)
GROUND = Ground.stated("field", "field_untrue", "/pledgor/purpose", subject="listing", on=TODAY)
STEP: dict[str, Any] = {"sanction_id": SANCTION, "notice_id": NOTICE, "ground": GROUND, "at": MONDAY}
END: dict[str, Any] = {"sanction_id": SANCTION, "by": "persons", "at": MONDAY}
FACTS: dict[str, Fact] = {
    "review.notice.issued.v1": NoticeIssued(
        notice_id=NOTICE, matter=LISTING, by="person", ground=GROUND, deadline_at=MONDAY, at=MONDAY
    ),
    "review.notice.answered.v1": NoticeAnswered(notice_id=NOTICE, matter=LISTING, by="u-1", at=MONDAY),
    "review.notice.overdue.v1": NoticeOverdue(notice_id=NOTICE, matter=LISTING, at=MONDAY),
    "review.notice.closed.v1": NoticeClosed(notice_id=NOTICE, matter=LISTING, reason="rule_passed", at=MONDAY),
    "review.notice.restriction_ordered.v1": StepTaken(step="restrict", matter=LISTING, ends_on=TODAY, **STEP),
    "review.notice.restriction_lifted.v1": StepEnded(step="restrict", matter=LISTING, remaining=None, **END),
    "review.notice.appealed.v1": StepAppealed(sanction_id=SANCTION, matter=LISTING, decide_by=None, at=MONDAY),
    "review.notice.appeal_decided.v1": AppealDecided(
        sanction_id=SANCTION, matter=LISTING, outcome="reversed", at=MONDAY
    ),
    "review.access.suspended.v1": StepTaken(step="suspend", matter=LOGIN, ends_on=None, **STEP),
    "review.access.terminated.v1": StepTaken(step="terminate", matter=PARTICIPANT, ends_on=None, **STEP),
    "review.access.reinstated.v1": StepEnded(step="suspend", matter=PARTICIPANT, remaining="terminate", **END),
}


@pytest.mark.parametrize("message", sorted(FACTS))
def test_a_fact_becomes_the_message_that_was_agreed(message: str) -> None:
    (event,) = translate(FACTS[message])

    agreed = (SAID / f"{message}.json").read_bytes().strip()
    assert type(event).type == message
    assert encode(event) == agreed
    assert encode(decode(CLASSES[message], agreed)) == agreed


def test_every_fact_of_the_ladder_is_held_to_a_message() -> None:
    assert {type(one) for one in FACTS.values()} == set(LADDER)
    assert {one.stem for one in SAID.glob("*.json")} == set(FACTS)
