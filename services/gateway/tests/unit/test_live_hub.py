"""Who is told what, in which order, and what happens when somebody cannot be told."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.application import live_hub
from gateway.application.live_hub import Connection, LiveHub, TooManyConnections
from gateway.application.ports import MemoryAway
from gateway.domain.live import SESSION_ENDED, Audience, LiveEvent, Place, Position, resumable
from gateway.tests.fakes import LogInMemory

ANNA, BORIS = Audience.user("anna"), Audience.user("boris")
BOARD = Audience.operation("listing.search")


def an_event(number: int = 1, *, kind: str = "listing.listing.published.v1") -> LiveEvent:
    return LiveEvent(id=f"e-{number}", type=kind, ids={"listing_id": str(number)})


@pytest.fixture
def log() -> LogInMemory:
    return LogInMemory()


@pytest.fixture
async def hub(log: LogInMemory) -> AsyncIterator[LiveHub]:
    made = LiveHub(log)
    yield made
    await made.close()


def anna(hub: LiveHub, last: str | None = None, *others: str):  # type: ignore[no-untyped-def]  # noqa: ANN201  # the hub's
    return hub.connected(user_id="anna", audiences=frozenset({ANNA, *others}), last=last)


async def heard(connection: Connection, count: int) -> list[str]:
    """What the connection is told next, in short."""
    told = [await connection.next(seconds=1) for _ in range(count)]
    return [one.event.id if one and one.event else one.kind if one else "silence" for one in told]


class TestTelling:
    async def test_a_new_connection_learns_where_it_is_and_then_what_happens(
        self, hub: LiveHub, log: LogInMemory
    ) -> None:
        async with anna(hub, None, BOARD) as connection:
            await log.append(an_event(1), frozenset({ANNA}))
            await log.append(an_event(2), frozenset({BORIS}))
            await log.append(an_event(3), frozenset({BOARD}))

            assert await heard(connection, 3) == ["here", "e-1", "e-3"]
            assert await connection.next(seconds=0.05) is None

    async def test_an_event_for_several_of_a_connections_audiences_is_told_once(
        self, hub: LiveHub, log: LogInMemory
    ) -> None:
        async with anna(hub, None, BOARD) as connection:
            await log.append(an_event(1), frozenset({ANNA, BOARD}))
            await log.append(an_event(2), frozenset({ANNA}))

            assert await heard(connection, 3) == ["here", "e-1", "e-2"]

    async def test_all_devices_of_a_user_are_told(self, hub: LiveHub, log: LogInMemory) -> None:
        async with anna(hub) as first, anna(hub) as second:
            await log.append(an_event(1), frozenset({ANNA}))

            assert await heard(first, 2) == await heard(second, 2) == ["here", "e-1"]


class TestComingBack:
    async def test_what_was_missed_is_told_before_what_is_new(self, hub: LiveHub, log: LogInMemory) -> None:
        async with anna(hub) as connection:
            here = await connection.next(seconds=1)
        for number in (1, 2):
            await log.append(an_event(number), frozenset({ANNA}))

        assert here is not None
        async with anna(hub, str(here.place)) as connection:
            await log.append(an_event(3), frozenset({ANNA}))

            assert await heard(connection, 4) == ["e-1", "e-2", "here", "e-3"]

    async def test_the_end_of_a_session_is_not_told_again_to_the_next_one(self, hub: LiveHub, log: LogInMemory) -> None:
        start = str((await log.since(None, frozenset()))[0])
        await log.append(an_event(1, kind=SESSION_ENDED), frozenset({ANNA}))

        async with anna(hub, start) as connection:
            assert await heard(connection, 1) == ["here"]

    @pytest.mark.parametrize("last", ["ffffffffffffffff.1000-0", "0123456789abcdef.9999999-0", "nonsense"])
    async def test_a_place_nobody_knows_is_answered_with_reset(self, hub: LiveHub, last: str) -> None:
        async with anna(hub, last) as connection:
            assert await heard(connection, 1) == ["reset"]

    def test_a_place_too_long_ago_cannot_be_resumed(self) -> None:
        asked = Place("a", Position(0, 0))

        assert resumable(asked, now=Place("a", Position(3_599_999, 0)))
        assert not resumable(asked, now=Place("a", Position(3_600_000, 0)))

    async def test_an_interrupted_log_resets_whoever_stayed(
        self, hub: LiveHub, log: LogInMemory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live_hub, "RETRY_SECONDS", (0.01,))
        async with anna(hub) as connection:
            await log.break_off()
            await asyncio.sleep(0.02)
            log.away = False

            assert await heard(connection, 2) == ["here", "reset"]


class TestEnding:
    async def test_signing_out_ends_the_logins_connections_and_nobody_elses(
        self, hub: LiveHub, log: LogInMemory
    ) -> None:
        async with anna(hub) as hers, hub.connected(user_id="b", audiences=frozenset({BORIS}), last=None) as his:
            await log.append(an_event(1, kind=SESSION_ENDED), frozenset({ANNA}))

            assert await heard(hers, 2) == ["here", "end"]
            await heard(his, 1)
            assert await his.next(seconds=0.05) is None

    async def test_changed_rights_end_a_connection_after_telling_so(self, hub: LiveHub, log: LogInMemory) -> None:
        async with anna(hub) as connection:
            await log.append(an_event(1, kind="review.access.granted.v1"), frozenset({ANNA}))

            assert await heard(connection, 3) == ["here", "e-1", "end"]

    async def test_draining_ends_every_connection_and_takes_no_new_one(self, hub: LiveHub) -> None:
        async with anna(hub) as connection:
            hub.drain()

            assert await heard(connection, 2) == ["here", "end"]
            with pytest.raises(TooManyConnections):
                await anna(hub).__aenter__()


class TestLimits:
    async def test_a_user_has_so_many_connections_and_no_more(self, hub: LiveHub, log: LogInMemory) -> None:
        opened = [anna(hub) for _ in range(live_hub.CONNECTIONS_PER_USER_MAX)]
        for one in opened:
            await one.__aenter__()

        with pytest.raises(TooManyConnections):
            await anna(hub).__aenter__()
        async with hub.connected(user_id="b", audiences=frozenset({BORIS}), last=None):
            pass
        await opened[0].__aexit__(None, None, None)
        async with anna(hub):
            pass

    async def test_whoever_does_not_keep_up_reads_again(self, hub: LiveHub, log: LogInMemory) -> None:
        async with anna(hub) as connection:
            for number in range(live_hub.WAITING_MAX + 1):
                await log.append(an_event(number), frozenset({ANNA}))
            await asyncio.sleep(0.05)

            assert (await heard(connection, 1))[0] == "reset"

    async def test_a_log_that_is_away_refuses_at_once(
        self, hub: LiveHub, log: LogInMemory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live_hub, "JOIN_SECONDS_MAX", 0.05)
        log.away = True

        with pytest.raises(MemoryAway):
            await anna(hub).__aenter__()
        assert hub.connections == 0


class TestIdle:
    async def test_with_nobody_connected_nothing_is_read(self, hub: LiveHub, log: LogInMemory) -> None:
        async with anna(hub):
            pass
        before = log.reads
        await log.append(an_event(1), frozenset({ANNA}))
        await asyncio.sleep(0.05)

        assert log.reads == before + 1  # the append itself

    async def test_many_idle_connections_wait_in_one_read(self, hub: LiveHub, log: LogInMemory) -> None:
        async with anna(hub), anna(hub), anna(hub):
            before = log.reads
            await asyncio.sleep(0.1)

            assert log.reads == before
