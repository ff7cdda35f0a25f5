"""Processes that are asked to stop under load, and processes that are frozen past every patience and come back."""

import pytest

from testkit.eventually import eventually
from testkit.probe.load import PATIENCE_S, Load, balance
from testkit.probe.processes import Probes
from testkit.spine import HEARS, SAYS, SpineWorld

pytestmark = [pytest.mark.faults, pytest.mark.integration]
ABOUT_TO_APPLY = "consumer.before_attempt:10"
ABOUT_TO_SEND = "relay.after_read:3"
FENCE_REFUSALS = "pledgeboard_fence_refusals_total"
LEADING = "pledgeboard_relay_leading"
LEASES_LOST = "pledgeboard_relay_leases_lost_total"


async def test_stopped_in_order_under_load(spine: SpineWorld, probes: Probes, load: Load) -> None:
    load.start()
    for _ in range(3):
        relay = await probes.start("relay")
        consumer = await probes.start("consumer")
        await _some_effects(spine)

        assert await consumer.stop() == 0
        assert await relay.stop() == 0

    await probes.start("relay")
    await probes.start("consumer")
    await balance(spine, await load.stop())


async def test_a_frozen_consumer_is_replaced_and_refused_when_it_comes_back(
    spine: SpineWorld, probes: Probes, load: Load
) -> None:
    await probes.start("relay")
    load.start()
    frozen = await probes.start("consumer", point=ABOUT_TO_APPLY)
    await frozen.reached(ABOUT_TO_APPLY)

    frozen.freeze()
    successor = await probes.start("consumer")
    await _every_partition_moves(spine)
    frozen.let_go(ABOUT_TO_APPLY)
    frozen.resume()

    await eventually(
        lambda: frozen.metric("pledgeboard_fence_refusals_total"), within=PATIENCE_S, what="the fence refused"
    )
    assert successor.is_running
    await balance(spine, await load.stop())


async def test_a_frozen_relay_loses_its_lease_and_sends_nothing_without_it(
    spine: SpineWorld, probes: Probes, load: Load
) -> None:
    await probes.start("consumer")
    load.start()
    frozen = await probes.start("relay", point=ABOUT_TO_SEND)
    await frozen.reached(ABOUT_TO_SEND)
    sent = await _sent(spine)
    frozen.freeze()
    successor = await probes.start("relay")
    await eventually(lambda: successor.metric(LEADING), within=PATIENCE_S, what="the successor leads", every=0.1)
    await _some_effects(spine)
    frozen.let_go(ABOUT_TO_SEND)
    frozen.resume()

    await eventually(lambda: frozen.metric(LEASES_LOST), within=PATIENCE_S, what="the lease is found lost", every=0.1)
    await _some_effects(spine)
    assert await frozen.metric("pledgeboard_relay_sent_total") == sent, "nothing is sent without the lease"
    await balance(spine, await load.stop())


async def _sent(spine: SpineWorld) -> int:
    async with spine.admin(SAYS) as admin:
        return int(await admin.fetchval("select count(*) from outbox where sent_at is not null"))


async def _every_partition_moves(spine: SpineWorld) -> None:
    async def offsets() -> list[int]:
        async with spine.admin(HEARS) as admin:
            rows = await admin.fetch("select next from consumer_offset order by partition")
        return [row["next"] for row in rows]

    before = await offsets()
    await eventually(
        offsets,
        within=max(PATIENCE_S, 30),
        until=lambda now: all(new > old for new, old in zip(now, before, strict=True)),
        what=f"beyond {before}",
        every=0.1,
    )


async def _some_effects(spine: SpineWorld, *, count: int = 30) -> None:
    before = await _effects(spine)

    async def more() -> int:
        return await _effects(spine) - before

    await eventually(
        more, within=max(PATIENCE_S, 30), until=lambda found: found >= count, what=f"{count} more effects", every=0.1
    )


async def _effects(spine: SpineWorld) -> int:
    async with spine.admin(HEARS) as admin:
        return int(await admin.fetchval("select count(*) from effect"))
