"""What only a real database shows: two at once, a load that breaks off, rows that are nobody else's."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from chassis.kernel import new_id
from events.reference import v1 as reference
from review.application.commands import reverify_live
from review.application.ports import EncodeBlock
from review.application.use_cases import UseCases
from review.domain.board_rules import BoardRules
from review.domain.rate_caps import RateCaps
from review.outbox.blocks import BlockEncoder
from review.outbox.translation import translate
from review.persistence import tables
from review.persistence.unit_of_work import beginning, reading
from review.tests.access_fakes import ProviderInMemory
from review.tests.conftest import SETTINGS, ReviewOnPostgres, on_postgres
from review.tests.harness import ACCOUNT_KEY, ANOTHER_REVIEWER, MONDAY, NOON, REVIEWER, STEWARD, Story
from review.wiring import application
from testkit.http import an_edge, calling
from testkit.tokens import TokenIssuer
from testkit.world import World

pytestmark = pytest.mark.integration

OWN = (tables.verification_case, tables.decision, tables.live_listing, tables.live_line)
ROWS = 25_000
FILE = b"market,security,close\n" + b"".join(b"SSE,%06d,1.00\n" % one for one in range(ROWS))


class BreaksOff(RuntimeError):
    """The process that says a load is gone."""


@pytest.fixture
async def review(shared_world: World) -> AsyncIterator[ReviewOnPostgres]:
    async with on_postgres(shared_world) as made:
        assert isinstance(made, ReviewOnPostgres)
        yield made


@pytest.fixture
async def story(review: ReviewOnPostgres) -> Story:
    told = Story(review=review)
    await told.begin()
    return told


async def test_p11_9_of_two_racing_reviewers_one_wins(story: Story) -> None:
    path = f"/api/v1/review/cases/{await story.queued()}/claim"

    answers = await asyncio.gather(
        *(story.review.call(one).post(path) for one in (REVIEWER, ANOTHER_REVIEWER) for _ in range(3))
    )

    won = {one.json()["until"] for one in answers if one.status_code == 200}
    assert {one.status_code for one in answers} <= {200, 409}
    assert won
    holder = (await story.review.call(REVIEWER).get("/api/v1/review/queue")).json()["items"][0]["claimed_by"]
    losers = [one for one, by in zip(answers, ["rv-1"] * 3 + ["rv-2"] * 3, strict=True) if by != holder]
    assert {one.status_code for one in losers} == {409}


async def test_a_load_that_broke_off_is_seen_as_such_and_goes_on_with_the_same_key_and_file(
    review: ReviewOnPostgres,
) -> None:
    encoder, said = BlockEncoder(ACCOUNT_KEY), 0

    def breaking(kind: str, rows: Any) -> Any:
        nonlocal said
        said += 1
        if said == 22:
            raise BreaksOff
        return encoder(kind, rows)

    key = {"Idempotency-Key": str(new_id()), "Content-Type": "text/csv"}
    path = f"/api/v1/reference/price/loads?business_date={MONDAY}"
    with_fault = await send(review, breaking, path, key)
    assert with_fault == 500
    [broken] = await register(review)
    assert (broken["state"], broken["block_count"]) == ("saying", 20)

    await review.set_now(NOON + timedelta(minutes=3))
    await review.run_due()
    assert (await register(review))[0]["state"] == "interrupted"
    await review.project()
    answer = await review.call(STEWARD).post(path, content=FILE, headers=key)

    assert (answer.status_code, answer.json()["load_id"]) == (201, broken["load_id"])
    [whole] = await register(review)
    assert (whole["state"], whole["block_count"], whole["revision"]) == ("completed", 25, 1)
    blocks = [one.block for one in await review.said() if isinstance(one, reference.SnapshotRows)]
    assert blocks == list(range(25))
    await review.project()
    assert await complete_rows(review) == ROWS


async def test_a_key_is_good_for_one_file_alone(review: ReviewOnPostgres) -> None:
    key = {"Idempotency-Key": str(new_id()), "Content-Type": "text/csv"}
    path = f"/api/v1/reference/price/loads?business_date={MONDAY}"
    first = await review.call(STEWARD).post(path, content=b"market,security,close\nSSE,600000,1\n", headers=key)

    again = await review.call(STEWARD).post(path, content=b"market,security,close\nSSE,600000,1\n", headers=key)
    other = await review.call(STEWARD).post(path, content=b"market,security,close\nSSE,600000,2\n", headers=key)

    assert (again.status_code, again.json()["load_id"]) == (201, first.json()["load_id"])
    assert other.status_code == 422
    assert len(await register(review)) == 1


async def test_own_rows_are_in_sight_of_their_participant_alone(story: Story, review: ReviewOnPostgres) -> None:
    await story.publish(await story.submit())
    counts = {}

    for participant in ("p-1", "p-2", ""):
        async with review.database.engine.begin() as connection:
            await connection.execute(
                text("select set_config('pledgeboard.participant_id', :who, true)"), {"who": participant}
            )
            counts[participant] = [
                (await connection.execute(select(func.count()).select_from(table))).scalar_one() for table in OWN
            ]

    assert counts == {"p-1": [1, 1, 1, 1], "p-2": [0, 0, 0, 0], "": [0, 0, 0, 0]}


async def test_p11_3_many_live_listings_are_checked_in_bounded_transactions(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reverify_live, "BATCH", 10)
    listings = [await story.submit(quantity="1000", financing_wanted="1000") for _ in range(25)]
    for place, listing_id in enumerate(listings):
        await story.publish(listing_id, at=NOON + timedelta(seconds=place))

    await story.load_holdings(date(2026, 3, 2))

    said = await story.review.said()
    assert sum(1 for one in said if type(one).type == "review.case.reverified.v1") == 25


async def test_p11_4_the_loader_is_told_what_differs_in_a_partial_snapshot(review: ReviewOnPostgres) -> None:
    await Story(review=review).load("price", MONDAY, ["market,security,close", "SSE,600000,1"])
    [load] = await register(review)
    async with review.administrator.begin() as connection:
        await connection.execute(text("update review.reference_snapshot set state = 'partial', seen_rows = 0"))

    [found] = await register(review)

    assert load["snapshot"]["state"] == "complete"
    assert (found["snapshot"]["state"], found["snapshot"]["differs"]) == ("partial", ["count"])


async def send(review: ReviewOnPostgres, encode: EncodeBlock, path: str, headers: dict[str, str]) -> int:
    """Sends the file to a second process of the service, which breaks off."""
    issuer = TokenIssuer()
    use_cases = UseCases.build(
        begin=beginning(review.database, translate),
        read_own=reading(review.database, scope="own"),
        read_all=reading(review.database, scope="all"),
        encode=encode,
        alert_late=lambda _day: None,
        rules=BoardRules.bundled(),
        rate_caps=RateCaps(),
        provider=ProviderInMemory(),
    )
    async with calling(application(use_cases, SETTINGS, an_edge(service="review", issuer=issuer)), issuer) as caller:
        return (await caller.signed_in(STEWARD).post(path, content=FILE, headers=headers)).status_code


async def register(review: ReviewOnPostgres) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await review.call(STEWARD).get("/api/v1/reference/loads")).json()["items"]
    return items


async def complete_rows(review: ReviewOnPostgres) -> int:
    query = text("select count(*) from price join reference_snapshot using (snapshot_id) where state = 'complete'")
    async with review.database.engine.connect() as connection:
        return int((await connection.execute(query)).scalar_one())
