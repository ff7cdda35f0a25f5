"""Processes that are asked to stop under load, and processes that are frozen past every patience and come back."""

import asyncio

import pytest

from testkit.eventually import eventually
from testkit.probe.load import PATIENCE_S, Load, balance
from testkit.probe.processes import ProbeProcess, Probes
from testkit.spine import HEARS, SpineWorld

pytestmark = [pytest.mark.faults, pytest.mark.integration]
SLOW = {"PROBE_PAUSE_S": "0.02"}


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
    frozen = await probes.start("consumer", **SLOW)
    await _some_effects(spine)

    frozen.freeze()
    await asyncio.sleep(spine.session_timeout_ms / 1000 * 1.5)
    successor = await probes.start("consumer")
    await _some_effects(spine)
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
    frozen = await probes.start("relay")
    await _some_effects(spine)
    successor = await probes.start("relay")
    assert await successor.metric("pledgeboard_relay_leading") == 0
    sent = await frozen.metric("pledgeboard_relay_sent_total")
    assert sent > 0

    frozen.freeze()
    await eventually(
        lambda: successor.metric("pledgeboard_relay_leading"), within=PATIENCE_S, what="the successor leads"
    )
    await _some_effects(spine)
    frozen.resume()

    await eventually(
        lambda: frozen.metric("pledgeboard_relay_leases_lost_total"), within=PATIENCE_S, what="the lease is lost"
    )
    # A wave that was acknowledged before the freeze may still be counted, nothing after it.
    await _nothing_is_sent_by(frozen, while_effects_appear_in=spine)
    await balance(spine, await load.stop())


async def _nothing_is_sent_by(process: ProbeProcess, *, while_effects_appear_in: SpineWorld) -> None:
    sent = await process.metric("pledgeboard_relay_sent_total")
    await _some_effects(while_effects_appear_in)
    assert await process.metric("pledgeboard_relay_sent_total") == sent


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
