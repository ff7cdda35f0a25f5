"""What of the story is decided without a platform: who is told how, what is expected, and how a firm hears."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo import tell_board
from demo.board_story import Board
from demo.monitor_story import Monitor
from demo.person import Answered
from demo.screen import Screen
from demo.stated import StoryBroken, refusal_of, require
from demo.tell_board import PARTS, outsider_and_listing
from demo.world import World
from market.candidates import candidates
from market.story import CAST, RATE_CAP_FROM


class NoStage:
    """A stage on which nothing happens."""

    def set_clock(self, moment: Any) -> None:
        """The clock stands."""

    def hold(self, service: str) -> None:
        """Nobody is held."""

    def release(self, service: str) -> None:
        """Nobody is released."""


def world_of(tmp_path: Path, **manifest: Any) -> World:
    """A world that has nothing but a manifest."""
    return World(
        gateway="",
        issuer="",
        firms_bootstrap="",
        firms_authority=None,
        market=tmp_path,
        manifest=manifest,
        stagehand=NoStage(),
    )


def listing(name: str, user: str, expected: str, area: str = "pledgor") -> dict[str, Any]:
    """A listing of which only this is known."""
    return {"name": name, "user": user, "expected": expected, "area": area}


@pytest.mark.parametrize("today", ["before the cap", "from the cap on"])
def test_every_listing_that_a_market_makes_can_be_told(today: str) -> None:
    day = RATE_CAP_FROM if today == "from the cap on" else RATE_CAP_FROM.replace(year=RATE_CAP_FROM.year - 1)
    closes = dict.fromkeys((CAST.clean, CAST.deducted, CAST.crowded, CAST.waiting, CAST.shrinking), Decimal(10))
    expected = {one["expected"] for one in candidates(CAST, closes, day)}
    assert expected == set(PARTS), "a part without a listing is skipped aloud, and a listing without a part is a fault"
    assert set(PARTS) - {"waits_then_published"} == set(tell_board._TELLING)


def test_the_outsider_is_somebody_without_any_listing_in_force() -> None:
    found = outsider_and_listing(
        [
            listing("mine", "a", "published"),
            listing("refused", "a", "returned"),
            listing("other", "b", "returned"),
            listing("theirs", "c", "published"),
        ]
    )
    assert found == ("b", "mine")


@pytest.mark.parametrize(
    "stated",
    [
        [],
        [listing("mine", "a", "published"), listing("refused", "a", "returned")],
        [listing("refused", "a", "returned"), listing("waits", "b", "needs_person")],
    ],
)
def test_nobody_is_shown_in_vain_where_the_market_has_no_such_pair(stated: list[dict[str, Any]]) -> None:
    assert outsider_and_listing(stated) is None


def test_listings_are_found_by_what_is_expected_of_them(tmp_path: Path) -> None:
    board = Board(world_of(tmp_path, listings=[listing("x", "a", "published"), listing("y", "a", "returned")]))
    assert [one["name"] for one in board.expecting("returned")] == ["y"]
    assert board.expecting("needs_person") == []


def test_parts_without_a_listing_are_skipped_aloud(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    board, screen = Board(world_of(tmp_path, listings=[])), Screen()
    tell_board._reading(board, screen)
    tell_board._moving(board, screen)
    said = capsys.readouterr().out
    assert "this market has none" in said
    assert "nobody here is without a listing in force" in said
    assert "no listing is in force" in said


def test_a_note_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().note("[red]原文[/red]")
    assert capsys.readouterr().out == "        [red]原文[/red]\n"


def test_the_unreadable_message_belongs_to_the_first_stream_alone(tmp_path: Path) -> None:
    monitor = Monitor(
        world_of(
            tmp_path,
            streams=[{"firm_id": "F001", "expected": {"QUARANTINED": 1, "ACCEPTED": 5}}],
            later_streams=[{"firm_id": "F001", "expected": {"ACCEPTED": 7}}],
            unreadable={"file": "unreadable.bin", "expected": {"QUARANTINED": 1}},
        ),
        tmp_path,
    )
    assert monitor.expected("F001") == {"ACCEPTED": 5, "QUARANTINED": 2}
    assert monitor.expected("F001", "later_streams") == {"ACCEPTED": 7}


def test_a_market_without_later_streams_has_none(tmp_path: Path) -> None:
    assert Monitor(world_of(tmp_path, streams=[]), tmp_path).streams("later_streams") == []


def test_a_difference_breaks_the_story() -> None:
    told, stated = 1, 2
    require(told < stated, "never said")
    with pytest.raises(StoryBroken, match="told 1, stated 2"):
        require(told == stated, f"told {told}, stated {stated}")


def test_an_answer_where_a_refusal_is_expected_breaks_the_story() -> None:
    with pytest.raises(StoryBroken, match="a refusal was expected"):
        refusal_of(lambda: "answered")

    def refused() -> None:
        raise Answered("GET", "/listings/x", 403, {"title": "no"})

    assert refusal_of(refused).status == 403
