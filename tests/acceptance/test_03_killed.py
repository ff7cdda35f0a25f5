"""The monitor is ended without a word in the middle of a stream: what comes out is what would have come out anyway."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

from demo import reference_story
from demo.monitor_story import COMPARED, Monitor
from demo.world import World as Stage
from testkit.platform import Platform
from testkit.world import Stack, World

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]
FIRMS = ("F001", "F002")
# Small slices, so that there are many moments in the middle.
MESSAGES_OF_A_SLICE = 20


class KilledInTheMiddle:
    """Kills the monitor at the first word of progress, and starts it again."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.at: int | None = None

    def hear(self, applied: int) -> None:
        if self.at is None and applied > 0:
            self.at = applied
            self._platform.kill("monitoring")
            self._platform.start("monitoring")


@pytest.fixture(scope="module")
def own_platform(stack: Stack) -> Iterator[Platform]:
    """What the monitor needs: nobody else's story is disturbed."""
    world = World.create(stack)
    with Platform(
        world, services=("review", "monitoring", "gateway"), INTAKE_MESSAGES_MAX=str(MESSAGES_OF_A_SLICE)
    ) as running:
        yield running
    world.remove()


@pytest.fixture(scope="module")
def own_monitor(
    own_platform: Platform, stage_on: Callable[[Platform], Stage], tmp_path_factory: pytest.TempPathFactory
) -> Monitor:
    """Both firms on board, and the reference data that their records are judged by."""
    stage = stage_on(own_platform)
    stage.has_board = False
    days = stage.manifest["quiet_days"]
    for kind in ("calendar", "security", "corporate_action"):
        reference_story.load(stage, kind, days[-1])
    for day in days[-reference_story.PRICE_DAYS :]:
        reference_story.load(stage, "price", day)
    made = Monitor(stage, tmp_path_factory.mktemp("firms"))
    for firm in stage.manifest["firms"]:
        made.onboard(firm)
    return made


@pytest.fixture(scope="module")
def told(own_platform: Platform, own_monitor: Monitor) -> dict[str, dict[str, Any]]:
    killed = KilledInTheMiddle(own_platform)
    told = own_monitor.stream_all(progress=killed.hear)
    assert killed.at is not None
    assert killed.at < sum(one["sent"] for one in told.values()), "it was all over before the kill"
    return told


@pytest.mark.parametrize("firm", FIRMS)
def test_r1_r2_outcomes_and_frames_are_as_stated(
    told: dict[str, dict[str, Any]], own_monitor: Monitor, firm: str
) -> None:
    assert told[firm]["outcomes"] == own_monitor.expected(firm)
    assert told[firm]["tiled"]


@pytest.mark.parametrize("firm", FIRMS)
def test_r9_nothing_is_lost_and_nothing_counted_twice(
    told: dict[str, dict[str, Any]], own_monitor: Monitor, firm: str
) -> None:
    found = own_monitor.conservation(firm)

    assert found["holds"]
    assert found["lost"] == 0
    assert found["topic_end"] == found["applied_to"] == told[firm]["sent"]


def test_m9_3_m9_4_figures_equal_the_stated_ones(told: dict[str, dict[str, Any]], own_monitor: Monitor) -> None:
    stated = own_monitor.world.manifest["indicators"][0]
    own_monitor.release_pending()

    figures = own_monitor.figures(stated)

    assert {one: Fraction(figures[one]["value"]["exact"]) for one in COMPARED} == {
        one: Fraction(stated[one]) for one in COMPARED
    }
