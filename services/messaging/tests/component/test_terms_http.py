"""Rounds of terms as the two sides meet them (P15.3)."""

from typing import Any

import pytest

from messaging.domain.terms import TermsAccepted
from messaging.tests.builders import BANK, BANKS_LISTING, CHEN, CHENS_LISTING, a_proposal
from messaging.tests.component.conftest import API, Talk


async def proposed(
    talk: Talk, conversation: str, *, by: Any = BANK, expect: int = 201, **changes: Any
) -> dict[str, Any]:
    answer = await talk.as_(by).post(f"{API}/conversations/{conversation}/terms", json=a_proposal(**changes))
    assert answer.status_code == expect, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def accepted(talk: Talk, conversation: str, number: int, *, by: Any) -> Any:
    return await talk.as_(by).post(f"{API}/conversations/{conversation}/terms/{number}/acceptance")


class TestRounds:
    async def test_p15_3_a_counter_offer_shows_what_changed(self, talk: Talk) -> None:
        conversation = await talk.opened()
        await proposed(talk, conversation)
        await proposed(talk, conversation, by=CHEN, answers=1, amount="6000000", months=6)

        sheet = (await talk.as_(BANK).get(f"{API}/conversations/{conversation}/terms")).json()

        first, second = sheet["rounds"]
        assert (first["side"], first["changes"]) == ("own", [])
        assert second["changes"] == [
            {"field": "amount", "before": "5000000.00", "after": "6000000.00"},
            {"field": "months", "before": 12, "after": 6},
        ]
        assert (sheet["pledgor_participant_id"], sheet["pledgee_participant_id"]) == ("P-CHEN", "P-BANK")

    async def test_a_round_stands_in_the_one_order_without_its_content(self, talk: Talk) -> None:
        conversation = await talk.opened()
        await talk.said(conversation, "我方提出如下条款")
        made = await proposed(talk, conversation)

        page = (await talk.as_(CHEN).get(f"{API}/conversations/{conversation}/messages")).json()

        last = page["items"][0]
        assert (made["number"], last["number"], last["kind"], last["text"]) == (2, 2, "terms", "")

    async def test_who_has_not_read_the_last_round_is_told_and_changes_nothing(self, talk: Talk) -> None:
        conversation = await talk.opened()
        await proposed(talk, conversation)

        refused = await proposed(talk, conversation, by=CHEN, expect=409, answers=0)

        assert refused["round"] == 1
        assert (await talk.seen(conversation, by=CHEN))["terms_round"] == 1

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"amount": "0"}, "/amount"),
            ({"annual_rate": "1.2"}, "/annual_rate"),
            ({"pledge_rate": "0"}, "/pledge_rate"),
            ({"months": 121}, "/months"),
            ({"warning_line": "1.3"}, "/warning_line"),
            ({"liquidation_line": "1"}, "/liquidation_line"),
            ({"lines": []}, "/lines"),
            ({"lines": [{"market": "SSE", "security": "600000", "quantity": "0"}]}, "/lines/0/quantity"),
        ],
    )
    async def test_what_cannot_be_proposed_names_its_field(
        self, talk: Talk, changes: dict[str, Any], pointer: str
    ) -> None:
        conversation = await talk.opened()

        refused = await proposed(talk, conversation, expect=422, **changes)

        assert pointer in [one["pointer"] for one in refused["errors"]]

    async def test_the_summary_downloads_in_the_readers_language(self, talk: Talk) -> None:
        conversation = await talk.opened()
        await proposed(talk, conversation)
        path = f"{API}/conversations/{conversation}/terms/summary"

        chinese = await talk.as_(CHEN).get(path)
        english = await talk.as_(CHEN).get(path, headers={"Accept-Language": "en"})

        assert "融资金额（元）：5,000,000.00" in chinese.text
        assert "Amount (CNY): 5,000,000.00" in english.text
        assert "attachment" in chinese.headers["content-disposition"]


class TestAcceptance:
    async def test_p15_3_both_accept_the_same_round(self, talk: Talk) -> None:
        conversation = await talk.opened()
        await proposed(talk, conversation)

        first = (await accepted(talk, conversation, 1, by=CHEN)).json()
        second = (await accepted(talk, conversation, 1, by=BANK)).json()

        assert (first["both"], second["both"]) == (False, True)
        (fact,) = [one for one in talk.world.begin.journal.facts if isinstance(one, TermsAccepted)]
        assert (fact.pledgor_id, fact.pledgee_id, fact.round) == ("P-CHEN", "P-BANK", 1)
        assert (fact.pledgor_listing_id, fact.pledgee_listing_id) == (CHENS_LISTING, BANKS_LISTING)
        assert (await talk.seen(conversation, by=CHEN))["accepted_round"] == 1

    async def test_about_a_pledgees_listing_the_opener_is_the_pledgor(self, talk: Talk) -> None:
        conversation = await talk.opened(by=CHEN, listing=BANKS_LISTING)
        await proposed(talk, conversation, by=CHEN)

        for by in (CHEN, BANK):
            await accepted(talk, conversation, 1, by=by)

        (fact,) = [one for one in talk.world.begin.journal.facts if isinstance(one, TermsAccepted)]
        assert (fact.pledgor_id, fact.pledgor_listing_id) == ("P-CHEN", CHENS_LISTING)

    async def test_one_side_accepting_twice_is_one_side(self, talk: Talk) -> None:
        conversation = await talk.opened()
        await proposed(talk, conversation)

        answers = [(await accepted(talk, conversation, 1, by=CHEN)).json()["both"] for _ in range(2)]

        assert answers == [False, False]

    async def test_a_counter_offer_leaves_the_acceptance_of_the_round_before_behind(self, talk: Talk) -> None:
        conversation = await talk.opened()
        await proposed(talk, conversation)
        await accepted(talk, conversation, 1, by=CHEN)
        await proposed(talk, conversation, answers=1, months=6)

        old = await accepted(talk, conversation, 1, by=BANK)
        new = await accepted(talk, conversation, 2, by=BANK)

        assert (old.status_code, old.json()["round"]) == (409, 2)
        assert new.json() == {"round": 2, "both": False}

    async def test_nothing_is_proposed_once_both_have_accepted(self, talk: Talk) -> None:
        conversation = await talk.opened()
        await proposed(talk, conversation)
        for by in (CHEN, BANK):
            await accepted(talk, conversation, 1, by=by)

        refused = await proposed(talk, conversation, expect=409, answers=1)

        assert refused["type"].endswith("terms-settled")

    async def test_a_round_nobody_proposed_is_not_found(self, talk: Talk) -> None:
        conversation = await talk.opened()

        assert (await accepted(talk, conversation, 1, by=CHEN)).status_code == 404

    async def test_a_blocked_side_accepts_nothing(self, talk: Talk) -> None:
        conversation = await talk.opened()
        await proposed(talk, conversation)
        await talk.as_(CHEN).put(f"{API}/conversations/{conversation}/block")

        assert (await accepted(talk, conversation, 1, by=BANK)).status_code == 409
