"""Messages to the administrator (P16.1), reports and their evidence (P16.2)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.cause import Subject
from messaging.application.commands.follow_moderation import FollowClaim, FollowDecision
from messaging.domain.administrator import AdministratorMessageSent
from messaging.domain.notification import NotificationCreated
from messaging.domain.report import Claim, MessageReported
from messaging.tests.builders import BANK, CHEN, MODERATOR, REVIEWER, STRANGER, a_cause, a_proposal
from messaging.tests.component.conftest import API, Talk
from testkit.fakes import MONDAY

MY_TALK = f"{API}/my/administrator-conversation"
CASE = UUID(int=9)


class TestAdministrator:
    async def test_p16_1_a_user_without_a_listing_writes_and_a_moderator_answers(self, talk: Talk) -> None:
        asked = await talk.as_(STRANGER).post(f"{MY_TALK}/messages", json={"text": "如何申诉？"})
        (waiting,) = (await talk.as_(MODERATOR).get(f"{API}/administrator-conversations")).json()["items"]
        path = f"{API}/administrator-conversations/{waiting['conversation_id']}"

        answered = await talk.as_(MODERATOR).post(f"{path}/messages", json={"text": "请于十个交易日内提出"})

        told = (await talk.as_(STRANGER).get(MY_TALK)).json()
        assert (asked.status_code, answered.status_code) == (201, 201)
        assert [(one["side"], one["sent_by"]) for one in told["items"]] == [
            ("moderator", "moderator"),
            ("user", "stranger"),
        ]
        assert told["waiting_since"] is None
        assert (await talk.as_(MODERATOR).get(f"{API}/administrator-conversations")).json()["items"] == []

    async def test_who_waits_longest_comes_first_and_a_second_question_does_not_move_it(self, talk: Talk) -> None:
        for by in (CHEN, BANK, CHEN):
            await talk.as_(by).post(f"{MY_TALK}/messages", json={"text": "?"})
            talk.world.begin.journal.now += timedelta(minutes=1)

        waiting = (await talk.as_(MODERATOR).get(f"{API}/administrator-conversations")).json()["items"]

        assert [(one["participant_id"], one["last_number"]) for one in waiting] == [("P-CHEN", 2), ("P-BANK", 1)]

    async def test_the_answer_is_told_to_the_participants_users(self, talk: Talk) -> None:
        await talk.as_(CHEN).post(f"{MY_TALK}/messages", json={"text": "?"})
        (one,) = talk.world.shelf.administrator.talks
        await talk.as_(MODERATOR).post(f"{API}/administrator-conversations/{one}/messages", json={"text": "!"})

        facts = talk.world.begin.journal.facts
        assert [fact.kind for fact in facts if isinstance(fact, NotificationCreated)] == ["administrator-answered"]
        assert [fact.recipients for fact in facts if isinstance(fact, AdministratorMessageSent)] == [("chen",)] * 2

    @pytest.mark.parametrize("other", [CHEN, REVIEWER])
    async def test_only_moderators_see_others(self, talk: Talk, other: Subject) -> None:
        assert (await talk.as_(other).get(f"{API}/administrator-conversations")).status_code == 403

    async def test_nobody_answers_their_own_participant(self, talk: Talk) -> None:
        await talk.as_(CHEN).post(f"{MY_TALK}/messages", json={"text": "?"})
        (one,) = talk.world.shelf.administrator.talks
        related = replace(MODERATOR, roles=frozenset({"MO", "PL"}), participant_id="P-CHEN")

        answer = await talk.as_(related).post(f"{API}/administrator-conversations/{one}/messages", json={"text": "!"})

        assert answer.status_code == 404


async def reported(talk: Talk, *, expect: int = 201, **changes: Any) -> tuple[str, dict[str, Any]]:
    conversation = await talk.opened()
    await talk.said(conversation, "请先支付保证金", by=BANK)
    await talk.said(conversation, "与举报无关", by=BANK)
    await talk.as_(BANK).post(f"{API}/conversations/{conversation}/terms", json=a_proposal())
    body = {"numbers": [1, 3], "category": "fraud", "note": "对方索要保证金", **changes}
    answer = await talk.as_(CHEN).post(f"{API}/conversations/{conversation}/reports", json=body)
    assert answer.status_code == expect, answer.text
    return conversation, answer.json()


async def claimed(talk: Talk, report: str, *, by: Subject = MODERATOR) -> None:
    claim = Claim(case_id=CASE, moderator_id=by.user_id, until=MONDAY + timedelta(hours=24))
    await talk.world.use_cases.follow_claim(FollowClaim(report_id=UUID(report), claim=claim), a_cause(by))


async def test_p16_1_the_hotline_is_public(talk: Talk) -> None:
    chinese = await talk.caller.get(f"{API}/hotline")
    english = await talk.caller.get(f"{API}/hotline", headers={"Accept-Language": "en"})

    assert (chinese.status_code, chinese.json()["number"]) == (200, "4008-058-058")
    assert "Trading days" in english.json()["hours"]


class TestReports:
    async def test_p16_2_the_moderator_who_claimed_sees_the_reported_range_and_nothing_else(self, talk: Talk) -> None:
        _, report = await reported(talk)
        await claimed(talk, report["id"])

        seen = (await talk.as_(MODERATOR).get(f"{API}/reports/{report['id']}/evidence")).json()

        assert [(one["number"], one["kind"], one["side"]) for one in seen["evidence"]] == [
            (1, "text", "reported"),
            (3, "terms", "reported"),
        ]
        assert seen["evidence"][0]["text"] == "请先支付保证金"
        assert seen["evidence"][1]["terms"]["amount"] == "5000000.00"

    @pytest.mark.parametrize("when", ["unclaimed", "another's", "outlived", "closed", "related"])
    async def test_note_7_it_is_closed_to_everybody_else_and_after_its_time(self, talk: Talk, when: str) -> None:
        _, report = await reported(talk)
        who = MODERATOR
        if when != "unclaimed":
            await claimed(talk, report["id"], by=replace(MODERATOR, user_id="m-2") if when == "another's" else who)
        if when == "outlived":
            talk.world.begin.journal.now += timedelta(hours=24)
        if when == "closed":
            decision = FollowDecision(report_id=UUID(report["id"]), outcome="warning", closed_at=MONDAY)
            await talk.world.use_cases.follow_decision(decision, a_cause())
        if when == "related":
            who = replace(MODERATOR, roles=frozenset({"MO", "LE"}), participant_id="P-BANK")

        answer = await talk.as_(who).get(f"{API}/reports/{report['id']}/evidence")

        assert answer.status_code == 404

    async def test_evidence_is_frozen_and_what_is_said_is_ids(self, talk: Talk) -> None:
        _, report = await reported(talk)

        (fact,) = [one for one in talk.world.begin.journal.facts if isinstance(one, MessageReported)]
        assert (fact.reporter_id, fact.reported_id, fact.category) == ("P-CHEN", "P-BANK", "fraud")
        assert fact.recipients == ("chen",)
        assert "保证金" not in repr(talk.world.begin.journal.facts)
        assert str(fact.report_id) == report["id"]

    async def test_p16_2_both_learn_the_outcome_once(self, talk: Talk) -> None:
        _, report = await reported(talk)
        decision = FollowDecision(report_id=UUID(report["id"]), outcome="warning", closed_at=MONDAY)
        before = len(talk.world.begin.journal.facts)

        for _ in range(2):
            await talk.world.use_cases.follow_decision(decision, a_cause())

        told = [one for one in talk.world.begin.journal.facts[before:] if isinstance(one, NotificationCreated)]
        assert sorted(one.user_id for one in told) == ["bank", "bank-2", "chen"]
        (mine,) = (await talk.as_(CHEN).get(f"{API}/my/reports")).json()["items"]
        assert mine["outcome"] == "warning"
        assert (await talk.as_(BANK).get(f"{API}/my/reports")).json()["items"] == []

    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"category": "boring"}, 422),
            ({"numbers": []}, 422),
            ({"numbers": [1, 1]}, 422),
            ({"numbers": [7]}, 404),
            ({"note": " "}, 422),
        ],
    )
    async def test_a_report_that_names_nothing_is_refused(
        self, talk: Talk, changes: dict[str, Any], status: int
    ) -> None:
        await reported(talk, expect=status, **changes)

        assert talk.world.shelf.reports.kept == {}
