"""The door over a whole platform: live updates end to end, and each neighbour stopped in turn."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import httpx2
import pytest
import redis

from chassis.kafka import make_producer
from chassis.kernel import new_id
from demo.follower import Follower
from demo.world import eventually
from events.base import Event, encode
from events.envelope import Envelope
from events.messaging.v1 import MessageSent, NotificationCreated
from events.monitoring.v1 import AlertRaised
from testkit.platform import Platform
from testkit.provider import accept_terms, access_token
from testkit.world import World

pytestmark = pytest.mark.integration
NOW = datetime(2026, 3, 31, 8, tzinfo=UTC)
DELIVERED_SECONDS_MAX = 2.0
DRAINED_SECONDS_MAX = 10.0


@dataclass
class Door:
    """The platform, and who stands before it."""

    platform: Platform
    world: World
    tokens: dict[str, str]

    def follow(self, user: str, *, last: str | None = None) -> Follower:
        return Follower(self.platform.gateway, self.tokens[user], last=last)

    def get(self, path: str, user: str) -> tuple[httpx2.Response, float]:
        started = time.monotonic()
        headers = {"Authorization": f"Bearer {self.tokens[user]}"}
        answer = httpx2.get(f"{self.platform.gateway}/api/v1{path}", headers=headers, timeout=20)
        return answer, time.monotonic() - started

    def answered(self, path: str, user: str) -> bool | None:
        """True once a read is answered; None while it is not."""
        return self.get(path, user)[0].is_success or None

    async def say(self, service: str, *events: Event) -> float:
        """Says events on Kafka as a service would; returns when they are acknowledged."""
        producer = make_producer(self.world.connection(service), client_id="test")
        await producer.start()
        try:
            for event in events:
                envelope = Envelope(id=str(new_id()), source=service, type=event.type, time=NOW, sequence=1)
                await producer.send_and_wait(
                    self.world.topic(event.topic), encode(event), key=event.key.encode(), headers=envelope.headers()
                )
        finally:
            await producer.stop()
        return time.monotonic()


@pytest.fixture
def door(world: World) -> Iterator[Door]:
    users = ("chen-wei", "liu-yang", "analyst-lin", "reviewer-wang")
    with Platform(world) as platform:
        tokens = {user: access_token(world.addresses.issuer, user) for user in users}
        door = Door(platform, world, tokens)
        for user in ("chen-wei", "liu-yang"):
            # The first questions of a fresh platform may take longer than the door waits for an answer.
            eventually(partial(door.answered, "/my/terms", user), within=60, what="listing answers")
            accept_terms(platform.gateway, tokens[user])
        yield door


def a_notification(user: str) -> NotificationCreated:
    return NotificationCreated(user_id=user, notification_id=new_id(), kind="listing-published", created_at=NOW)


def a_message(*recipients: str) -> MessageSent:
    return MessageSent(
        conversation_id=new_id(),
        recipients=list(recipients),
        message_id=new_id(),
        number=1,
        kind="text",
        participant_id="P-LIU",
        sent_by="liu-yang",
        sent_at=NOW,
    )


def an_alert() -> AlertRaised:
    return AlertRaised(
        alert_id=new_id(),
        indicator_id="M9.3a",
        entity_kind="borrower",
        entity_id="F001/B-0001",
        business_date=NOW.date(),
        provisional=True,
        level="alert",
        raised_at=NOW,
    )


async def test_the_door(door: Door) -> None:
    """One platform for all of it: it takes longer to start than to ask."""
    await p15_4_a_message_reaches_a_connected_client_within_two_seconds(door)
    await m18_an_alert_reaches_the_analyst_and_nobody_on_the_board(door)
    idle_connections_cost_one_waiting_read_and_no_question(door)
    await a_renewed_door_keeps_its_clients(door)
    each_neighbour_stopped_is_named_and_the_rest_stands(door)


async def p15_4_a_message_reaches_a_connected_client_within_two_seconds(door: Door) -> None:
    with door.follow("chen-wei") as first, door.follow("chen-wei") as second, door.follow("liu-yang") as other:
        for one in (first, second, other):
            one.wait_for("here", within=5)
        message, notification = a_message("chen-wei"), a_notification("chen-wei")
        said_at = time.monotonic()
        await door.say("messaging", message, notification)

        for device in (first, second):
            heard = device.wait_for(MessageSent.type, within=5, message_id=str(message.message_id))
            assert heard.at - said_at < DELIVERED_SECONDS_MAX
            assert heard.ids.keys() == {"id", "conversation_id", "message_id"}
            device.wait_for(NotificationCreated.type, within=5, notification_id=str(notification.notification_id))
        assert [one.name for one in other.heard] == ["here"]


async def m18_an_alert_reaches_the_analyst_and_nobody_on_the_board(door: Door) -> None:
    with door.follow("analyst-lin") as analyst, door.follow("chen-wei") as pledgor, door.follow("reviewer-wang") as rv:
        for one in (analyst, pledgor, rv):
            one.wait_for("here", within=5)
        alert = an_alert()
        said_at = await door.say("monitoring", alert)

        heard = analyst.wait_for(AlertRaised.type, within=5, alert_id=str(alert.alert_id))

        assert heard.at - said_at < DELIVERED_SECONDS_MAX
        assert heard.ids.keys() == {"id", "alert_id"}
        # What was said after it has arrived: the alert will not.
        notification = a_notification("chen-wei")
        await door.say("messaging", notification)
        pledgor.wait_for(NotificationCreated.type, within=5)
        assert [one.name for one in (*pledgor.heard, *rv.heard)].count(AlertRaised.type) == 0


def idle_connections_cost_one_waiting_read_and_no_question(door: Door) -> None:
    with (
        redis.Redis.from_url(door.world.addresses.redis_url) as memory,
        door.follow("chen-wei") as one,
        door.follow("analyst-lin") as two,
    ):
        for follower in (one, two):
            follower.wait_for("here", within=5)
        time.sleep(0.3)
        before = asked_of_neighbours(door), asked_of_the_memory(memory)
        time.sleep(2.5)
        after = asked_of_neighbours(door), asked_of_the_memory(memory)
        own = door.world.addresses.redis_url.rpartition("/")[2]  # other worlds of the session wait beside it
        waiting = [one for one in memory.client_list() if (one["cmd"], one["db"]) == ("xread", own)]

    assert after[0] == before[0]
    # The figures themselves are asked for, by the test.
    assert {name for name, calls in after[1].items() if calls != before[1].get(name, 0)} <= {"cmdstat_info"}
    assert len(waiting) == 1


def asked_of_neighbours(door: Door) -> list[str]:
    probe = f"http://127.0.0.1:{door.world.service_ports['gateway'].probe}/metrics"
    lines = httpx2.get(probe, timeout=5).text.splitlines()
    answered = [
        httpx2.get(f"http://127.0.0.1:{door.world.service_ports[name].probe}/metrics", timeout=5).text.splitlines()
        for name in ("listing", "review", "messaging", "monitoring")
    ]
    served = [line for text in answered for line in text if line.startswith("pledgeboard_http_request_seconds_count")]
    return sorted([*served, *(line for line in lines if line.startswith("pledgeboard_client_request_seconds_count"))])


def asked_of_the_memory(memory: redis.Redis) -> dict[str, int]:
    return {name: int(one["calls"]) for name, one in memory.info("commandstats").items()}


async def a_renewed_door_keeps_its_clients(door: Door) -> None:
    with door.follow("chen-wei") as follower:
        follower.wait_for("here", within=5)
        place = follower.place
        started = time.monotonic()

        door.platform.stop("gateway")

        assert time.monotonic() - started < DRAINED_SECONDS_MAX
        assert follower.wait_for_end(within=1)
    missed = a_message("chen-wei")
    await door.say("messaging", missed)
    door.platform.start("gateway")
    with door.follow("chen-wei", last=place) as back:
        back.wait_for(MessageSent.type, within=10, message_id=str(missed.message_id))
        assert "reset" not in [one.name for one in back.heard]
    with door.follow("chen-wei", last="ffffffffffffffff.1-0") as lost:
        lost.wait_for("reset", within=5)


BOARD_PARTS = {
    "listing": {"published", "under_review", "returned", "drafts", "board"},
    "messaging": {"notifications", "conversations"},
    "review": {"notices"},
}


def each_neighbour_stopped_is_named_and_the_rest_stands(door: Door) -> None:
    everything = {part for parts in BOARD_PARTS.values() for part in parts}
    whole, _ = door.get("/home", "chen-wei")
    assert whole.json()["parts"].keys() == everything, whole.text
    for service, parts in BOARD_PARTS.items():
        with stopped(door, service):
            home_without(door, service, everything - parts)
    with stopped(door, "monitoring"):
        nothing_but_the_analysts_home_needs_monitoring(door, everything)


@contextmanager
def stopped(door: Door, service: str) -> Iterator[None]:
    door.platform.kill(service)
    yield
    door.platform.start(service)


def home_without(door: Door, service: str, left: set[str]) -> None:
    home, seconds = door.get("/home", "chen-wei")

    assert (home.status_code, home.json()["degraded"]) == (200, [service])
    assert home.json()["parts"].keys() == left
    assert seconds < 5
    own, seconds = door.get(
        {"listing": "/listings", "messaging": "/my/notifications", "review": "/my/notices"}[service], "chen-wei"
    )
    assert (own.status_code, own.json()["neighbour"]) == (503, service)
    assert seconds < 5


def nothing_but_the_analysts_home_needs_monitoring(door: Door, everything: set[str]) -> None:
    home, _ = door.get("/home", "chen-wei")
    assert (home.json()["degraded"], home.json()["parts"].keys()) == ([], everything)

    traced, seconds = door.get("/home", "analyst-lin")

    assert (traced.status_code, traced.json()["neighbour"]) == (503, "monitoring")
    assert seconds < 5
