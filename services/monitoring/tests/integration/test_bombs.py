"""T2: what unpacks to ten gigabytes costs a real monitor less than 64 MB, is told as unreadable, and delays nothing."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from chassis.kafka import client_settings
from monitoring.tests.intake_processes import IntakeUnderFire, MonitorProcess
from monitoring.tests.intake_world import submitted
from submissions.outcome import Outcome
from submissions.tests.builders import a_contract
from testkit.bombs import Bomb, bomb, poison, send
from testkit.world import World

pytestmark = pytest.mark.integration
COST_BYTES_MAX = 64_000_000
GIGABYTE = 1024**3
# The broker looks through a batch as it comes, all ten gigabytes of it.
BROKER_MS_MAX = 120_000
BOMBS = {
    # One gigabyte: the broker unpacks it too, at a quarter of a gigabyte per second. Ten of them stand before the guard
    # itself in shared/chassis/tests/test_slice_inflation.py.
    "gzip": bomb("gzip", records=1, runs=256),
    "zstd": bomb("zstd", records=10, runs=256),
    # These two shrink less: nearly the most that a batch of 16 MiB can hold.
    "lz4": bomb("lz4", records=8, runs=90),
    "snappy": bomb("snappy", records=4, runs=18),
}


@pytest.fixture
async def fire(world: World) -> AsyncIterator[IntakeUnderFire]:
    made = await IntakeUnderFire.prepared(world, "F001")
    yield made
    await made.end()


async def test_t2_a_bomb_of_ten_gigabytes_costs_less_than_64_mb_and_is_told_as_unreadable(
    fire: IntakeUnderFire,
) -> None:
    (load,) = fire.loads
    firm, monitor = load.firm, await fire.monitor().ready()
    await firm.send(a_contract(contract_id="C-0", sequence=1))
    await firm.frames(until=1)
    assert BOMBS["zstd"].unpacked > 10 * GIGABYTE

    costs, ranges, end = {}, [], 1
    for number, (codec, made) in enumerate(BOMBS.items(), start=1):
        before = memory(monitor, "VmRSS")
        forget_peak(monitor)
        await throw(fire, made)
        await firm.send(a_contract(contract_id=f"C-{number}", sequence=number + 1))
        ranges.append((end, end + made.records - 1, "inflation"))
        end += made.records + 1
        frames = await firm.frames(until=end)
        costs[codec] = memory(monitor, "VmHWM") - before

    assert max(costs.values()) < COST_BYTES_MAX, costs
    assert [(one.first, one.last, one.reason) for frame in frames for one in frame.skipped] == ranges
    outcomes = Counter(item.outcome for frame in frames if frame.kind == "slice" for item in frame.items)
    unreadable = sum(one.records for one in BOMBS.values())
    assert outcomes == {Outcome.QUARANTINED: unreadable, Outcome.ACCEPTED_WARN: 1 + len(BOMBS)}
    assert monitor.exit_code is None


async def test_r10_a_record_that_no_client_can_read_is_quarantined_and_what_follows_goes_on(
    fire: IntakeUnderFire,
) -> None:
    (load,) = fire.loads
    firm = load.firm
    first, unreadable = (submitted(a_contract(contract_id=f"C-{one}", sequence=one)) for one in (1, 2))
    await throw(fire, poison(first, unreadable))
    await firm.send(a_contract(contract_id="C-3", sequence=3))

    await fire.monitor().ready()
    frames = await firm.frames(until=3)

    assert [(one.first, one.last, one.reason) for frame in frames for one in frame.skipped] == [(1, 1, "records")]
    assert [item.outcome for frame in frames if frame.kind == "slice" for item in frame.items] == [
        Outcome.ACCEPTED_WARN,
        Outcome.QUARANTINED,
        Outcome.ACCEPTED_WARN,
    ]


async def throw(fire: IntakeUnderFire, made: Bomb) -> None:
    settings = client_settings(fire.world.addresses.kafka)
    producer = AIOKafkaProducer(**settings, acks="all", enable_idempotence=False, request_timeout_ms=BROKER_MS_MAX)
    await producer.start()
    try:
        await send(producer, fire.world.topic("submissions.F001"), made)
    finally:
        await producer.stop()


def memory(monitor: MonitorProcess, what: str) -> int:
    """Bytes of a process, as the kernel counts them."""
    assert monitor.process is not None
    status = Path(f"/proc/{monitor.process.pid}/status").read_text()
    (line,) = [one for one in status.splitlines() if one.startswith(what)]
    return int(line.split()[1]) * 1024


def forget_peak(monitor: MonitorProcess) -> None:
    """From now on the peak is counted anew."""
    assert monitor.process is not None
    Path(f"/proc/{monitor.process.pid}/clear_refs").write_text("5")
