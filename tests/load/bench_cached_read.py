"""A cached public read through the real door against the idiomatic one, in one run, alternating (`make bench`).

The anchor is a FastAPI route over redis-py's pool and nothing else. The door does all it always does: it takes the
caller's room out of the shared bucket, asks the matrix, compares entity tags, measures.
"""

import json
import sys
from pathlib import Path
from statistics import median

import httpx2
import pytest
import redis

from testkit.bench_door import BenchDoor
from testkit.http_load import Measured, measure

pytestmark = [pytest.mark.load, pytest.mark.timeout(600)]
PATH = "/api/v1/guide"
CLIENTS, SECONDS, ROUNDS = 32, 3.0, 5
GOAL, GATE = 2.5, 0.8
# A page of some 1.2 kB.
ANSWER = {"kind": "guide", "version": "2026-01", "text": "指引" * 180, "items": [{"number": one} for one in range(10)]}


def test_a_cached_read_against_fastapi_and_redis_py(tmp_path: Path) -> None:
    with BenchDoor.opened(tmp_path, answers={"listing": {PATH: ANSWER}}, operations={PATH: "public.read"}) as door:
        body = json.dumps(ANSWER, ensure_ascii=False).encode()
        with redis.Redis.from_url(door.redis_url) as memory:
            memory.set("bench", body)
        anchor = door.add("cached", {"redis_url": door.redis_url, "key": "bench", "path": PATH})
        ports = {"fastapi + redis-py": anchor, "the door": door.port}
        for port in ports.values():
            assert httpx2.get(f"http://127.0.0.1:{port}{PATH}").content == body
            measure(port, PATH, clients=CLIENTS, seconds=1)

        rounds: dict[str, list[Measured]] = {name: [] for name in ports}
        for turn in range(ROUNDS):
            for name in list(ports) if turn % 2 == 0 else list(reversed(ports)):
                rounds[name].append(measure(ports[name], PATH, clients=CLIENTS, seconds=SECONDS))

    assert not any(one.failed for measured in rounds.values() for one in measured)
    ratio = told(rounds)
    assert ratio >= GOAL * GATE


def told(rounds: dict[str, list[Measured]]) -> float:
    """Writes the medians, and says the ratio of each round's neighbours."""
    for name, measured in rounds.items():
        per_second, p99 = median(one.per_second for one in measured), median(one.p99_ms for one in measured)
        sys.stdout.write(f"{name:24} {per_second:10,.0f} reads/s   p99 {p99:6.1f} ms\n")
    anchor, door = rounds.values()
    ratio = median(mine.per_second / theirs.per_second for mine, theirs in zip(door, anchor, strict=True))
    sys.stdout.write(f"{'ratio':24} {ratio:10.2f} x   (goal {GOAL})\n")
    return ratio
