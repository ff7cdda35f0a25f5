"""Nothing derived from what firms submit reaches the board (M18, P14.4)."""

import pytest

from events.registry import TOPICS, heard_by

BOARD = ("listing", "review", "messaging")


@pytest.mark.parametrize("service", BOARD)
def test_m18_the_board_hears_nothing_of_the_monitor(service: str) -> None:
    heard = {one.name for one in heard_by(service)}

    assert not {name for name in heard if name.startswith(("monitoring.", "submissions.", "receipts."))}


def test_m18_only_the_gateway_hears_alerts() -> None:
    (alerts,) = [one for one in TOPICS if one.name == "monitoring.alert.v1"]

    assert alerts.heard_by == ("gateway",)


def test_i10_the_monitor_says_nothing_else_that_a_service_hears() -> None:
    said = {one.name for one in TOPICS if one.producer == "monitoring"}

    assert said == {"monitoring.alert.v1", "receipts.{firm}"}
