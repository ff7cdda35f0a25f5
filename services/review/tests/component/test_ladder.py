"""P4, P11.3: notice, deadline, step by two people, end, appeal."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from events.review import v1 as said
from review.tests.harness import (
    ACCOUNT,
    ANOTHER_REVIEWER,
    MODERATOR,
    MONDAY,
    OWNER,
    REVIEWER,
    STRANGER,
    SUPERVISOR,
    Story,
)
from review.tests.ladder_story import Ladder

ANOTHER_SUPERVISOR = replace(SUPERVISOR, user_id="su-2")
SHORT = f"{ACCOUNT},SSE,600000,unrestricted,2000000,1500000,0,0,0"


@pytest.fixture
async def ladder(story: Story) -> Ladder:
    made = Ladder(story=story)
    await made.known()
    return made


async def test_p4_1_a_notice_names_ground_evidence_and_a_deadline_of_three_trading_days(ladder: Ladder) -> None:
    listing_id = await ladder.published()

    issued = await ladder.issue({"kind": "listing", "id": str(listing_id)})

    assert issued.json()["deadline_at"] == "2026-03-06T00:00:00+08:00"
    (told,) = await ladder.own("notices")
    assert (told["ground"]["code"], told["evidence"], told["state"]) == ("field_untrue", "材料", "open")
    (event,) = await ladder.said(said.NoticeIssued)
    assert (event.subject_id, event.participant_id, event.by) == (str(listing_id), "p-1", "person")


async def test_p4_1_the_user_answers_and_the_issuer_alone_closes(ladder: Ladder) -> None:
    listing_id = await ladder.published()
    notice_id = (await ladder.issue({"kind": "listing", "id": str(listing_id)})).json()["id"]
    call = ladder.story.review.call

    another = await call(STRANGER).post(f"/api/v1/my/notices/{notice_id}/answers", json={"text": "?"})
    answered = await call(OWNER).post(f"/api/v1/my/notices/{notice_id}/answers", json={"text": "已更正"})
    closing = f"/api/v1/notices/{notice_id}/closing"
    not_the_issuer = await call(ANOTHER_REVIEWER).post(closing, json={"reason": "corrected"})
    closed = await call(REVIEWER).post(closing, json={"reason": "corrected"})

    assert [another.status_code, answered.status_code, not_the_issuer.status_code] == [404, 201, 403]
    assert closed.json()["state"] == "closed"
    (told,) = await ladder.own("notices")
    assert (told["answers"][0]["text"], told["close_reason"]) == ("已更正", "corrected")


@pytest.mark.parametrize(
    ("subject", "more", "problem"),
    [
        ({"kind": "listing", "id": "0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b"}, {}, "subject-unknown"),
        ({"kind": "participant", "id": "nobody"}, {}, "subject-unknown"),
        ({"kind": "user", "id": "p-1", "user_id": "u-9"}, {"kind": "act", "code": "misuse"}, "subject-unknown"),
        ({"kind": "participant", "id": "p-1"}, {"code": "field_contact"}, "ground-unknown"),
        ({"kind": "participant", "id": "p-1"}, {"code": "whim"}, "ground-unknown"),
        ({"kind": "participant", "id": "p-1"}, {"deadline_trading_days": 0}, "deadline-invalid"),
    ],
)
async def test_p4_1_what_cannot_be_demanded_is_refused(
    ladder: Ladder, subject: dict[str, str], more: dict[str, Any], problem: str
) -> None:
    answer = await ladder.issue(subject, **more)

    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:pledgeboard:problem:{problem}")


async def test_p11_3_a_failed_reverification_becomes_a_notice_and_a_pass_closes_it(ladder: Ladder) -> None:
    listing_id = await ladder.published()

    await ladder.story.load_holdings(MONDAY, SHORT)
    (opened,) = await ladder.own("notices")
    await ladder.story.load_holdings(MONDAY, SHORT, reason="again")
    still = await ladder.own("notices")
    await ladder.story.load_holdings(MONDAY, reason="corrected")
    (closed,) = await ladder.own("notices")

    assert (opened["issued_by"], opened["ground"]["code"], opened["state"]) == ("rules", "B-AVAIL", "open")
    assert [one["id"] for one in still] == [opened["id"]]
    assert (closed["state"], closed["close_reason"]) == ("closed", "rule_passed")
    assert [one.subject_id for one in await ladder.said(said.NoticeClosed)] == [str(listing_id)]


async def test_p4_1_a_corrected_version_closes_what_its_rule_demanded(ladder: Ladder) -> None:
    listing_id = await ladder.published()
    await ladder.story.load_holdings(MONDAY, SHORT)

    await ladder.story.submit(quantity="400000", version=2, listing_id=listing_id)
    await ladder.story.publish(listing_id, version=2)

    assert [one["close_reason"] for one in await ladder.own("notices")] == ["rule_passed"]


async def test_p4_2_a_notice_is_overdue_by_the_clock_and_not_a_moment_before(ladder: Ladder) -> None:
    listing_id = await ladder.published()
    notice_id = (await ladder.issue({"kind": "listing", "id": str(listing_id)})).json()["id"]

    await ladder.later(date(2026, 3, 5))
    early = await ladder.propose(notice_id, "restrict")
    await ladder.pass_deadline()
    in_time = await ladder.propose(notice_id, "restrict")

    assert (early.status_code, early.json()["type"]) == (409, "urn:pledgeboard:problem:notice-not-overdue")
    assert in_time.json()["state"] == "proposed"
    assert len(await ladder.said(said.NoticeOverdue)) == 1


async def test_p4_3_a_restriction_needs_two_unrelated_people_and_is_told_with_its_ground(ladder: Ladder) -> None:
    listing_id = await ladder.published()
    notice_id = await ladder.overdue(listing_id)
    proposed = (await ladder.propose(notice_id, "restrict", by=replace(REVIEWER, user_id="su-1"))).json()["id"]

    answers = [
        await ladder.decide(proposed, by=REVIEWER),
        await ladder.decide(proposed, by=replace(SUPERVISOR, second_factor_at=None)),
        await ladder.decide(proposed, by=SUPERVISOR),
        await ladder.decide(proposed, by=replace(ANOTHER_SUPERVISOR, accounts=(ACCOUNT,))),
    ]
    untold = await ladder.own("sanctions")
    approved = await ladder.decide(proposed, by=ANOTHER_SUPERVISOR)

    assert [one.json()["type"].rpartition(":")[2] for one in answers] == [
        "operation-denied", "step-up-needed", "same-person", "own-or-related-matter",
    ]  # fmt: skip
    assert untold == []
    assert approved.json()["state"] == "in_force"
    (ordered,) = await ladder.said(said.RestrictionOrdered)
    assert (ordered.subject_id, ordered.ground.code) == (str(listing_id), "field_untrue")
    (told,) = await ladder.own("sanctions")
    assert (told["step"], told["statement"], told["appeal_until"]) == (
        "restrict", "期限届满未更正", "2026-03-21T00:00:00+08:00",
    )  # fmt: skip


async def test_p4_2_a_ground_carries_only_its_own_steps(ladder: Ladder) -> None:
    notice_id = await ladder.overdue(await ladder.published())

    answer = await ladder.propose(notice_id, "terminate")

    assert (answer.status_code, answer.json()["allowed"]) == (409, ["restrict", "suspend"])


async def test_p4_2_a_notice_that_was_closed_meanwhile_bears_no_step(ladder: Ladder) -> None:
    notice_id = await ladder.overdue(await ladder.published())
    proposed = (await ladder.propose(notice_id, "restrict")).json()["id"]
    await ladder.story.review.call(REVIEWER).post(f"/api/v1/notices/{notice_id}/closing", json={"reason": "corrected"})

    answer = await ladder.decide(proposed)

    assert answer.json()["type"] == "urn:pledgeboard:problem:notice-not-overdue"
    assert await ladder.said(said.RestrictionOrdered) == []


async def test_p4_3_a_step_is_lifted_by_two_people_or_ends_on_its_date(ladder: Ladder) -> None:
    notice_id = await ladder.overdue(await ladder.published())
    dated = await ladder.taken(notice_id, "suspend", ends_on="2026-03-10")
    lifted = await ladder.taken(notice_id, "restrict")
    call = ladder.story.review.call

    await call(REVIEWER).post(f"/api/v1/sanctions/{lifted}/lift", json={"reason": "已更正"})
    path = f"/api/v1/sanctions/{lifted}/lift/decision"
    decided = await call(SUPERVISOR).post(path, json={"approved": True})
    await ladder.later(date(2026, 3, 10))
    on_its_last_day = await ladder.said(said.AccessReinstated)
    await ladder.later(date(2026, 3, 11))

    assert decided.json()["state"] == "ended"
    assert [one.by for one in await ladder.said(said.RestrictionLifted)] == ["persons"]
    assert on_its_last_day == []
    (reinstated,) = await ladder.said(said.AccessReinstated)
    assert (str(reinstated.sanction_id), reinstated.by, reinstated.status) == (dated, "date", "active")


async def test_p4_2_a_suspension_that_ends_leaves_the_severer_step_in_force(ladder: Ladder) -> None:
    subject = {"kind": "participant", "id": "p-1"}
    notice = (await ladder.issue(subject, kind="act", code="misuse", deadline_trading_days=1)).json()["id"]
    await ladder.pass_deadline()
    await ladder.taken(notice, "suspend", ends_on="2026-03-10")
    await ladder.taken(notice, "terminate")

    await ladder.later(date(2026, 3, 11))

    assert [one.status for one in await ladder.said(said.AccessReinstated)] == ["terminated"]


async def test_p4_2_for_conduct_a_step_may_bind_one_login(ladder: Ladder) -> None:
    subject = {"kind": "user", "id": "p-1", "user_id": "u-1"}
    notice = (await ladder.issue(subject, kind="act", code="harassment", by=MODERATOR)).json()
    await ladder.pass_deadline()

    await ladder.taken(notice["id"], "suspend", by=MODERATOR)

    assert notice["deadline_at"].startswith("2026-03-03T12:00:0")
    (suspended,) = await ladder.said(said.AccessSuspended)
    assert (suspended.participant_id, suspended.user_id) == ("p-1", "u-1")


async def test_p4_4_an_appeal_once_is_decided_by_two_who_took_no_part(ladder: Ladder) -> None:
    sanction = await ladder.taken(await ladder.overdue(await ladder.published()), "restrict")

    appealed, again = await ladder.appealed(sanction), await ladder.appealed(sanction)
    standing = (await ladder.own("sanctions"))[0]["state"]
    took_part = await ladder.outcome(sanction, by=REVIEWER)
    await ladder.outcome(sanction, by=MODERATOR)
    approver = await ladder.agree(sanction, by=SUPERVISOR)
    agreed = await ladder.agree(sanction, by=ANOTHER_SUPERVISOR)

    assert [appealed.status_code, again.status_code, standing] == [201, 409, "in_force"]
    assert [one.json()["type"].rpartition(":")[2] for one in (took_part, approver)] == ["took-part", "took-part"]
    assert agreed.json()["state"] == "ended"
    assert [one.outcome for one in await ladder.said(said.AppealDecided)] == ["reversed"]
    assert [one.by for one in await ladder.said(said.RestrictionLifted)] == ["appeal"]


async def test_p4_4_after_ten_trading_days_a_step_is_appealed_no_more(ladder: Ladder) -> None:
    sanction = await ladder.taken(await ladder.overdue(await ladder.published()), "restrict")

    await ladder.later(date(2026, 3, 21))
    answer = await ladder.appealed(sanction)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:pledgeboard:problem:appeal-too-late")


async def test_p4_3_nobody_acts_in_their_own_or_a_related_matter(ladder: Ladder) -> None:
    listing_id = await ladder.published()
    notice_id = await ladder.overdue(listing_id)
    related = replace(REVIEWER, accounts=(ACCOUNT,))
    subject = {"kind": "listing", "id": str(listing_id)}

    answers = [await ladder.issue(subject, by=related), await ladder.propose(notice_id, "restrict", by=related)]

    assert {one.json()["type"] for one in answers} == {"urn:pledgeboard:problem:own-or-related-matter"}
