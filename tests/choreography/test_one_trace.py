"""One request, one trace: from the door through transaction, outbox and Kafka to the neighbour that hears of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from testkit.eventually import eventually
from testkit.platform import Platform
from testkit.provider import CALLBACK, RunningProvider
from testkit.world import World

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Span:
    """One span of the file, as OTLP's JSON form writes it."""

    service: str
    trace: str
    id: str
    parent: str
    name: str
    links: frozenset[str]


@dataclass
class Door:
    """The platform's public address, and the spans it leaves behind."""

    gateway: str
    provider: RunningProvider
    spans_file: Path

    def sign_in(self, user: str) -> dict[str, Any]:
        code, verifier = self.provider.code(user)
        body = {"code": code, "code_verifier": verifier, "redirect_uri": CALLBACK}
        answer = httpx2.post(f"{self.gateway}/api/v1/session", json=body, timeout=10)
        assert answer.status_code == 201, answer.text
        opened: dict[str, Any] = answer.json()
        return opened

    async def spans(self) -> list[Span]:
        lines = self.spans_file.read_text().splitlines() if self.spans_file.exists() else []
        return [span for line in lines for span in spans_of(json.loads(line))]


def spans_of(request: dict[str, Any]) -> Iterator[Span]:
    for resource in request["resourceSpans"]:
        attributes = {one["key"]: one["value"] for one in resource["resource"]["attributes"]}
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                yield Span(
                    service=attributes["service.name"]["stringValue"],
                    trace=span["traceId"],
                    id=span["spanId"],
                    parent=span.get("parentSpanId", ""),
                    name=span["name"],
                    links=frozenset(link["spanId"] for link in span.get("links", [])),
                )


def connected(start: Span, spans: list[Span]) -> set[Span]:
    """Every span that follows from one, by parenthood or by link."""
    found = {start}
    while more := {one for one in spans if one not in found and ({one.parent} | one.links) & {s.id for s in found}}:
        found |= more
    return found


@pytest.fixture
def door(world: World, tmp_path: Path) -> Iterator[Door]:
    spans_file = tmp_path / "spans.jsonl"
    services = ("listing", "messaging", "gateway")
    with RunningProvider() as provider:
        running = Platform(world, services=services, OIDC_ISSUER=provider.issuer, OTEL_FILE=str(spans_file))
        with running:
            yield Door(running.gateway, provider, spans_file)


async def test_a_sign_in_is_one_graph_from_the_door_to_the_neighbour_that_hears_of_it(door: Door) -> None:
    opened = door.sign_in("chen-wei")

    assert opened["user"]["participant_id"] == "P-CHEN"
    assert opened["degraded"] == []
    spans = await eventually(
        door.spans,
        within=20,
        until=lambda spans: any("user_joined" in span.name and span.service == "messaging" for span in spans),
        what="messaging heard that a user joined",
    )
    (root,) = [span for span in spans if span.name.endswith("/api/v1/session") and span.service == "gateway"]
    followed = connected(root, spans)
    assert {span.service for span in followed} == {"gateway", "listing", "messaging"}
    assert {span.trace for span in followed} == {root.trace}
    (heard,) = [span for span in followed if "user_joined" in span.name]
    assert heard.service == "messaging"


async def test_rotated_keys_are_found_without_a_restart(door: Door) -> None:
    door.sign_in("chen-wei")
    door.provider.rotate_keys()

    async def status() -> int:
        headers = {"Authorization": f"Bearer {door.provider.token('liu-yang')}"}
        return httpx2.get(f"{door.gateway}/api/v1/my/notifications", headers=headers, timeout=10).status_code

    assert await eventually(status, within=20, until=lambda found: found == 200) == 200
