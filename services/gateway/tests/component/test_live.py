"""Server-sent events at the door: whom they reach, what they say, and when they end."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from chassis.cause import SYSTEM, Cause
from gateway.application.commands.tell_live import TellLive
from gateway.clients.standings import STANDING
from gateway.domain.live import Audience, LiveEvent
from gateway.tests.conftest import Gateway
from gateway.tests.fakes import ANALYST, PLEDGOR, REVIEWER
from gateway.transport.http import live
from testkit.eventually import eventually

Frames = list[dict[str, str]]


def frames(text: str) -> Frames:
    """The events of a stream, without its comments and its retry hint."""
    blocks = [[line.split(": ", 1) for line in block.splitlines() if ": " in line] for block in text.split("\n\n")]
    return [dict(block) for block in blocks if any(name == "event" for name, _ in block)]


async def followed(gateway: Gateway, subject: object, *said: TellLive, **headers: str) -> Frames:
    """What somebody is told who is connected while these are said; the connection ends with the process."""
    caller = gateway.caller.signed_in(subject)  # type: ignore[arg-type]
    following = asyncio.create_task(caller.get("/api/v1/live", headers=headers))
    await joined(gateway, following)
    for one in said:
        await gateway.use_cases.tell_live(one, Cause(subject=SYSTEM, operation="test"))
    await asyncio.sleep(0.02)
    gateway.hub.drain()
    answer = await following
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return frames(answer.text)


async def joined(gateway: Gateway, following: asyncio.Task[httpx2.Response]) -> None:
    """The client has been told where it is: what is said from now on reaches it."""

    async def has_joined() -> bool:
        return following.done() or gateway.log.joined > 0

    await eventually(has_joined, within=2)


def said(kind: str, *audiences: str, **ids: str) -> TellLive:
    return TellLive(event=LiveEvent(id="e-1", type=kind, ids=ids), audiences=frozenset(audiences))


async def test_an_event_arrives_as_ids(gateway: Gateway) -> None:
    notification = said("messaging.notification.created.v1", Audience.user("u-1"), notification_id="n-1")

    here, told = await followed(gateway, PLEDGOR, notification)

    assert here["event"] == "here"
    assert told["event"] == "messaging.notification.created.v1"
    assert json.loads(told["data"]) == {"id": "e-1", "notification_id": "n-1"}
    assert told["id"] != here["id"]


async def test_m18_alerts_reach_the_regulators_roles_and_nobody_else(gateway: Gateway) -> None:
    alert = said("monitoring.alert.raised.v1", Audience.operation("indicator.read"), alert_id="a-1")

    assert [one["event"] for one in await followed(gateway, ANALYST, alert)] == ["here", "monitoring.alert.raised.v1"]


@pytest.mark.parametrize("subject", [PLEDGOR, REVIEWER])
async def test_m18_no_role_of_the_board_is_told_of_alerts(gateway: Gateway, subject: object) -> None:
    alert = said("monitoring.alert.raised.v1", Audience.operation("indicator.read"), alert_id="a-1")

    assert [one["event"] for one in await followed(gateway, subject, alert)] == ["here"]


async def test_everybody_of_a_participant_is_told(gateway: Gateway) -> None:
    notice = said("review.notice.issued.v1", Audience.participant("P-1"), notice_id="n-1")

    assert len(await followed(gateway, PLEDGOR, notice)) == 2


async def test_a_place_nobody_knows_is_answered_with_reset(gateway: Gateway) -> None:
    (reset,) = await followed(gateway, PLEDGOR, **{"Last-Event-ID": "ffffffffffffffff.1-0"})

    assert reset["event"] == "reset"


async def test_the_connection_ends_with_the_access_token(gateway: Gateway) -> None:
    ends = int((datetime.now(UTC) + timedelta(seconds=2)).timestamp())  # noqa: TID251  # tokens live in real time
    headers = gateway.issuer.authorization(PLEDGOR, exp=ends)

    answer = await asyncio.wait_for(gateway.caller.get("/api/v1/live", headers=headers), 4)

    assert [one["event"] for one in frames(answer.text)] == ["here"]
    assert gateway.hub.connections == 0


async def test_the_connection_ends_when_the_login_signs_out(gateway: Gateway) -> None:
    following = asyncio.create_task(gateway.caller.signed_in(PLEDGOR).get("/api/v1/live"))
    await joined(gateway, following)

    await gateway.caller.signed_in(PLEDGOR).request("DELETE", "/api/v1/session", json={"refresh_token": "r-1"})

    assert (await asyncio.wait_for(following, 2)).status_code == 200


async def test_a_silent_connection_is_kept_alive(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.01)
    following = asyncio.create_task(gateway.caller.signed_in(PLEDGOR).get("/api/v1/live"))
    await asyncio.sleep(0.1)
    gateway.hub.drain()

    assert ": still here\n\n" in (await following).text


async def test_live_updates_that_cannot_be_had_are_a_problem_not_a_silence(gateway: Gateway) -> None:
    gateway.log.away = True

    answer = await gateway.caller.signed_in(PLEDGOR).get("/api/v1/live")

    assert answer.status_code == 503
    assert answer.json()["type"].endswith(":live-updates-unavailable")


async def test_nobody_signed_in_follows_nothing(gateway: Gateway) -> None:
    assert (await gateway.caller.get("/api/v1/live")).status_code == 401


async def test_an_idle_connection_asks_no_neighbour(gateway: Gateway) -> None:
    await followed(gateway, PLEDGOR)

    # How the login stands is asked when it connects, and nothing after that.
    assert [one.target for one in gateway.neighbours.sent] == [STANDING]
