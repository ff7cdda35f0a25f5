"""Private talk through the gateway: reciprocity, one order, terms, reports, delivery; and no word of it elsewhere."""

import secrets
import time

import pytest

from demo.follower import Follower
from demo.person import Answered
from demo.stated import refusal_of as refusal
from demo.talk_story import TERMS, Talk, answer_as_administrator, ask_administrator
from testkit.canaries import Places

pytestmark = pytest.mark.acceptance
TEXT = "canary-text-5e1f 金丝雀密语"
CONTACT = "010-47114711"
# Of the side that opens: in its token, and known to the platform by reference only.
ACCOUNT = "180000000041"


def test_note_3_opening_needs_a_listing_in_force_of_ones_own(talk: Talk) -> None:
    outsider = talk.board.owner("over_available")
    asked = {"listing_id": talk.board.listings[talk.listing]}

    refused = refusal(lambda: outsider.tell("POST", "/conversations", asked, expect=201))

    assert (refused.status, refused.body["reason"]) == (403, "no_listing_in_force")


def test_p14_3_filters_over_details_are_for_users_with_a_listing_in_force(talk: Talk) -> None:
    outsider = talk.board.owner("over_available")

    refused = refusal(lambda: outsider.ask("/listings", region="上海", industry="制造业"))
    found = talk.opener.ask("/listings", region="上海", industry="制造业", share_class="unrestricted").body["items"]
    elsewhere = talk.opener.ask("/listings", region="拉萨").body["items"]

    assert (refused.status, refused.body["reason"]) == (403, "no_listing_in_force")
    assert talk.board.listings[talk.listing] in {one["id"] for one in found}
    assert elsewhere == []


def test_p15_2_the_other_side_is_told_and_sees_the_conversation(talk: Talk) -> None:
    seen = talk.owner.ask(talk.path).body

    assert talk.told(talk.owner, "conversation-opened")["conversation_id"] == talk.conversation
    assert (seen["opened_by"], seen["listing_id"]) == ("other", talk.board.listings[talk.listing])


def test_p15_4_a_message_reaches_a_connected_client_within_two_seconds(talk: Talk) -> None:
    with Follower(talk.board.world.gateway, talk.owner.token) as follower:
        follower.wait_for("here", within=10)
        began = time.monotonic()
        sent = talk.say(talk.opener, TEXT).body
        heard = follower.wait_for("messaging.conversation.message_sent.v1", within=10, message_id=sent["id"])

    assert heard.at - began < 2
    assert TEXT not in str(follower.heard)


def test_p15_4_a_retry_is_stored_once_in_one_order_for_both(talk: Talk) -> None:
    key = secrets.token_hex(16)

    first = talk.say(talk.owner, "可以商量", key=key)
    again = talk.say(talk.owner, "可以商量", key=key)

    assert again.body == first.body
    assert talk.messages(talk.owner) != talk.messages(talk.opener)
    orders = [
        [(one["number"], one["sent_by"], one["text"]) for one in talk.messages(by)] for by in (talk.owner, talk.opener)
    ]
    assert orders[0] == orders[1] == [(2, "chen-wei", "可以商量"), (1, "hua-tong-lender", TEXT)]


def test_p15_4_unread_until_it_is_read(talk: Talk) -> None:
    before = talk.unread(talk.opener)
    talk.read(talk.opener)

    assert (before, talk.unread(talk.opener)) == (1, 0)


@pytest.mark.parametrize("stranger", ["zhao-min", "moderator-he", "reviewer-wang", "dong-hai-viewer"])
def test_p15_1_nobody_else_reads_it(talk: Talk, stranger: str) -> None:
    person = talk.board.world.person(stranger)

    statuses = {refusal(lambda path=path: person.ask(talk.path + path)).status for path in ("", "/messages", "/terms")}  # type: ignore[misc]

    assert statuses == ({404} if stranger == "zhao-min" else {403})


def test_p15_3_terms_in_rounds_with_their_difference_and_both_accept_one(talk: Talk) -> None:
    talk.propose(talk.opener, answers=0)
    talk.propose(talk.owner, answers=1, months=6)
    stale = refusal(lambda: talk.propose(talk.opener, answers=1))

    accepted = (talk.accept(talk.opener, 2), talk.accept(talk.owner, 2))

    sheet = talk.terms(talk.opener)
    assert sheet["rounds"][1]["changes"] == [{"field": "months", "before": 12, "after": 6}]
    assert (stale.status, accepted, sheet["accepted_round"]) == (409, (False, True), 2)
    assert TERMS["amount"] in talk.owner.ask(f"{talk.path}/terms/summary").body.replace(",", "")


def test_p16_2_the_moderator_sees_the_reported_range_and_both_learn_the_outcome(talk: Talk) -> None:
    report = talk.report(talk.owner, [1], f"请核实 {TEXT}")
    early = refusal(lambda: talk.moderator.ask(f"/reports/{report}/evidence"))
    case = talk.claim(report)

    seen = talk.evidence(report)
    talk.decide(case["case_id"], "warning", "已核实")

    assert (early.status, [one["text"] for one in seen["evidence"]]) == (404, [TEXT])
    assert talk.outcome(talk.owner, report) == "warning"
    assert talk.told(talk.opener, "report-decided")["conversation_id"] == talk.conversation
    assert refusal(lambda: talk.moderator.ask(f"/reports/{report}/evidence")).status == 404


def test_p16_1_whoever_has_no_listing_writes_to_the_administrator(talk: Talk) -> None:
    person = talk.board.owner("over_available")
    ask_administrator(person, TEXT)
    talk_id = person.ask("/my/administrator-conversation").body["participant_id"]

    answer_as_administrator(talk.moderator, talk_id, "请查看退回原因")

    assert person.ask("/my/administrator-conversation").body["items"][0]["side"] == "moderator"
    assert talk.told(person, "administrator-answered")


def test_p15_4_a_block_makes_it_read_only_until_it_is_taken_back(talk: Talk) -> None:
    talk.owner.tell("PUT", f"{talk.path}/block", expect=204)
    blocked: Answered = refusal(lambda: talk.say(talk.opener, "?"))
    talk.owner.tell("DELETE", f"{talk.path}/block", expect=204)

    assert (blocked.status, blocked.body["reason"]) == (409, "blocked")
    assert talk.say(talk.opener, "!").status == 201


def test_p15_1_no_text_amount_contact_or_account_is_anywhere_but_where_it_belongs(talk: Talk, places: Places) -> None:
    information = talk.owner.ask("/my/business-information").body["business"]
    talk.owner.tell(
        "PUT", "/my/business-information", information | {"channels": [{"kind": "phone", "value": CONTACT}]}, expect=200
    )
    amount = str(TERMS["amount"])
    planted = [*TEXT.split(), amount, amount.replace(".", ""), CONTACT, ACCOUNT]

    assert TEXT in [one["text"] for one in talk.messages(talk.owner)]
    assert talk.terms(talk.owner)["rounds"][0]["terms"]["amount"] == amount

    looked = places.all()

    # What may be there is there: the places were really looked at.
    for certain in ("topic messaging.conversation.v1", "table messaging.outbox", "table messaging.audit"):
        assert talk.conversation.encode() in looked[certain], certain
    assert all(looked[certain] for certain in ("traces", "redis", "log of messaging", "metrics of messaging"))
    assert {(name, one) for name, content in looked.items() for one in planted if one.encode() in content} == set()
