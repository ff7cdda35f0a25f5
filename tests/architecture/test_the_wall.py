"""Nothing derived from what firms submit reaches the board (M18, P14.4)."""

import re
from pathlib import Path

import pytest

from events.registry import TOPICS, heard_by

BOARD = ("listing", "review", "messaging")
# Whom the board's services ask over HTTP by clients of their own: nobody who knows what firms submit.
ASKED = {"review": {"identity_provider.py"}}


@pytest.mark.parametrize("service", BOARD)
def test_m18_the_board_hears_nothing_of_the_monitor(service: str) -> None:
    heard = {one.name for one in heard_by(service)}

    assert not {name for name in heard if name.startswith(("monitoring.", "submissions.", "receipts.", "test."))}


def test_m18_nobody_but_the_gateway_may_hear_alerts() -> None:
    (alerts,) = [one for one in TOPICS if one.name == "monitoring.alert.v1"]

    assert set(alerts.heard_by) <= {"gateway"}


@pytest.mark.parametrize("service", BOARD)
def test_m18_the_board_asks_nothing_of_the_monitor(service: str, project_root: Path) -> None:
    room = project_root / "services" / service
    production = [one for one in room.rglob("*.py") if "tests" not in one.relative_to(room).parts]

    asking = {one.name for one in production if re.search(r"import aiohttp|import httpx2", one.read_text())}
    naming = {one.name for one in production if re.search(r"monitoring_url", one.read_text(), re.IGNORECASE)}

    assert asking == ASKED.get(service, set())
    assert naming == set()


def test_i10_the_monitor_says_nothing_else_that_a_service_hears() -> None:
    said = {one.name for one in TOPICS if one.producer == "monitoring"}

    assert said == {"monitoring.alert.v1", "receipts.{firm}", "test.receipts.{firm}"}
