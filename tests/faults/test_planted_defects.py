"""Each defect that the spine's rules forbid, planted on purpose, turns the test that is named for it red."""

import asyncio
import os
import pickle
import re
import sys
from pathlib import Path

import pytest

from testkit.probe.plants import PLANTS
from testkit.world import Stack

pytestmark = [pytest.mark.faults, pytest.mark.integration]

HERE = Path(__file__).parent
RED = {
    "skip the inbox": (
        "test_what_is_said.py::test_what_is_sent_twice_is_applied_once",
        "effects once each, in order",
    ),
    "commit first": (
        "test_killed_at_every_point.py::test_the_consumer_in_its_transaction",
        r"\d+ effects; last seen: \d+",
    ),
    "id > last": (
        "test_what_is_said.py::test_a_late_commit_is_carried",
        r"last seen: \[\]",
    ),
    "fence without the swap": (
        "test_stopped_and_frozen.py::test_a_frozen_consumer_is_replaced_and_refused_when_it_comes_back",
        "no position is set back by the process that woke",
    ),
    "swallow an error": (
        "test_what_is_said.py::test_a_failing_record_is_parked_and_never_dropped",
        r"last seen: \{\}",
    ),
    "relay without the lock's connection": (
        "test_stopped_and_frozen.py::test_a_frozen_relay_loses_its_lease_and_sends_nothing_without_it",
        "nothing is sent without the lease",
    ),
    "park without the key": (
        "test_what_is_said.py::test_poison_parks_its_key_and_is_drained_in_order",
        r"last seen: \{\}",
    ),
}
TESTS_FAILED = 1


def test_every_plant_has_its_test() -> None:
    assert RED.keys() == PLANTS.keys()


@pytest.mark.parametrize("plant", RED)
async def test_turns_its_test_red(plant: str, stack: Stack, tmp_path: Path) -> None:
    given = tmp_path / "stack"
    given.write_bytes(pickle.dumps(stack))
    given.chmod(0o600)
    test, sign = RED[plant]
    environment = {**os.environ, "PLANT": plant, "FAULTS_STACK": str(given), "FAULTS_WITHIN": "8"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pytest", str(HERE / test), "-q", "-p", "no:cacheprovider",
        env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()

    told = output.decode()
    assert process.returncode == TESTS_FAILED, told
    assert re.search(f"AssertionError: .*{sign}", told), told
    assert re.search(r"^1 failed in ", told, re.MULTILINE), told
