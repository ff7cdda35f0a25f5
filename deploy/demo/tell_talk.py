"""Tells the part of private talk: who may open it, how fast it arrives, terms in rounds, what a moderator sees."""

import time

from demo.board_story import Board
from demo.follower import Follower
from demo.person import Person
from demo.screen import Screen
from demo.stated import refusal_of, require
from demo.talk_story import TERMS, Talk, answer_as_administrator, ask_administrator
from demo.tell_board import outsider_and_listing

_DELIVERED_WITHIN_S = 2.0
_FORBIDDEN = 403


def tell_talk(board: Board, screen: Screen) -> None:
    """From the first word to terms both sides accept, and a report.

    Raises:
        StoryBroken: something is not as the guide has it.
    """
    screen.chapter("私密洽谈", "Private talk, terms in rounds, the administrator")
    lender = next((one for one in board.candidates if one["area"] == "pledgee"), None)
    listing = next((one for one in board.candidates if one["expected"] == "published"), None)
    if lender is None or listing is None:
        screen.skipped("私密洽谈", "private talk: this market has no two sides")
        return
    talk = Talk(board, listing["name"], board.owner(lender["name"]))
    _opening(talk, screen)
    _delivery(talk, screen)
    _terms(talk, screen)
    _report(talk, screen)
    _administrator(board, talk.moderator, screen)


def _opening(talk: Talk, screen: Screen) -> None:
    opened = talk.open().body
    screen.line(
        "出资方就发布信息发起会话", "a lender with a listing in force opens a conversation (P15.2)", opened["id"]
    )
    pair = outsider_and_listing(talk.board.candidates)
    if pair is None:
        return
    outsider, asked = talk.board.world.person(pair[0]), {"listing_id": talk.board.listings[talk.listing]}
    refused = refusal_of(lambda: outsider.tell("POST", "/conversations", asked, expect=201))
    require(refused.status == _FORBIDDEN, f"who has no listing in force got {refused.status}")
    screen.line("自己没有有效发布者不能发起", "refused without a listing in force (note 3)", refused.body["title"])


def _delivery(talk: Talk, screen: Screen) -> None:
    with Follower(talk.board.world.gateway, talk.owner.token) as follower:
        follower.wait_for("here", within=5)
        began = time.monotonic()
        sent = talk.say(talk.opener, "您好，请问质押率是否可以商量？").body
        heard = follower.wait_for(
            "messaging.conversation.message_sent.v1", within=_DELIVERED_WITHIN_S, message_id=sent["id"]
        )
    screen.line(
        "消息推送到在线用户，只含编号",
        "the message reaches a connected client, as ids (P15.4)",
        f"{(heard.at - began) * 1000:.0f} ms",
    )
    require(talk.unread(talk.owner) == 1, "one message is unread")
    talk.read(talk.owner)
    talk.say(talk.owner, "可以，请提出条款。")
    (reply, first) = talk.messages(talk.opener)
    require(
        (reply["sent_by"], first["sent_by"]) == (talk.owner.user, talk.opener.user), "each message names its writer"
    )
    screen.line(
        "双方看到同一顺序，逐条署名", "one order for both, each message names its writer", f"{reply['number']} 条"
    )


def _terms(talk: Talk, screen: Screen) -> None:
    talk.propose(talk.opener, answers=0)
    talk.propose(talk.owner, answers=1, annual_rate="0.06", months=6)
    sheet = talk.terms(talk.opener)
    screen.line("两轮条款，系统给出差异", f"two rounds of terms about {TERMS['amount']}, with what changed (P15.3)")
    for change in sheet["rounds"][-1]["changes"]:
        screen.note(f"{change['field']}: {change['before']} -> {change['after']}")
    first, second = talk.accept(talk.opener, 2), talk.accept(talk.owner, 2)
    require((first, second) == (False, True), "both accept the same round")
    screen.line("双方接受同一轮", "both sides accept the same round", f"第 {sheet['rounds'][-1]['round']} 轮")


def _report(talk: Talk, screen: Screen) -> None:
    report = talk.report(talk.owner, [1], "请核实对方身份")
    case = talk.claim(report)
    seen = talk.evidence(report)["evidence"]
    require([one["number"] for one in seen] == [1], f"the moderator sees {[one['number'] for one in seen]}")
    screen.line(
        "值守员认领后仅见被举报的一条", "the moderator who claimed it sees what was reported, for a day", case["until"]
    )
    talk.decide(case["case_id"], "none", "已核实，未发现违规")
    screen.line("双方获知处理结果", "both learn the outcome (P16.2)", talk.outcome(talk.owner, report))


def _administrator(board: Board, moderator: Person, screen: Screen) -> None:
    pair = outsider_and_listing(board.candidates)
    if pair is None:
        return
    person = board.world.person(pair[0])
    ask_administrator(person, "我的信息为何被退回？")
    participant = person.ask("/my/administrator-conversation").body["participant_id"]
    answer_as_administrator(moderator, participant, "请查看退回原因并更正数量。")
    last = person.ask("/my/administrator-conversation").body["items"][0]
    require(last["side"] == "moderator", "the administrator has answered")
    screen.line(
        "没有发布信息者也可致函管理员",
        "whoever has no listing still reaches the administrator (P16.1)",
        last["sent_by"],
    )
