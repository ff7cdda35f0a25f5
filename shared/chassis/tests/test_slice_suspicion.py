"""A record that kills its process is found in a few restarts; anything else costs smaller slices and no record."""

import asyncio
from dataclasses import dataclass

import pytest

from chassis.slices.lane import Lane, SliceLimits
from chassis.slices.slice import Message, Place, Slice, Source
from chassis.slices.suspicion import Suspicion, at_assignment, at_release
from chassis.slices.turns import Turns
from testkit.eventually import eventually
from testkit.slices import PARTITION, FakeMessage, FakeStore, FakeWork, an_applier, nobody_waits

LIMIT = 5_000


class Death(BaseException):
    """The process ends here."""


@dataclass
class DeadlyStore(FakeStore):
    """Dies when it decodes the deadly line, as often as it is asked to."""

    deadly: bytes = b"deadly"
    remembered: Suspicion | None = None
    deaths: int = 0
    slices_left: int | None = None

    async def applied(self, slice_: Slice, decoded: list[tuple[Place, str]]) -> None:
        del slice_, decoded
        if self.slices_left is not None:
            self.slices_left -= 1

    def decode(self, slice_: Slice) -> list[tuple[Place, str]]:
        if self.slices_left == 0:
            raise Death
        for message in slice_.messages:
            if Place(message.offset, None) in slice_.refused:
                continue
            for number, line in enumerate((message.value or b"").split(b"\n")):
                if line == self.deadly and Place(message.offset, number) not in slice_.refused:
                    self.deaths += 1
                    raise Death
        return super().decode(slice_)

    async def remember(self, source: Source, suspicion: Suspicion) -> None:
        del source
        self.remembered = suspicion

    def restart(self) -> Suspicion:
        self.remembered = at_assignment(self.remembered, stored=self.next, messages_max=LIMIT)
        return self.remembered


async def live(store: DeadlyStore, messages: list[Message], *, slices_max: int | None = None) -> bool:
    """One life of a process: True when it got through all messages. It may be ended after some slices."""
    store.slices_left = slices_max
    lane: Lane[FakeWork, list[tuple[Place, str]]] = Lane(
        source=PARTITION,
        suspicion=store.restart(),
        applier=an_applier(store),
        ledger=store,
        limits=SliceLimits(messages_max=LIMIT, linger_seconds=0),
        waiting=nobody_waits(),
    )
    lane.put(messages[store.next :])
    running = asyncio.create_task(lane.run())

    async def has_ended() -> bool:
        return lane.applied_to == len(messages) or running.done()

    await eventually(has_ended, within=20)
    lane.stop()
    try:
        await running
    except Death:
        return False
    return True


async def lives_until_done(store: DeadlyStore, messages: list[Message]) -> int:
    for life in range(1, 30):
        if await live(store, messages):
            return life
    pytest.fail("the record was never found")


def messages(*, deadly_at: int, count: int = LIMIT) -> list[Message]:
    return [FakeMessage(offset, b"deadly" if offset == deadly_at else b"x") for offset in range(count)]


class TestKillingRecord:
    @pytest.mark.parametrize("place", [0, 1, 2_717, LIMIT - 1])
    async def test_is_found_in_a_few_restarts_and_only_it_is_refused(self, place: int) -> None:
        store = DeadlyStore()

        lives = await lives_until_done(store, messages(deadly_at=place))

        assert lives <= 9
        assert [one for one, row in store.rows if row.startswith("refused")] == [Place(place, None)]
        assert len(store.rows) == LIMIT

    async def test_is_found_inside_a_message_of_many_lines(self) -> None:
        store = DeadlyStore()
        lines = [b"x"] * 1_000
        lines[417] = b"deadly"

        lives = await lives_until_done(store, [FakeMessage(0, b"\n".join(lines)), FakeMessage(1, b"y")])

        assert lives <= 13
        assert [one for one, row in store.rows if row.startswith("refused")] == [Place(0, 417)]
        assert len(store.rows) == 1_001

    async def test_does_not_stop_what_follows(self) -> None:
        store = DeadlyStore()

        await lives_until_done(store, messages(deadly_at=3, count=12_000))

        assert store.next == 12_000

    async def test_two_of_them_are_both_found(self) -> None:
        store = DeadlyStore()
        both = messages(deadly_at=10)
        both[4_000] = FakeMessage(4_000, b"deadly")

        await lives_until_done(store, both)

        assert [one.offset for one, row in store.rows if row.startswith("refused")] == [10, 4_000]


class TestInnocentRecord:
    @pytest.mark.parametrize("killed_after", [1, 2, 3])
    async def test_survives_a_process_that_is_killed_again_and_again(self, killed_after: int) -> None:
        store = DeadlyStore()
        log = messages(deadly_at=-1)

        for _ in range(40):  # each life gets through a few slices, and is ended from outside
            await live(store, log, slices_max=killed_after)
        await lives_until_done(store, log)

        assert not any(row.startswith("refused") for _, row in store.rows)


class TestSuspicion:
    def test_falls_on_nothing_where_the_log_moved_on(self) -> None:
        first = at_assignment(None, stored=100, messages_max=LIMIT)

        assert at_assignment(first, stored=100 + LIMIT, messages_max=LIMIT).interruptions == 0

    def test_cuts_from_the_second_interruption_on(self) -> None:
        first = at_assignment(None, stored=100, messages_max=LIMIT)
        once = at_assignment(first, stored=100, messages_max=LIMIT)
        twice = at_assignment(once, stored=100, messages_max=LIMIT)

        assert (once.narrows, twice.narrows) == (False, True)

    def test_is_not_raised_by_an_orderly_end(self) -> None:
        once = at_assignment(at_assignment(None, stored=5, messages_max=LIMIT), stored=5, messages_max=LIMIT)

        again = at_assignment(at_release(once), stored=5, messages_max=LIMIT)

        assert again.interruptions == once.interruptions

    def test_never_finds_a_message_that_was_not_announced(self) -> None:
        state = at_assignment(None, stored=5, messages_max=LIMIT)
        for _ in range(20):  # killed twenty times while nothing was there to read
            state = at_assignment(state, stored=5, messages_max=LIMIT)

        assert not state.found


class TestTurns:
    async def test_two_consumers_that_share_them_never_work_beside_what_is_tried_alone(self) -> None:
        turns = Turns()
        began, may_end = asyncio.Event(), asyncio.Event()
        worked: list[str] = []

        async def suspect() -> None:
            async with an_applier(FakeStore(), turns=turns).turns.alone():
                began.set()
                await may_end.wait()
                worked.append("alone")

        async def ordinary() -> None:
            async with an_applier(FakeStore(), turns=turns).turns.shared():
                worked.append("beside")

        alone = asyncio.create_task(suspect())
        await began.wait()
        beside = asyncio.create_task(ordinary())
        await asyncio.sleep(0.01)
        assert worked == []
        may_end.set()
        await asyncio.gather(alone, beside)

        assert worked == ["alone", "beside"]
