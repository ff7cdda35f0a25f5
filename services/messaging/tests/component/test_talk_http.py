"""Private talk as its two sides meet it (P15)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.cause import Subject
from chassis.kernel import new_id
from messaging.application.commands.note_user import NoteUser
from messaging.domain.conversation import ConversationOpened, MessageSent
from messaging.domain.limits import limit_of
from messaging.domain.notification import NotificationCreated
from messaging.tests.builders import (
    BANK,
    BANK_COLLEAGUE,
    BANKS_LISTING,
    CHEN,
    CHENS_LISTING,
    MODERATOR,
    REVIEWER,
    STRANGER,
    a_cause,
    a_listing,
)
from messaging.tests.component.conftest import API, Talk
from testkit.fakes import MONDAY


class TestOpening:
    async def test_p15_2_it_is_bound_to_the_listing_and_to_the_openers_own_in_force(self, talk: Talk) -> None:
        conversation = await talk.opened()

        seen = await talk.seen(conversation, by=CHEN)
        assert (seen["listing_id"], seen["opener_listing_id"]) == (str(CHENS_LISTING), str(BANKS_LISTING))
        assert (seen["opened_by"], seen["other_participant_id"]) == ("other", "P-BANK")

    async def test_note_3_without_a_listing_in_force_it_is_refused_with_the_reason(self, talk: Talk) -> None:
        answer = await talk.as_(STRANGER).post(f"{API}/conversations", json={"listing_id": str(CHENS_LISTING)})

        assert (answer.status_code, answer.json()["reason"]) == (403, "no_listing_in_force")

    @pytest.mark.parametrize("change", ["expired", "restricted", "outlived", "deleted"])
    async def test_p14_2_the_openers_listing_is_looked_at_anew_at_each_request(self, talk: Talk, change: str) -> None:
        own = talk.world.shelf.listings[BANKS_LISTING]
        changes = {
            "expired": {"state": "expired"},
            "restricted": {"restricted": True},
            "outlived": {"valid_until": (MONDAY - timedelta(days=1)).date()},
            "deleted": {"deleted": True},
        }
        talk.world.shelf.listings[BANKS_LISTING] = replace(own, **changes[change])  # type: ignore[arg-type]  # by name

        answer = await talk.as_(BANK).post(f"{API}/conversations", json={"listing_id": str(CHENS_LISTING)})

        assert answer.status_code == 403

    async def test_the_last_day_of_validity_counts_whole(self, talk: Talk) -> None:
        talk.world.shelf.listings[BANKS_LISTING].valid_until = MONDAY.date()

        assert await talk.opened()

    async def test_p3_1_talk_is_with_owners_of_listings_in_the_other_area(self, talk: Talk) -> None:
        other = new_id()
        talk.world.shelf.listings[other] = a_listing(other, owner="P-STRANGER", area="pledgee")

        answer = await talk.as_(BANK).post(f"{API}/conversations", json={"listing_id": str(other)})

        assert (answer.status_code, answer.json()["needed_area"]) == (409, "pledgor")

    async def test_a_listing_that_is_not_in_force_is_not_found(self, talk: Talk) -> None:
        talk.world.shelf.listings[CHENS_LISTING].restricted = True

        answer = await talk.as_(BANK).post(f"{API}/conversations", json={"listing_id": str(CHENS_LISTING)})

        assert answer.status_code == 404

    async def test_a_listing_of_a_suspended_owner_is_not_found(self, talk: Talk) -> None:
        await talk.stands("P-CHEN", "suspended")

        answer = await talk.as_(BANK).post(f"{API}/conversations", json={"listing_id": str(CHENS_LISTING)})

        assert answer.status_code == 404

    async def test_ones_own_listing_is_nobody_to_talk_to(self, talk: Talk) -> None:
        answer = await talk.as_(CHEN).post(f"{API}/conversations", json={"listing_id": str(CHENS_LISTING)})

        assert answer.status_code == 409

    async def test_opening_again_answers_the_one_that_stands(self, talk: Talk) -> None:
        assert await talk.opened() == await talk.opened(by=BANK_COLLEAGUE)

        said = [fact for fact in talk.world.begin.journal.facts if isinstance(fact, ConversationOpened)]
        assert [fact.recipients for fact in said] == [("bank", "bank-2", "chen")]

    async def test_p15_4_new_conversations_of_a_day_are_limited(self, talk: Talk) -> None:
        limit = limit_of("conversations", MONDAY.date())
        others = [new_id() for _ in range(limit + 1)]
        for one in others:
            talk.world.shelf.listings[one] = a_listing(one, owner=f"P-{one}")
        for one in others[:limit]:
            await talk.opened(listing=one)

        answer = await talk.as_(BANK).post(f"{API}/conversations", json={"listing_id": str(others[limit])})

        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) == 14 * 3600


class TestMembersOnly:
    @pytest.mark.parametrize("stranger", [STRANGER, REVIEWER, MODERATOR])
    async def test_p15_1_nobody_else_reads_it_and_no_operator(self, talk: Talk, stranger: Subject) -> None:
        conversation = await talk.opened()
        await talk.said(conversation, "您好")
        caller = talk.as_(stranger)

        answers = [
            (await caller.get(f"{API}/conversations/{conversation}{rest}")).status_code
            for rest in ("", "/messages", "/terms")
        ]

        assert set(answers) == ({404} if stranger is STRANGER else {403})
        assert len(talk.trail.denials) == 3

    async def test_a_viewer_has_no_part_in_conversations(self, talk: Talk) -> None:
        viewer = replace(BANK, function="viewer")

        assert (await talk.as_(viewer).get(f"{API}/conversations")).status_code == 403

    async def test_a_viewer_is_shown_nothing_of_talk(self, talk: Talk) -> None:
        viewing = NoteUser(participant_id="P-CHEN", user_id="chens-viewer", function="viewer")
        await talk.world.use_cases.note_user(viewing, a_cause())

        await talk.said(await talk.opened(), "您好")

        shown = {one for fact in talk.world.begin.journal.facts for one in getattr(fact, "recipients", ())}
        told = {fact.user_id for fact in talk.world.begin.journal.facts if isinstance(fact, NotificationCreated)}
        assert shown == {"chen", "bank", "bank-2"}
        assert told == {"chen"}

    async def test_a_stranger_writes_nowhere(self, talk: Talk) -> None:
        conversation = await talk.opened()
        stranger = talk.as_(STRANGER)

        told = await stranger.post(f"{API}/conversations/{conversation}/messages", json={"text": "?"})
        blocked = await stranger.put(f"{API}/conversations/{conversation}/block")

        assert (told.status_code, blocked.status_code) == (404, 404)


class TestMessages:
    async def test_p15_2_one_order_for_both_and_each_names_its_writer(self, talk: Talk) -> None:
        conversation = await talk.opened()
        for by, text in ((BANK, "一"), (CHEN, "二"), (BANK_COLLEAGUE, "三")):
            await talk.said(conversation, text, by=by)

        pages = [(await talk.as_(by).get(f"{API}/conversations/{conversation}/messages")).json() for by in (CHEN, BANK)]

        seen = [[(one["number"], one["sent_by"], one["text"]) for one in page["items"]] for page in pages]
        assert seen[0] == seen[1] == [(3, "bank-2", "三"), (2, "chen", "二"), (1, "bank", "一")]
        assert [one["side"] for one in pages[0]["items"]] == ["other", "own", "other"]

    async def test_pages_go_back_and_since_goes_on(self, talk: Talk) -> None:
        conversation = await talk.opened()
        for text in "一二三":
            await talk.said(conversation, text)
        path, chen = f"{API}/conversations/{conversation}/messages", talk.as_(CHEN)

        first = (await chen.get(path, params={"limit": 2})).json()
        await talk.said(conversation, "四")
        rest = (await chen.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
        newer = (await chen.get(path, params={"since": 3})).json()

        assert [one["number"] for one in first["items"] + rest["items"]] == [3, 2, 1]
        assert [one["text"] for one in newer["items"]] == ["四"]

    async def test_p15_4_unread_is_counted_for_each_login(self, talk: Talk) -> None:
        conversation = await talk.opened(by=BANK)
        for text in "一二":
            await talk.said(conversation, text, by=CHEN)
        await talk.as_(BANK).put(f"{API}/conversations/{conversation}/read", json={"number": 1})

        lists = [(await talk.as_(by).get(f"{API}/conversations")).json() for by in (BANK, BANK_COLLEAGUE, CHEN)]

        assert [one["unread"] for one in lists] == [1, 2, 0]
        assert [one["items"][0]["unread"] for one in lists] == [1, 2, 0]

    async def test_nothing_is_read_beyond_the_end(self, talk: Talk) -> None:
        conversation = await talk.opened()

        answer = await talk.as_(CHEN).put(f"{API}/conversations/{conversation}/read", json={"number": 1})

        assert answer.status_code == 404

    @pytest.mark.parametrize(
        ("text", "rule"), [(" ", "required"), ("字" * 2001, "too_long"), ("a\x00b", "control_character")]
    )
    async def test_a_text_that_cannot_be_taken_names_field_rule_and_way(self, talk: Talk, text: str, rule: str) -> None:
        conversation = await talk.opened()

        answer = await talk.as_(BANK).post(f"{API}/conversations/{conversation}/messages", json={"text": text})

        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["pointer"], error["rule"]) == (422, "/text", rule)

    async def test_p15_4_messages_of_a_minute_are_limited(self, talk: Talk) -> None:
        conversation = await talk.opened()
        for at in range(limit_of("messages", MONDAY.date())):
            await talk.said(conversation, str(at))
        path = f"{API}/conversations/{conversation}/messages"

        refused = await talk.as_(BANK).post(path, json={"text": "more"})
        talk.world.begin.journal.now += timedelta(minutes=1)
        later = await talk.as_(BANK).post(path, json={"text": "more"})

        assert (refused.status_code, refused.headers["retry-after"], later.status_code) == (429, "60", 201)

    async def test_what_is_said_names_who_it_is_shown_to_and_never_what(self, talk: Talk) -> None:
        conversation = await talk.opened()
        await talk.said(conversation, "绝密")

        (fact,) = [one for one in talk.world.begin.journal.facts if isinstance(one, MessageSent)]
        assert fact.recipients == ("bank", "bank-2", "chen")
        assert "绝密" not in repr(talk.world.begin.journal.facts)
        assert "绝密" not in repr(talk.world.begin.journal.notes)

    async def test_the_other_side_is_told_once_until_it_reads(self, talk: Talk) -> None:
        conversation = await talk.opened()
        for text in "一二":
            await talk.said(conversation, text)
        await talk.as_(CHEN).put(f"{API}/conversations/{conversation}/read", json={"number": 2})
        await talk.said(conversation, "三")

        told = [one.kind for one in talk.world.begin.journal.facts if isinstance(one, NotificationCreated)]
        assert told == ["conversation-opened", "message-received", "message-received"]


class TestReadOnly:
    async def test_p15_4_a_block_makes_all_that_both_share_read_only(self, talk: Talk) -> None:
        conversation = await talk.opened(by=BANK)
        other_way = await talk.opened(by=CHEN, listing=BANKS_LISTING)

        await talk.as_(CHEN).put(f"{API}/conversations/{conversation}/block")

        refused = [
            await talk.as_(by).post(f"{API}/conversations/{one}/messages", json={"text": "?"})
            for one in (conversation, other_way)
            for by in (BANK, CHEN)
        ]
        assert {(one.status_code, one.json()["reason"]) for one in refused} == {(409, "blocked")}
        assert (await talk.seen(conversation, by=BANK))["read_only"] == "blocked"

    async def test_who_is_blocked_opens_nothing_new(self, talk: Talk) -> None:
        conversation = await talk.opened(by=BANK)
        await talk.as_(CHEN).put(f"{API}/conversations/{conversation}/block")
        another = new_id()
        talk.world.shelf.listings[another] = a_listing(another)

        answer = await talk.as_(BANK).post(f"{API}/conversations", json={"listing_id": str(another)})

        assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]) == (403, "blocked")

    async def test_only_who_blocked_takes_it_back(self, talk: Talk) -> None:
        conversation = await talk.opened(by=BANK)
        await talk.as_(CHEN).put(f"{API}/conversations/{conversation}/block")

        await talk.as_(BANK).delete(f"{API}/conversations/{conversation}/block")
        still = (await talk.seen(conversation, by=BANK))["read_only"]
        await talk.as_(CHEN).delete(f"{API}/conversations/{conversation}/block")

        assert (still, (await talk.seen(conversation, by=BANK))["read_only"]) == ("blocked", None)
        assert await talk.said(conversation, "又见面了")

    async def test_p15_2_expiry_does_not_close_it(self, talk: Talk) -> None:
        conversation = await talk.opened()
        for listing in talk.world.shelf.listings.values():
            listing.state = "expired"

        assert await talk.said(conversation, "还在吗")

    async def test_p15_2_termination_of_a_side_makes_it_read_only(self, talk: Talk) -> None:
        conversation = await talk.opened()
        await talk.stands("P-CHEN", "terminated")

        answer = await talk.as_(BANK).post(f"{API}/conversations/{conversation}/messages", json={"text": "?"})

        assert (answer.status_code, answer.json()["reason"]) == (409, "terminated")
