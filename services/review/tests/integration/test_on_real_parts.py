"""Review as a process on Kafka, Postgres and the identity provider: files in at its door, its word out on its topic."""

import asyncio
from datetime import date, datetime
from typing import Any, Self

import httpx2
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from chassis.kafka import client_settings
from chassis.kernel import new_id
from events.base import Event, decode, encode, event_classes
from events.envelope import Envelope
from events.listing import v1 as listing
from events.review import v1 as said
from finance.identifiers import account_ref
from review.tests.harness import ACCOUNT, FRIDAY, MONDAY, NOON, a_submission, days, is_weekday
from testkit.eventually import eventually
from testkit.platform import Platform
from testkit.provider import access_token
from testkit.world import World

pytestmark = pytest.mark.integration
CLASSES = {one.type: one for one in event_classes()}
HOLDINGS = (
    "unified_account,market,security,share_class,held,frozen_quantity,pledged,settlement_collateral,other_restricted"
)


class Steward:
    """A data steward at review's door."""

    def __init__(self, platform: Platform, token: str) -> None:
        self._url = platform.url("review") + "/api/v1"
        self._token = token

    def load(self, kind: str, day: date, lines: list[str]) -> dict[str, Any]:
        answer = httpx2.post(
            f"{self._url}/reference/{kind}/loads",
            data={"business_date": day.isoformat()},
            files={"file": (f"{kind}.csv", "\n".join(lines).encode() + b"\n", "text/csv")},
            headers={"Idempotency-Key": str(new_id()), "Authorization": f"Bearer {self._token}"},
            timeout=60,
        )
        assert answer.status_code == 201, answer.text
        load: dict[str, Any] = answer.json()
        return load

    def load_market(self) -> None:
        calendar = [f"{day},{str(is_weekday(day)).lower()}" for day in days(date(2026, 1, 1), date(2026, 6, 30))]
        self.load("calendar", date(2026, 1, 1), ["day,is_trading_day", *calendar])
        self.load(
            "security",
            date(2026, 1, 1),
            ["market,security,name,asset_class,board,a_capital", "SSE,600000,浦发银行,a_share,main,1000000000"],
        )
        for day in days(date(2026, 2, 19), FRIDAY):
            if is_weekday(day):
                self.load("price", day, ["market,security,close", "SSE,600000,10.00"])


async def say(world: World, event: Event, *, sequence: int) -> None:
    """The board says something: as its own principal, on its own topic."""
    envelope = Envelope(id=str(new_id()), source="/listing", type=event.type, time=NOON, sequence=sequence)
    producer = AIOKafkaProducer(**client_settings(world.connection("listing")), acks="all", enable_idempotence=True)
    await producer.start()
    await producer.send_and_wait(
        world.topic(event.topic_name), encode(event), key=event.key.encode(), headers=envelope.headers()
    )
    await producer.stop()


class Word:
    """Review's word, as the board hears it."""

    def __init__(self, world: World) -> None:
        self._consumer = AIOKafkaConsumer(
            world.topic("review.case.v1"),
            **client_settings(world.connection("listing")),
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        self.events: list[Event] = []

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._consumer.stop()

    async def heard(self) -> list[type[Event]]:
        fetched = await self._consumer.getmany(timeout_ms=100)
        for record in (one for records in fetched.values() for one in records):
            event_class = CLASSES[Envelope.read(record.headers).type]
            self.events.append(decode(event_class, record.value))
        return [type(one) for one in self.events]


async def test_d1_d2_a_version_waits_for_its_snapshot_is_approved_and_fails_the_next_day(
    world: World,
) -> None:
    platform = Platform(world, services=["review"])
    platform.set_clock(NOON)
    with platform:
        steward = Steward(platform, access_token(world.addresses.issuer, "steward-ma"))
        await asyncio.to_thread(steward.load_market)
        ref = account_ref(ACCOUNT, world.settings("review")["ACCOUNT_REF_KEY"].encode())
        listing_id = new_id()
        async with Word(world) as word:
            await say(world, a_submission(listing_id, account=ref), sequence=1)
            await eventually(word.heard, within=30, until=lambda one: one == [said.CaseWaits], what="it waits")

            good = f"{ACCOUNT},SSE,600000,unrestricted,2000000,0,0,0,0"
            await asyncio.to_thread(steward.load, "holding", FRIDAY, [HOLDINGS, good])
            await eventually(word.heard, within=30, until=lambda one: said.CaseApproved in one, what="it is approved")
            approved = word.events[-1]
            assert isinstance(approved, said.CaseApproved)
            assert (approved.snapshot_date, approved.publishable_on) == (FRIDAY, MONDAY)

            await say(world, a_publication(listing_id), sequence=2)
            short = f"{ACCOUNT},SSE,600000,unrestricted,2000000,1500000,0,0,0"
            await asyncio.to_thread(steward.load, "holding", MONDAY, [HOLDINGS, short])
            await eventually(
                word.heard, within=30, until=lambda one: said.CaseReverificationFailed in one, what="it fails"
            )
            failed = word.events[-1]
            assert isinstance(failed, said.CaseReverificationFailed)
            assert (failed.snapshot_date, failed.reasons[0].code) == (MONDAY, "B-AVAIL")


def a_publication(listing_id: Any, *, at: datetime = NOON) -> listing.ListingPublished:
    return listing.ListingPublished(
        listing_id=listing_id,
        version=1,
        participant_id="p-1",
        published_at=at,
        valid_until=date(2026, 6, 30),
        snapshot_date=FRIDAY,
        snapshot_revision=1,
    )
