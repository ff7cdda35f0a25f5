from pathlib import Path

import pytest

from chassis.clock import ClockSetting
from chassis.fault_points import FaultPointsRefused, arm
from chassis.kafka import partition_of


@pytest.mark.parametrize(
    ("key", "murmur2"), [("21", -973932308), ("foobar", -790332482), ("a-little-bit-long-string", -985981536)]
)
def test_keys_go_where_kafkas_own_partitioner_puts_them(key: str, murmur2: int) -> None:
    for count in (1, 3, 7):
        assert partition_of(key, range(count)) == (murmur2 & 0x7FFFFFFF) % count


def test_records_without_a_key_keep_their_order() -> None:
    assert partition_of(None, [2, 0, 1]) == 0


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_nothing_for_tests_works_where_people_are_served(environment: str, tmp_path: Path) -> None:
    with pytest.raises(FaultPointsRefused):
        arm("relay.after_lock", marks=tmp_path, environment=environment)
    assert "platform.clock" not in ClockSetting(environment=environment).expression
