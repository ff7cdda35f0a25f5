"""One platform for all acceptance tests: the five services as processes, spoken to through public doors only."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from demo import reference_story
from demo.board_story import SHANGHAI, Board
from demo.monitor_story import Monitor
from demo.talk_story import Talk
from demo.world import World as Stage
from market.files import read_manifest
from market.synthetic import generate
from testkit.canaries import Places
from testkit.platform import Platform
from testkit.world import Stack
from testkit.world import World as TestWorld

SEED = 11


class PlatformStage:
    """What a test may do behind the stage."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def set_clock(self, moment: datetime) -> None:
        self._platform.set_clock(moment)

    def hold(self, service: str) -> None:
        self._platform.stop(service)

    def release(self, service: str) -> None:
        self._platform.start(service)


@pytest.fixture(scope="session")
def spans_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every span of the platform is written."""
    return tmp_path_factory.mktemp("traces") / "spans.jsonl"


@pytest.fixture(scope="session")
def platform(stack: Stack, spans_file: Path) -> Iterator[Platform]:
    world = TestWorld.create(stack)
    with Platform(world, OTEL_FILE=str(spans_file)) as running:
        yield running
    world.remove()


@pytest.fixture(scope="session")
def places(platform: Platform, spans_file: Path) -> Places:
    """Every place where a private word must not be."""
    return Places(platform, spans_file)


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The market's files."""
    folder = tmp_path_factory.mktemp("market")
    generate(SEED, folder)
    return folder


@pytest.fixture(scope="session")
def stage_on(market: Path) -> Iterator[Callable[[Platform], Stage]]:
    """Sets the market's stage on a platform: the morning on which the story begins."""
    with ExitStack() as open_stages:

        def stage_on(platform: Platform) -> Stage:
            addresses = platform.world.addresses
            made = Stage(
                gateway=platform.gateway,
                issuer=addresses.issuer,
                firms_bootstrap=addresses.firms_bootstrap or addresses.bootstrap,
                firms_authority=Path(addresses.firms_authority_file) if addresses.firms_authority_file else None,
                market=market,
                manifest=read_manifest(market),
                stagehand=PlatformStage(platform),
                topic_prefix=platform.world.prefix,
            )
            open_stages.callback(made.close)
            made.stagehand.set_clock(morning_of(made))
            return made

        yield stage_on


@pytest.fixture(scope="session")
def stage(platform: Platform, stage_on: Callable[[Platform], Stage]) -> Stage:
    """The one stage of the story."""
    return stage_on(platform)


@pytest.fixture(scope="session")
def board(stage: Stage) -> Board:
    """The board with its reference data, but for the holdings of the last trading day."""
    reference_story.load_market(stage)
    made = Board(stage)
    for user in ("chen-wei", "liu-yang", "zhao-min", "dong-hai-operator", "hua-tong-lender"):
        made.introduce(stage.person(user))
    return made


@pytest.fixture(scope="session")
def verified_board(board: Board) -> Board:
    """The same with the holdings of the last trading day."""
    reference_story.load(board.world, "holding", board.world.manifest["quiet_days"][-1])
    return board


@pytest.fixture(scope="session")
def talk(verified_board: Board) -> Talk:
    """A lender talks with a pledgor about a published listing; both have one in force."""
    for name in ("clean", "lender"):
        if name not in verified_board.listings:
            verified_board.publish(name)
            if verified_board.candidate(name)["expected"] == "needs_person":
                verified_board.approve(name, verified_board.world.person("reviewer-wang"))
            verified_board.until(name, publication="published")
    made = Talk(verified_board, "clean", verified_board.owner("lender"))
    made.open()
    return made


@pytest.fixture(scope="session")
def monitor(verified_board: Board, tmp_path_factory: pytest.TempPathFactory) -> Monitor:
    """Both firms on board."""
    made = Monitor(verified_board.world, tmp_path_factory.mktemp("firms"))
    for firm in made.world.manifest["firms"]:
        made.onboard(firm)
    return made


def morning_of(stage: Stage, *, days_later: int = 0) -> datetime:
    """Ten o'clock on the story's first day, or days after it."""
    first = datetime.fromisoformat(stage.manifest["today"]).replace(hour=10, tzinfo=SHANGHAI)
    return first + timedelta(days=days_later)
