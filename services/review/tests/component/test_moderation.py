"""P16.2: what was reported waits for a moderator, opens to one for a day, and is decided with a reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from events.listing import v1 as listing
from events.messaging import v1 as messaging
from events.review import v1 as said
from finance.identifiers import account_ref
from review.tests.harness import ACCOUNT, ACCOUNT_KEY, MODERATOR, NOON, REVIEWER, SUPERVISOR, Story

ANOTHER_MODERATOR = replace(MODERATOR, user_id="mo-2")
REPORT = UUID(int=77)
CASES = "/api/v1/moderation/cases"
DECISION = {"outcome": "warning", "note": "已核实"}

# A real clock runs on while a story is told.
A_WHILE = timedelta(minutes=1)


async def a_report(story: Story) -> str:
    """Something in a conversation was reported; the id of its case."""
    await story.review.hear(
        messaging.MessageReported(
            conversation_id=UUID(int=5),
            recipients=["u-1"],
            report_id=REPORT,
            category="fraud",
            reporter_participant_id="p-1",
            reported_participant_id="p-2",
            reported_by="u-1",
            reported_at=NOON,
        )
    )
    (case,) = (await story.review.call(MODERATOR).get(CASES)).json()["items"]
    return str(case["case_id"])


def an_owner_of(account: str, participant_id: str) -> listing.ParticipantRegistered:
    """A participant with an account, as the board says it."""
    return listing.ParticipantRegistered(
        participant_id=participant_id,
        kind="person",
        access="granted",
        account_refs=[account_ref(account, ACCOUNT_KEY)],
        registered_at=NOON,
    )


async def events_of(story: Story, kind: type[Any]) -> list[Any]:
    return [one for one in await story.review.said() if isinstance(one, kind)]


async def test_p16_2_a_report_waits_for_a_moderator_by_its_metadata_alone(story: Story) -> None:
    await a_report(story)

    for reader in (MODERATOR, SUPERVISOR):
        (case,) = (await story.review.call(reader).get(CASES)).json()["items"]
        assert (case["report_id"], case["category"], case["claimed_by"]) == (str(REPORT), "fraud", None)
        assert not {"sides", "note", "text"} & case.keys()
    assert (await story.review.call(REVIEWER).get(CASES)).status_code == 403


async def test_p16_2_the_claim_opens_it_to_one_moderator_for_24_hours(story: Story) -> None:
    case = await a_report(story)

    claim = await story.review.call(MODERATOR).post(f"{CASES}/{case}/claim")
    another = await story.review.call(ANOTHER_MODERATOR).post(f"{CASES}/{case}/claim")

    (event,) = await events_of(story, said.ModerationClaimed)
    assert (claim.status_code, another.status_code) == (200, 409)
    assert (event.report_id, event.moderator_id) == (REPORT, "mo-1")
    assert timedelta(hours=24) <= event.until - NOON <= timedelta(hours=24) + A_WHILE


async def test_a_lapsed_claim_decides_nothing_and_gives_way(story: Story) -> None:
    case = await a_report(story)
    await story.review.call(MODERATOR).post(f"{CASES}/{case}/claim")
    await story.review.set_now(NOON + timedelta(hours=24) + A_WHILE)

    late = await story.review.call(MODERATOR).post(f"{CASES}/{case}/decision", json=DECISION)
    another = await story.review.call(ANOTHER_MODERATOR).post(f"{CASES}/{case}/claim")

    assert (late.status_code, another.status_code) == (403, 200)


async def test_p16_2_the_claimant_decides_once_and_says_the_outcome_alone(story: Story) -> None:
    case = await a_report(story)
    await story.review.call(MODERATOR).post(f"{CASES}/{case}/claim")

    others = await story.review.call(ANOTHER_MODERATOR).post(f"{CASES}/{case}/decision", json=DECISION)
    decided = await story.review.call(MODERATOR).post(f"{CASES}/{case}/decision", json=DECISION)
    again = await story.review.call(MODERATOR).post(f"{CASES}/{case}/decision", json=DECISION)

    assert (others.status_code, decided.status_code, again.status_code) == (403, 200, 409)
    (event,) = await events_of(story, said.ModerationClosed)
    assert (event.outcome, "已核实" in repr(event)) == ("warning", False)
    assert (await story.review.call(MODERATOR).get(CASES)).json()["items"] == []
    assert len((await story.review.call(MODERATOR).get(CASES, params={"decided": True})).json()["items"]) == 1


@pytest.mark.parametrize("tie", [{"participant_id": "p-2"}, {"participant_id": "p-1"}, {"accounts": (ACCOUNT,)}])
async def test_note_2_nobody_with_a_tie_to_either_side_claims_it(story: Story, tie: dict[str, Any]) -> None:
    case = await a_report(story)
    await story.review.hear(an_owner_of(ACCOUNT, "p-2"))

    answer = await story.review.call(replace(MODERATOR, **tie)).post(f"{CASES}/{case}/claim")

    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]) == (403, "own-or-related-matter")


async def test_a_decision_says_why(story: Story) -> None:
    case = await a_report(story)
    await story.review.call(MODERATOR).post(f"{CASES}/{case}/claim")

    refused = await story.review.call(MODERATOR).post(f"{CASES}/{case}/decision", json={"outcome": "none", "note": " "})

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/note")


async def test_an_unknown_case_is_not_found(story: Story) -> None:
    assert (await story.review.call(MODERATOR).post(f"{CASES}/{UUID(int=1)}/claim")).status_code == 404
