"""P11.7, P11.9: the queue, claims, a reviewer's word, and a decision made again."""

from dataclasses import replace
from datetime import datetime, timedelta

from chassis.kernel import SHANGHAI
from events.review import v1 as said
from review.tests.harness import (
    ACCOUNT,
    ANOTHER_REVIEWER,
    MONDAY,
    NOON,
    OWNER,
    REVIEWER,
    STEWARD,
    TUESDAY,
    Story,
)


async def test_p11_9_the_queue_is_oldest_first_and_shows_metadata_only(story: Story) -> None:
    first = await story.queued()
    await story.review.set_now(NOON + timedelta(minutes=1))
    second = await story.queued()

    answer = await story.review.call(REVIEWER).get("/api/v1/review/queue?limit=1")
    rest = await story.review.call(REVIEWER).get(
        "/api/v1/review/queue", params={"cursor": answer.json()["next_cursor"]}
    )

    [item] = answer.json()["items"]
    assert item["case_id"] == str(first)
    assert item["rule_ids"] == ["FR08"]
    assert not {"participant_id", "content", "account_ref"} & set(item)
    assert [one["case_id"] for one in rest.json()["items"]] == [str(second)]


async def test_p11_9_a_claimed_case_shows_rule_results_beside_listing_and_holdings(story: Story) -> None:
    case_id = await story.queued()
    reviewer = story.review.call(REVIEWER)
    assert (await reviewer.get(f"/api/v1/review/cases/{case_id}")).status_code == 403

    claimed = await reviewer.post(f"/api/v1/review/cases/{case_id}/claim")
    answer = await reviewer.get(f"/api/v1/review/cases/{case_id}")

    assert claimed.status_code == 200
    file = answer.json()
    assert file["holdings"][0]["deductions"] == {"frozen": "200000"}
    assert file["content"]["lines"][0]["quantity"] == "1000000"
    assert [one["rule_id"] for one in file["decision"]["results"] if one["answer"] == "fail"] == ["FR08"]


async def test_p11_9_only_one_reviewer_holds_a_claim_until_it_lapses(story: Story) -> None:
    case_id = await story.queued()
    path = f"/api/v1/review/cases/{case_id}/claim"
    await story.review.call(REVIEWER).post(path)

    refused = await story.review.call(ANOTHER_REVIEWER).post(path)
    await story.review.set_now(NOON + timedelta(minutes=32))
    await story.review.run_due()
    taken = await story.review.call(ANOTHER_REVIEWER).post(path)

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:pledgeboard:problem:case-claimed-by-another")
    assert taken.status_code == 200


async def test_p11_9_an_approved_case_is_published_on_the_days_snapshot(story: Story) -> None:
    case_id = await story.queued()
    reviewer = story.review.call(REVIEWER)
    await reviewer.post(f"/api/v1/review/cases/{case_id}/claim")

    answer = await reviewer.post(f"/api/v1/review/cases/{case_id}/approval")

    assert (answer.json()["state"], answer.json()["publishable_on"]) == ("approved", MONDAY.isoformat())
    approved = (await story.review.said())[-1]
    assert isinstance(approved, said.CaseApproved)
    assert approved.by == "reviewer"


async def test_p11_1_an_approval_on_a_later_day_waits_for_that_days_snapshot(story: Story) -> None:
    case_id = await story.queued()
    await story.review.set_now(datetime(2026, 3, 3, 9, 0, tzinfo=SHANGHAI))
    reviewer = story.review.call(REVIEWER)
    await reviewer.post(f"/api/v1/review/cases/{case_id}/claim")

    waiting = await reviewer.post(f"/api/v1/review/cases/{case_id}/approval")
    await story.load_holdings(MONDAY)

    assert (waiting.json()["state"], waiting.json()["waits_for"]) == ("waiting", MONDAY.isoformat())
    approved = [one for one in await story.review.said() if isinstance(one, said.CaseApproved)][-1]
    assert (approved.by, approved.publishable_on) == ("reviewer", TUESDAY)


async def test_p11_9_an_approval_is_no_way_round_a_refusing_rule(story: Story) -> None:
    case_id = await story.queued()
    await story.load_holdings(
        MONDAY - timedelta(days=3), f"{ACCOUNT},SSE,600000,unrestricted,1,0,0,0,0", reason="corrected"
    )
    reviewer = story.review.call(REVIEWER)
    await reviewer.post(f"/api/v1/review/cases/{case_id}/claim")

    answer = await reviewer.post(f"/api/v1/review/cases/{case_id}/approval")

    assert answer.json()["state"] == "returned"


async def test_p11_8_a_reviewer_returns_with_coded_reasons(story: Story) -> None:
    case_id = await story.queued()
    reviewer = story.review.call(REVIEWER)
    await reviewer.post(f"/api/v1/review/cases/{case_id}/claim")
    path = f"/api/v1/review/cases/{case_id}/return"

    wrong = await reviewer.post(path, json={"reasons": [{"code": "whim", "pointer": "/purpose"}]})
    answer = await reviewer.post(path, json={"reasons": [{"code": "financial_institution", "pointer": "/purpose"}]})

    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/reasons/0/code")
    assert answer.json()["state"] == "returned"
    returned = (await story.review.said())[-1]
    assert isinstance(returned, said.CaseReturned)
    assert (returned.by, returned.reasons[0].code) == ("reviewer", "financial_institution")


async def test_p11_9_nobody_reviews_a_related_participants_matter(story: Story) -> None:
    case_id = await story.queued()
    path = f"/api/v1/review/cases/{case_id}/claim"

    own = await story.review.call(replace(REVIEWER, participant_id="p-1")).post(path)
    related = await story.review.call(replace(REVIEWER, accounts=(ACCOUNT,))).post(path)

    assert [own.status_code, related.status_code] == [403, 403]
    queue = await story.review.call(REVIEWER).get("/api/v1/review/queue")
    assert queue.json()["items"][0]["claimed_by"] is None


async def test_p11_9_a_case_cannot_be_decided_unclaimed(story: Story) -> None:
    case_id = await story.queued()

    answer = await story.review.call(REVIEWER).post(f"/api/v1/review/cases/{case_id}/approval")

    assert answer.status_code == 403


async def test_p11_7_a_decision_is_reproduced_from_what_it_recorded_whatever_came_later(story: Story) -> None:
    case_id = await story.queued()
    await story.load_holdings(
        MONDAY - timedelta(days=3), f"{ACCOUNT},SSE,600000,unrestricted,1,0,0,0,0", reason="corrected"
    )
    reviewer = story.review.call(REVIEWER)
    await reviewer.post(f"/api/v1/review/cases/{case_id}/claim")

    answer = await reviewer.get(f"/api/v1/review/cases/{case_id}?reproduce=true")

    file = answer.json()
    assert file["reproduces"] is True
    assert file["reproduced"] == file["decision"]["results"]
    holding = next(one for one in file["decision"]["snapshots"] if one["kind"] == "holding")
    assert holding["revision"] == 1
    assert all(one["rule_version"] for one in file["decision"]["results"])


async def test_the_queue_and_the_register_are_closed_to_users(story: Story) -> None:
    case_id = await story.queued()

    statuses = [
        (await story.review.call(OWNER).get("/api/v1/review/queue")).status_code,
        (await story.review.call(OWNER).post(f"/api/v1/review/cases/{case_id}/claim")).status_code,
        (await story.review.call(OWNER).get("/api/v1/reference/loads")).status_code,
        (await story.review.call(STEWARD).get("/api/v1/review/queue")).status_code,
    ]

    assert statuses == [403, 403, 403, 403]
