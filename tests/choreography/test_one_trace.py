"""One request, one trace: from the door through outbox and Kafka to whoever hears of it, and to a firm's receipt."""

import asyncio
import json
import secrets
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from testkit.eventually import eventually
from testkit.platform import Platform
from testkit.provider import CALLBACK, access_token, authorization_code, rotate_keys
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
    issuer: str
    spans_file: Path

    def sign_in(self, user: str) -> dict[str, Any]:
        code, verifier = authorization_code(self.issuer, user)
        body = {"code": code, "code_verifier": verifier, "redirect_uri": CALLBACK}
        answer = httpx2.post(f"{self.gateway}/api/v1/session", json=body, timeout=20)
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


def followed(root: str, spans: list[Span]) -> set[Span]:
    """Every span that follows from the one with this id, by parenthood or by link."""
    found: set[Span] = set()
    ids = {root}
    while more := {one for one in spans if one not in found and ({one.parent} | one.links) & ids}:
        found |= more
        ids |= {one.id for one in more}
    return found


@pytest.fixture
def door(world: World, tmp_path: Path) -> Iterator[Door]:
    spans_file = tmp_path / "spans.jsonl"
    services = ("listing", "messaging", "monitoring", "gateway")
    with Platform(world, services=services, OTEL_FILE=str(spans_file)) as running:
        yield Door(running.gateway, world.addresses.issuer, spans_file)


async def test_what_a_request_sets_going_is_one_graph(door: Door) -> None:
    await a_sign_in_is_followed_to_the_neighbour_that_hears_of_it(door)
    await a_firms_record_is_followed_to_its_receipt(door)
    await rotated_keys_are_found_without_a_restart(door)


async def a_sign_in_is_followed_to_the_neighbour_that_hears_of_it(door: Door) -> None:
    opened = await asyncio.to_thread(door.sign_in, "chen-wei")

    assert (opened["user"]["participant_id"], opened["degraded"]) == ("P-CHEN", [])
    spans = await eventually(
        door.spans,
        within=30,
        until=lambda spans: any("user_joined" in span.name and span.service == "messaging" for span in spans),
        what="messaging heard that a user joined",
    )
    (root,) = [span for span in spans if span.name.endswith("/api/v1/session") and span.service == "gateway"]
    graph = followed(root.id, spans)
    assert {span.service for span in graph} == {"gateway", "listing", "messaging"}
    assert {span.trace for span in graph} == {root.trace}
    assert [span.service for span in graph if "user_joined" in span.name] == ["messaging"]


async def a_firms_record_is_followed_to_its_receipt(door: Door) -> None:
    trace, root = secrets.token_hex(16), secrets.token_hex(8)
    context = {"traceparent": f"00-{trace}-{root}-01"}
    firm = a_firm_with_credentials(door, context)

    receipt = await receipt_of(firm, b"not a record", headers=[("traceparent", context["traceparent"].encode())])

    _, receipts_trace, last, _ = receipt.split("-")
    graph = followed(root, await door.spans())
    assert receipts_trace == trace
    assert {span.trace for span in graph} == {trace}
    assert {span.service for span in graph} >= {"gateway", "monitoring"}
    assert [span.service for span in graph if span.id == last] == ["monitoring"]
    assert any(span.name.startswith("POST") and span.service == "gateway" for span in graph)


def a_firm_with_credentials(door: Door, context: dict[str, str]) -> dict[str, Any]:
    def tell(user: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        person = {"Authorization": f"Bearer {access_token(door.issuer, user, second_factor=True)}"}
        headers = {**person, "Idempotency-Key": path, **context}
        answer = httpx2.post(f"{door.gateway}/api/v1{path}", json=body, headers=headers, timeout=60)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    firm = tell("steward-ma", "/firm-proposals", {"firm_id": "F901", "name": "一号证券"})
    tell("chief-tang", f"/firm-proposals/{firm['id']}/approval")
    credential = tell("system-qian", "/firms/F901/credentials", {"environment": "PROD"})
    return tell("security-shi", f"/firm-credentials/{credential['id']}/approval")


async def receipt_of(firm: dict[str, Any], value: bytes, *, headers: list[tuple[str, bytes]]) -> str:
    """The trace context of the receipt frame that tells a message's outcome."""
    options = {
        "bootstrap_servers": firm["bootstrap"],
        "security_protocol": "SASL_SSL",
        "ssl_context": ssl.create_default_context(cadata=firm["authority"]),
        "sasl_mechanism": firm["mechanism"],
        "sasl_plain_username": firm["username"],
        "sasl_plain_password": firm["password"],
    }
    producer = AIOKafkaProducer(**options, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(**options, enable_auto_commit=False, auto_offset_reset="earliest")
    await producer.start()
    await consumer.start()
    try:
        consumer.assign([TopicPartition(firm["receipts_topic"], 0)])
        await producer.send_and_wait(firm["submissions_topic"], value, partition=0, headers=headers)
        async with asyncio.timeout(60):
            record = await consumer.getone()
        told: dict[str, bytes] = dict(record.headers)
        return told["traceparent"].decode()
    finally:
        await producer.stop()
        await consumer.stop()


async def rotated_keys_are_found_without_a_restart(door: Door) -> None:
    rotate_keys(door.issuer)

    async def status() -> int:
        headers = {"Authorization": f"Bearer {access_token(door.issuer, 'liu-yang')}"}
        url = f"{door.gateway}/api/v1/my/notifications"
        return (await asyncio.to_thread(httpx2.get, url, headers=headers, timeout=20)).status_code

    assert await eventually(status, within=30, until=lambda found: found == 200) == 200
