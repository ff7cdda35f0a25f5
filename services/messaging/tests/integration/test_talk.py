"""Private talk on a real database: row security, one order under concurrency, exactly once, no text kept twice."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from messaging.application.commands.follow_listing import FollowListing
from messaging.application.commands.follow_moderation import FollowClaim
from messaging.application.commands.note_standing import NoteStanding
from messaging.domain.report import Claim
from messaging.tests.builders import BANK, BANKS_LISTING, CHEN, CHENS_LISTING, MODERATOR, STRANGER, a_proposal
from messaging.tests.integration.conftest import API, RealTalk, a_cause
from testkit.fakes import MONDAY

pytestmark = pytest.mark.integration

CANARY = "canary-7f3a 金丝雀"
EVERYWHERE_ELSE = ("outbox", "audit", "idempotency", "inbox", "notification", "quota", "due_work")


async def test_p15_4_concurrent_writers_get_one_order_without_gap_or_loss(talk: RealTalk) -> None:
    conversation = await talk.opened()
    path = f"{API}/conversations/{conversation}/messages"

    answers = await asyncio.gather(
        *(talk.as_(by).post(path, json={"text": f"{by.user_id} {at}"}) for at in range(3) for by in (BANK, CHEN))
    )

    assert {one.status_code for one in answers} == {201}
    pages = [(await talk.as_(by).get(path)).json()["items"] for by in (BANK, CHEN)]
    assert [one["number"] for one in pages[0]] == list(range(6, 0, -1))
    assert [one["id"] for one in pages[0]] == [one["id"] for one in pages[1]]
    said = await talk.rows(said_of("message_sent"))
    assert said == [(6,)]


async def test_p15_4_a_retry_is_stored_once_and_answered_as_before(talk: RealTalk) -> None:
    conversation = await talk.opened()
    path = f"{API}/conversations/{conversation}/messages"
    key = {"Idempotency-Key": "the same"}

    answers = await asyncio.gather(*(talk.as_(BANK).post(path, json={"text": CANARY}, headers=key) for _ in range(4)))

    assert {(one.status_code, one.text) for one in answers} == {(201, answers[0].text)}
    assert await talk.rows("select count(*) from message") == [(1,)]


async def test_p15_1_row_security_shows_a_conversation_to_its_two_sides_alone(talk: RealTalk) -> None:
    conversation = await talk.opened()
    await talk.as_(BANK).post(f"{API}/conversations/{conversation}/messages", json={"text": CANARY})
    await talk.as_(BANK).post(f"{API}/conversations/{conversation}/terms", json=a_proposal())

    seen = {}
    for participant in ("P-CHEN", "P-BANK", "P-STRANGER", ""):
        async with talk.database.engine.connect() as connection:
            await connection.execute(
                text("select set_config('pledgeboard.participant_id', :one, true)"), {"one": participant}
            )
            counts = [
                (await connection.execute(text(f"select count(*) from {table}"))).scalar_one()  # noqa: S608  # our own tables
                for table in ("conversation", "message", "term_sheet", "term_round")
            ]
            seen[participant] = counts

    assert seen == {"P-CHEN": [1, 2, 1, 1], "P-BANK": [1, 2, 1, 1], "P-STRANGER": [0] * 4, "": [0] * 4}
    answer = await talk.as_(STRANGER).get(f"{API}/conversations/{conversation}")
    assert answer.status_code == 404


async def test_a_text_is_kept_where_it_was_written_and_nowhere_else(talk: RealTalk) -> None:
    conversation = await talk.opened()
    await talk.as_(BANK).post(f"{API}/conversations/{conversation}/messages", json={"text": CANARY})
    await talk.as_(CHEN).post(f"{API}/my/administrator-conversation/messages", json={"text": CANARY})
    await talk.as_(CHEN).post(
        f"{API}/conversations/{conversation}/reports", json={"numbers": [1], "category": "other", "note": CANARY}
    )
    await talk.as_(BANK).post(f"{API}/conversations/{conversation}/terms", json=a_proposal(amount="7777777.77"))

    for table in EVERYWHERE_ELSE:
        kept = str(await talk.rows(f"select t::text from {table} t"))  # noqa: S608  # our own tables
        # Bytes are shown in hexadecimal: both forms are looked for.
        for canary in ("canary-7f3a", "金丝雀", "7777777"):
            assert canary not in kept, table
            assert canary.encode().hex() not in kept, table


async def test_p15_3_a_counter_offer_and_an_acceptance_never_pass_one_another(talk: RealTalk) -> None:
    conversation = await talk.opened()
    path = f"{API}/conversations/{conversation}/terms"
    await talk.as_(BANK).post(path, json=a_proposal())
    await talk.as_(CHEN).post(f"{path}/1/acceptance")

    accepted, countered = await asyncio.gather(
        talk.as_(BANK).post(f"{path}/1/acceptance"),
        talk.as_(CHEN).post(path, json=a_proposal(answers=1, months=6)),
    )

    assert sorted([accepted.status_code, countered.status_code]) in ([200, 409], [201, 409])
    sheet = (await talk.as_(CHEN).get(path)).json()
    assert (sheet["accepted_round"] == 1) == (len(sheet["rounds"]) == 1)


async def test_p15_2_what_the_board_says_decides_at_the_next_request(talk: RealTalk) -> None:
    conversation = await talk.opened()
    path = f"{API}/conversations/{conversation}/messages"
    follow = talk.use_cases.follow_listing

    await follow(FollowListing(listing_id=CHENS_LISTING, state="expired"), a_cause())
    expired = await talk.as_(BANK).post(path, json={"text": "还在吗"})
    await stands(talk, "P-CHEN", "terminated")
    terminated = await talk.as_(BANK).post(path, json={"text": "还在吗"})
    await stands(talk, "P-CHEN", "active")
    again = await talk.as_(BANK).post(path, json={"text": "还在吗"})
    await follow(FollowListing(listing_id=CHENS_LISTING, deleted=True), a_cause())
    deleted = await talk.as_(BANK).post(path, json={"text": "还在吗"})

    assert [one.status_code for one in (expired, terminated, again, deleted)] == [201, 409, 201, 409]
    assert [one.json()["reason"] for one in (terminated, deleted)] == ["terminated", "listing_deleted"]


async def test_a_reversed_termination_leaves_the_other_sides_standing(talk: RealTalk) -> None:
    conversation = await talk.opened()
    for side in ("P-CHEN", "P-BANK"):
        await stands(talk, side, "terminated")

    await stands(talk, "P-CHEN", "active")

    assert (await talk.as_(CHEN).get(f"{API}/conversations/{conversation}")).json()["read_only"] == "terminated"


async def test_p14_2_a_suspended_owners_listing_is_nothing_to_talk_about(talk: RealTalk) -> None:
    await stands(talk, "P-CHEN", "suspended")

    answer = await talk.as_(BANK).post(f"{API}/conversations", json={"listing_id": str(CHENS_LISTING)})

    assert answer.status_code == 404


async def test_two_devices_open_one_conversation(talk: RealTalk) -> None:
    answers = await asyncio.gather(
        *(talk.as_(CHEN).post(f"{API}/conversations", json={"listing_id": str(BANKS_LISTING)}) for _ in range(4))
    )

    assert len({one.json()["id"] for one in answers}) == 1
    assert await talk.rows("select used from quota where counted = 'conversations'") == [(1,)]


async def test_unread_blocks_and_pages_are_answered_from_the_database(talk: RealTalk) -> None:
    first, second = await talk.opened(), await talk.opened(by=CHEN, listing=BANKS_LISTING)
    for at in range(3):
        await talk.as_(BANK).post(f"{API}/conversations/{first}/messages", json={"text": f"{at}"})
    await talk.as_(CHEN).put(f"{API}/conversations/{first}/read", json={"number": 1})

    newest = (await talk.as_(CHEN).get(f"{API}/conversations", params={"limit": 1})).json()
    rest = (
        await talk.as_(CHEN).get(f"{API}/conversations", params={"limit": 1, "cursor": newest["next_cursor"]})
    ).json()
    await talk.as_(CHEN).put(f"{API}/conversations/{second}/block")

    assert [one["id"] for one in newest["items"] + rest["items"]] == [first, second]
    assert (newest["unread"], newest["items"][0]["unread"], rest["next_cursor"]) == (2, 2, None)
    assert (await talk.as_(BANK).get(f"{API}/conversations/{first}")).json()["read_only"] == "blocked"
    said = await talk.rows(said_of("conversation.blocked"))
    assert said == [(2,)]


async def test_note_7_each_look_at_evidence_leaves_its_trace(talk: RealTalk) -> None:
    conversation = await talk.opened()
    await talk.as_(BANK).post(f"{API}/conversations/{conversation}/messages", json={"text": CANARY})
    report = (
        await talk.as_(CHEN).post(
            f"{API}/conversations/{conversation}/reports", json={"numbers": [1], "category": "fraud", "note": "请看"}
        )
    ).json()["id"]
    path = f"{API}/reports/{report}/evidence"
    closed = await talk.as_(MODERATOR).get(path)
    claim = Claim(case_id=UUID(int=9), moderator_id="moderator", until=MONDAY.replace(year=2126))
    await talk.use_cases.follow_claim(FollowClaim(report_id=UUID(report), claim=claim), a_cause())

    open_ = await talk.as_(MODERATOR).get(path)

    assert (closed.status_code, open_.status_code) == (404, 200)
    assert open_.json()["evidence"][0]["text"] == CANARY
    looks = await talk.rows("select actor from audit where operation = 'reported_message.read' and outcome = 'read'")
    assert looks == [("moderator",)]


async def test_p16_1_the_administrators_talk_is_its_participants_alone(talk: RealTalk) -> None:
    path = f"{API}/my/administrator-conversation"
    answers = await asyncio.gather(
        *(talk.as_(CHEN).post(f"{path}/messages", json={"text": f"{at}"}) for at in range(3))
    )
    (waiting,) = (await talk.as_(MODERATOR).get(f"{API}/administrator-conversations")).json()["items"]
    told = f"{API}/administrator-conversations/{waiting['conversation_id']}"
    await talk.as_(MODERATOR).post(f"{told}/messages", json={"text": "已收到"})

    assert {one.status_code for one in answers} == {201}
    assert [one["side"] for one in (await talk.as_(CHEN).get(path)).json()["items"]] == ["moderator"] + ["user"] * 3
    assert (await talk.as_(BANK).get(path)).status_code == 404
    assert len((await talk.as_(MODERATOR).get(told, params={"limit": 2})).json()["items"]) == 2


def said_of(kind: str) -> str:
    """How many events of a kind stand in the outbox: the type is among the headers."""
    return f"select count(*) from outbox where headers::text like '%{kind}.v1%'"  # noqa: S608  # our own kinds


async def stands(talk: RealTalk, participant_id: str, status: str) -> None:
    command = NoteStanding(participant_id=participant_id, no_access=None, status=status, logins=())  # type: ignore[arg-type]  # named by the test
    await talk.use_cases.note_standing(command, a_cause())
