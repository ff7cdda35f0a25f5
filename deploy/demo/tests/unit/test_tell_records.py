"""The chapter on record types tells what is stated, and stops where the platform says something else."""

from typing import Any, cast

import pytest

from demo.records_story import RecordTypes
from demo.screen import Screen
from demo.stated import StoryBroken
from demo.tell_records import tell_records

TOLD: dict[str, Any] = {"sent": 3, "outcomes": {"ACCEPTED": 3}, "rules": {}}
NAMES = ["contract in default C-9", "line C-9/SSE/600100"]


class Platform:
    """A platform that answers as stated, but for what a test changes."""

    firm_id = "F001"
    stated: dict[str, Any] = {"found": [["contract", "C-1"]], "waiting": {"D-1": NAMES}}  # noqa: RUF012  # never written

    def __init__(self, **changes: Any) -> None:
        self.answers: dict[str, Any] = {
            "stream": TOLD,
            "expected": {"ACCEPTED": 3},
            "found": {("contract", "C-1")},
            "waiting": {"D-1": NAMES},
            "streams": {name: _stream(complete=name == "trade") for name in ("trade", "position", "disposal")},
            "open_items": {"unlinked": 1, "pending_reference": 0, "gaps": 0},
            **changes,
        }

    def __getattr__(self, name: str) -> Any:
        return lambda: self.answers[name]


def _stream(*, complete: bool) -> dict[str, Any]:
    return {"received": {"count": 1}, "declared": {"count": 1} if complete else None, "complete": complete}


def told(platform: Platform, capsys: pytest.CaptureFixture[str]) -> str:
    tell_records(cast("RecordTypes", platform), Screen())
    return capsys.readouterr().out


def test_it_tells_what_was_found_and_what_waits(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(Platform(), capsys)

    assert "contract C-1" in text
    assert "; ".join(NAMES) in text


@pytest.mark.parametrize(
    "otherwise",
    [
        {"expected": {"ACCEPTED": 2, "REJECTED": 1}},
        {"found": set()},
        {"waiting": {}},
        {"streams": {name: _stream(complete=False) for name in ("trade", "position", "disposal")}},
        {"streams": {name: _stream(complete=True) for name in ("trade", "position", "disposal")}},
    ],
)
def test_it_stops_where_the_platform_says_something_else(
    otherwise: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StoryBroken):
        told(Platform(**otherwise), capsys)
