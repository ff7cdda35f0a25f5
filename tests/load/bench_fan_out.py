"""The home page through the real door against the idiomatic one, in one run, alternating (`make bench`).

All ask the same parts of the same neighbours, which answer at once. The anchors are a FastAPI route that gathers them
with httpx's client, or httpx2's, and returns what it read. The door verifies the token, takes the caller's room out of
the shared bucket, asks the matrix for every part, traces each question, and passes the parts on as they came.
"""

import sys
from pathlib import Path
from statistics import median
from typing import Any

import httpx2
import pytest

from chassis.cause import Subject
from gateway.application.queries.compose_home import PARTS, Part
from testkit.bench_door import BenchDoor
from testkit.http_load import Measured, measure

pytestmark = [pytest.mark.load, pytest.mark.timeout(900)]
PATH = "/api/v1/home"
CLIENTS, SECONDS, ROUNDS = 32, 4.0, 5
GATE = 0.8
GOAL = 30.0
ANCHORS = ("httpx", "httpx2")
# What is reached is published; falling clearly below it is a regression.
PUBLISHED = {"httpx": 2.0, "httpx2": 1.5}
# A reviewer's page is a three-way fan-out: the board, the inbox, the queue, each of another service.
REVIEWER = Subject(user_id="reviewer-wang", roles=frozenset({"RV"}))
OWN = frozenset({"listing.search", "notification.own", "verification_queue.read"})


def test_the_home_page_against_httpx(tmp_path: Path) -> None:
    parts = [part for part in PARTS if part.operation in OWN]
    with BenchDoor.opened(
        tmp_path, answers=answers(parts), operations={one.path: one.operation for one in parts}
    ) as door:
        urls = {part.name: f"http://127.0.0.1:{door.neighbours[part.neighbour]}{part.target}" for part in parts}
        anchors = {f"fastapi + {name}": door.add("home", {"client": name, "parts": urls}) for name in ANCHORS}
        ports = {**anchors, "the door": door.port}
        headers = list(door.issuer.authorization(REVIEWER, exp=4_000_000_000).items())
        pages = [
            httpx2.get(f"http://127.0.0.1:{one}{PATH}", headers=dict(headers), timeout=30).json()
            for one in ports.values()
        ]
        assert all(page == pages[0] for page in pages)
        assert pages[0]["parts"].keys() == urls.keys()

        rounds: dict[str, list[Measured]] = {name: [] for name in ports}
        for turn in range(ROUNDS):
            for name in list(ports) if turn % 2 == 0 else list(reversed(ports)):
                rounds[name].append(measure(ports[name], PATH, clients=CLIENTS, seconds=SECONDS, headers=headers))

    assert not any(one.failed for one in rounds["the door"])
    ratios = told(rounds, parts=len(urls))
    assert all(ratios[name] >= published * GATE for name, published in PUBLISHED.items())


def answers(parts: list[Part]) -> dict[str, dict[str, Any]]:
    """A page of ten rows for each part."""
    rows = [{"id": f"0199a0b1-c2d3-7e4f-8a5b-{one:012}", "state": "open", "title": "示例"} for one in range(10)]
    found: dict[str, dict[str, Any]] = {}
    for part in parts:
        found.setdefault(part.neighbour, {})[part.path] = {"items": rows, "next_cursor": None}
    return found


def told(rounds: dict[str, list[Measured]], *, parts: int) -> dict[str, float]:
    """Writes the medians, and says the ratio to each anchor, round by round."""
    sys.stdout.write(f"{parts} parts, {CLIENTS} clients\n")
    for name, measured in rounds.items():
        per_second, p99 = median(one.per_second for one in measured), median(one.p99_ms for one in measured)
        failed = sum(one.failed for one in measured)
        sys.stdout.write(f"{name:24} {per_second:10,.1f} pages/s   p99 {p99:8.1f} ms   failed {failed}\n")
    ratios = {}
    for name in ANCHORS:
        pairs = zip(rounds["the door"], rounds[f"fastapi + {name}"], strict=True)
        ratios[name] = median(mine.per_second / theirs.per_second for mine, theirs in pairs)
        sys.stdout.write(f"{'ratio to ' + name:24} {ratios[name]:10.2f} x\n")
    sys.stdout.write(f"{'goal':24} {GOAL:10.2f} x of httpx\n")
    return ratios
