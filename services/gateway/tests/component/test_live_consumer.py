"""What is heard is told, at least once: waited for while the log is away, passed over where it cannot be read."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from aiokafka import TopicPartition

from chassis.kafka_connection import KafkaConnection
from chassis.kernel import new_id
from events.base import encode
from events.envelope import Envelope
from events.messaging.v1 import NotificationCreated
from gateway.tests.conftest import Gateway
from gateway.transport.events import live_consumer
from gateway.transport.events.live_consumer import LiveConsumer
from gateway.wiring import subscriptions
from testkit.eventually import eventually

WHERE = TopicPartition("t.messaging.notification.v1", 0)
NOW = datetime(2026, 3, 31, tzinfo=UTC)


@dataclass
class Arrived:
    """A record as aiokafka hands it over."""

    offset: int
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    partition: int = 0
    key: bytes = b"u-1"


@pytest.fixture
def consumer(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> LiveConsumer:
    monkeypatch.setattr(live_consumer, "RETRY_SECONDS", (0.01,))
    return LiveConsumer(
        subscriptions(gateway.use_cases),
        kafka=lambda: KafkaConnection(bootstrap="127.0.0.1:9", security="PLAINTEXT"),
        prefix="t.",
        session_timeout_ms=1000,
    )


def a_notification(offset: int = 0, *, kind: str = NotificationCreated.type, value: bytes | None = None) -> Arrived:
    event = NotificationCreated(user_id="u-1", notification_id=new_id(), kind="listing-published", created_at=NOW)
    envelope = Envelope(id=f"e-{offset}", source="messaging", type=kind, time=NOW, sequence=offset + 1)
    return Arrived(offset, encode(event) if value is None else value, tuple(envelope.headers()))


async def test_what_is_heard_is_told_under_its_own_id(gateway: Gateway, consumer: LiveConsumer) -> None:
    assert await consumer._tell_all({WHERE: [a_notification(0), a_notification(1)]})

    assert [one.event.id for one in gateway.log.said] == ["e-0", "e-1"]


@pytest.mark.parametrize(
    "unreadable", [a_notification(value=b"{"), a_notification(kind="messaging.notification.unheard_of.v9")]
)
async def test_what_cannot_be_read_keeps_nothing_else_back(
    gateway: Gateway, consumer: LiveConsumer, unreadable: Arrived
) -> None:
    assert await consumer._tell_all({WHERE: [unreadable, a_notification(1)]})

    assert [one.event.id for one in gateway.log.said] == ["e-1"]


async def test_while_the_log_is_away_what_is_heard_waits_and_readiness_says_so(
    gateway: Gateway, consumer: LiveConsumer
) -> None:
    gateway.log.away = True
    telling = asyncio.create_task(consumer._tell_all({WHERE: [a_notification()]}))

    async def condition() -> str:
        return consumer.condition().detail

    await eventually(condition, within=2, until=lambda detail: "memory" in detail)
    gateway.log.away = False

    assert await telling
    assert consumer.condition().ok
    assert [one.event.id for one in gateway.log.said] == ["e-0"]


async def test_what_was_not_told_when_it_stops_is_not_counted_as_told(gateway: Gateway, consumer: LiveConsumer) -> None:
    gateway.log.away = True
    telling = asyncio.create_task(consumer._tell_all({WHERE: [a_notification()]}))
    await asyncio.sleep(0.03)
    consumer._stopping.set()

    assert not await telling
