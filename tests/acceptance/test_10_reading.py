"""What the pages show is run as it stands there, in their order, against one platform: a newcomer's first hour."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.board_story import Board
from demo.world import PASSWORD
from testkit.platform import Platform
from testkit.reading import Block, blocks

pytestmark = pytest.mark.acceptance
ROOT = Path(__file__).resolve().parents[2]
# A firm must be on board before it submits.
PAGES = (
    "docs/how-to/onboard-a-firm.md",
    "README.md",
    "docs/how-to/add-a-rule.md",
    "docs/how-to/redrive.md",
    "docs/runbooks/parked.md",
)
WITHIN_S = 180

Run = Callable[[Block], subprocess.CompletedProcess[str]]


def shown() -> Iterator[Block]:
    for page in PAGES:
        yield from (one for one in blocks(ROOT / page) if one.exit_code is not None)


@pytest.fixture(scope="module")
def run(board: Board, platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a block in a folder that looks like the repository, told where this platform is.

    The board's reference data are there: what firms submit refers to it.
    """
    del board
    folder = tmp_path_factory.mktemp("checkout")
    for one in ROOT.iterdir():
        (folder / one.name).symlink_to(one)
    environment = {
        **os.environ,
        **{name: value for one in ("review", "listing", "monitoring") for name, value in _own(platform, one).items()},
        "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "PLEDGEBOARD_URL": platform.gateway,
        "OIDC_ISSUER": platform.world.addresses.issuer,
        "PLEDGEBOARD_HOME": str(folder / "home"),
        "PLEDGEBOARD_PASSWORD": PASSWORD,
    }

    def run(block: Block) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # a page of our own
            ["bash", "-euo", "pipefail", "-c", block.script],  # noqa: S607  # the machine's shell, as a reader has it
            cwd=folder, env=environment, capture_output=True, text=True, timeout=WITHIN_S, check=False,
        )  # fmt: skip

    return run


def _own(platform: Platform, service: str) -> dict[str, str]:
    """The environment of a service's worker, its own names alone: several stand side by side here."""
    made = platform.world.settings(service)
    return {name: value for name, value in made.items() if name.startswith(f"{service.upper()}_")} | {
        "ENVIRONMENT": made["ENVIRONMENT"]
    }


@pytest.mark.parametrize("block", list(shown()), ids=str)
def test_a_block_that_is_marked_as_run_ends_as_its_page_says(block: Block, run: Run) -> None:
    ended = run(block)

    assert ended.returncode == block.exit_code, f"{block}\n{block.script}\n{ended.stdout}\n{ended.stderr}"


def test_every_page_whose_commands_are_run_is_in_the_order() -> None:
    with_commands = {
        str(page.relative_to(ROOT))
        for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("services/*/README.md"))
        if any(one.exit_code is not None for one in blocks(page))
    }

    assert with_commands == set(PAGES)
