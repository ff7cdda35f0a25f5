"""P4 at the board: what is demanded, what is hidden, what a suspended owner may still do."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from chassis.kernel import new_id
from events.base import Event
from events.listing import v1 as listing
from events.review import v1 as review
from listing.tests.builders import NOON
from listing.tests.component.conftest import FakeBoard
from listing.tests.harness import LI, ZHANG, Story

GROUND = review.Ground(
    kind="field",
    code="field_untrue",
    version="1",
    pointer="/pledgor/purpose",
    message_zh="所填内容与事实不符",
    message_en="What the field says is not true",
)
NOTICE = UUID(int=4)
SANCTION = UUID(int=5)


def a_notice(listing_id: str) -> review.NoticeIssued:
    return review.NoticeIssued(
        subject_id=listing_id, subject_kind="listing", participant_id="P1", notice_id=NOTICE, by="person",
        ground=GROUND, deadline_at=NOON + timedelta(days=3), issued_at=NOON,
    )  # fmt: skip


def a_restriction(listing_id: str, *, sanction_id: UUID = SANCTION) -> review.RestrictionOrdered:
    return review.RestrictionOrdered(
        subject_id=listing_id, subject_kind="listing", participant_id="P1", sanction_id=sanction_id,
        notice_id=NOTICE, ground=GROUND, ends_on=None, ordered_at=NOON,
    )  # fmt: skip


def a_lift(listing_id: str, *, sanction_id: UUID = SANCTION) -> review.RestrictionLifted:
    return review.RestrictionLifted(
        subject_id=listing_id, subject_kind="listing", participant_id="P1", sanction_id=sanction_id, by="persons",
        lifted_at=NOON,
    )  # fmt: skip


def suspended(user_id: str | None = None) -> review.AccessSuspended:
    return review.AccessSuspended(
        participant_id="P1", sanction_id=SANCTION, user_id=user_id, ends_on=None, suspended_at=NOON
    )


def terminated() -> review.AccessTerminated:
    return review.AccessTerminated(participant_id="P1", sanction_id=new_id(), user_id=None, terminated_at=NOON)


def reinstated(status: str = "active", user_id: str | None = None) -> review.AccessReinstated:
    return review.AccessReinstated(
        participant_id="P1", sanction_id=SANCTION, user_id=user_id, by="persons", status=status, reinstated_at=NOON  # type: ignore[arg-type]  # one of three
    )  # fmt: skip


async def seen_by_li(story: Story) -> list[str]:
    answer = await story.board.call(LI).get("/api/v1/listings")
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_p4_2_a_restricted_listing_is_hidden_and_its_owner_sees_why(story: Story) -> None:
    published = await story.published()
    await story.published(LI, story.pledgee())

    await story.board.hear(a_restriction(published))

    own = await story.read(published)
    assert (own["visibility"], own["state"], own["restrictions"][0]["ground"]["code"]) == (
        "restricted", "open", "field_untrue",
    )  # fmt: skip
    assert await seen_by_li(story) == []
    assert (await story.board.call(LI).get(f"/api/v1/listings/{published}")).status_code == 404
    assert (await story.types_said())[-1] == "listing.restricted"


async def test_p4_3_a_listing_is_shown_again_when_no_step_hides_it(story: Story) -> None:
    published = await story.published()
    another = UUID(int=6)
    for one in (a_restriction(published), a_restriction(published), a_restriction(published, sanction_id=another)):
        await story.board.hear(one)

    await story.board.hear(a_lift(published))
    still = await seen_by_li(story)
    await story.board.hear(a_lift(published, sanction_id=another))

    assert still == []
    assert await seen_by_li(story) == [published]
    assert (await story.types_said()).count("listing.unrestricted") == 1


async def test_p14_2_a_restricted_listing_opens_no_details_to_its_owner(story: Story) -> None:
    published = await story.published()
    others = await story.published(LI, story.pledgee())
    before = await story.board.call(ZHANG).get(f"/api/v1/listings/{others}")

    await story.board.hear(a_restriction(published))

    refused = await story.board.call(ZHANG).get(f"/api/v1/listings/{others}")
    assert (before.status_code, refused.status_code) == (200, 403)


async def test_p4_1_a_notice_stands_at_the_listing_until_it_is_closed(story: Story) -> None:
    published = await story.published()

    await story.board.hear(a_notice(published))
    stands = (await story.read(published))["demands"]
    await story.board.hear(
        review.NoticeOverdue(
            subject_id=published, subject_kind="listing", participant_id="P1", notice_id=NOTICE, overdue_since=NOON
        )
    )
    overdue = (await story.read(published))["demands"]
    await story.board.hear(
        review.NoticeClosed(
            subject_id=published,
            subject_kind="listing",
            participant_id="P1",
            notice_id=NOTICE,
            reason="corrected",
            closed_at=NOON,
        )
    )

    assert [(one["state"], one["ground"]["pointer"]) for one in (*stands, *overdue)] == [
        ("open", "/pledgor/purpose"), ("overdue", "/pledgor/purpose"),
    ]  # fmt: skip
    assert (await story.read(published))["demands"] == []


async def test_p4_2_a_suspended_participants_listings_are_hidden_and_come_back(story: Story) -> None:
    published = await story.published()

    await story.board.hear(suspended())
    hidden = await seen_by_li(story)
    await story.board.hear(reinstated())

    assert hidden == []
    assert await seen_by_li(story) == [published]
    standings = [one for one in await story.board.said() if isinstance(one, listing.StandingChanged)]
    assert [one.status for one in standings[-2:]] == ["suspended", "active"]


async def test_p4_2_what_is_published_while_suspended_stays_hidden(story: Story) -> None:
    standing = await story.submitted()
    await story.board.hear(suspended())

    await story.approve(standing["id"])

    assert await seen_by_li(story) == []


async def test_p4_2_suspended_the_owner_corrects_what_a_notice_demands_and_nothing_else(story: Story) -> None:
    demanded, other = (
        await story.published(body=story.pledgor(quantity="100000")),
        await story.published(body=story.pledgor(quantity="200000")),
    )
    await story.board.hear(a_notice(demanded))
    await story.board.hear(suspended())
    call = story.board.call(ZHANG)
    body = story.pledgor(quantity="50000")

    corrected = await call.put(f"/api/v1/listings/{demanded}", json=body)
    resubmitted = await story.submit(corrected.json())
    refused = [
        await call.put(f"/api/v1/listings/{other}", json=body),
        await call.post("/api/v1/listings", json=body),
        await story.move(demanded, "negotiating"),
        await call.delete(f"/api/v1/listings/{demanded}"),
    ]

    assert [corrected.status_code, resubmitted.status_code] == [200, 202]
    assert [one.status_code for one in refused] == [403, 403, 403, 403]
    assert {one.json()["type"] for one in refused} == {"urn:pledgeboard:problem:only-what-a-notice-demands"}
    assert (await story.read(other))["state"] == "open"


async def test_p4_2_for_conduct_one_login_is_suspended_and_its_participant_is_not(story: Story) -> None:
    published = await story.published()

    await story.board.hear(suspended("zhang"))
    refused = await story.move(published, "negotiating")
    shown = await seen_by_li(story)
    await story.board.hear(reinstated(user_id="zhang"))

    assert refused.status_code == 403
    assert shown == [published]
    assert (await story.move(published, "negotiating")).status_code == 200


async def test_p4_2_terminated_all_listings_expire_and_own_data_remain(story: Story) -> None:
    live = await story.published(body=story.pledgor(quantity="100000"))
    waiting = (await story.submitted(body=story.pledgor(quantity="200000")))["id"]

    await story.board.hear(terminated())
    await story.board.run_due()

    assert (await story.read(live))["state"] == "expired"
    assert (await story.read(waiting))["publication"] == "draft"
    ended = [one for one in await story.board.said() if isinstance(one, listing.ListingExpired)]
    assert [one.by for one in ended] == ["operator"]
    refused = await story.board.call(ZHANG).post("/api/v1/listings", json=story.pledgor())
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:pledgeboard:problem:status-forbids")


async def test_p4_4_a_reversed_termination_revives_access_and_no_listing(story: Story) -> None:
    live = await story.published()
    await story.board.hear(terminated())
    await story.board.run_due()

    await story.board.hear(reinstated())

    assert (await story.read(live))["state"] == "expired"
    assert (await story.board.call(ZHANG).post("/api/v1/listings", json=story.pledgor())).status_code == 201


@pytest.mark.parametrize("later", [suspended, terminated])
async def test_p4_2_the_stricter_step_counts_whichever_came_first(
    board: FakeBoard, story: Story, later: Callable[[], Event]
) -> None:
    await board.hear(terminated() if later is suspended else suspended())

    await board.hear(later())

    assert (await story.board.call(ZHANG).get("/api/v1/listings")).status_code == 403
