"""Things no committed file may contain, and names that must not collide."""

import importlib.metadata
import re
import subprocess
from pathlib import Path

import pytest

OWN = {
    "events", "chassis", "finance", "submissions", "testkit", "listing", "review", "messaging", "monitoring", "gateway",
}  # fmt: skip
REGISTRY_HOSTS = re.compile(
    "|".join(("pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npm", "repo" + r"1?\.maven", "crates" + r"\.io"))
)
MACHINE_PATHS = re.compile(r"(?<![\w.\-$])/(?:work|root|home/[a-z]+|farm)/")


@pytest.fixture(scope="module")
def committed(project_root: Path) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607  # git as the checkout has it
        cwd=project_root, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    return [project_root / name for name in listed if name]


def lines_matching(files: list[Path], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.name}: {line.strip()[:100]}"
        for path in files
        if path.is_file() and path.name != Path(__file__).name
        for line in path.read_text(errors="ignore").splitlines()
        if pattern.search(line)
    ]


def test_no_address_of_a_package_registry_is_committed(committed: list[Path]) -> None:
    assert lines_matching(committed, REGISTRY_HOSTS) == []


def test_no_path_of_one_machine_is_committed(committed: list[Path]) -> None:
    assert lines_matching(committed, MACHINE_PATHS) == []


def test_our_top_level_names_belong_to_us_alone() -> None:
    owners = importlib.metadata.packages_distributions()

    foreign = {
        name: owners[name] for name in OWN & owners.keys() if not all("pledgeboard" in one for one in owners[name])
    }

    assert foreign == {}


def test_no_drawer_for_odds_and_ends_exists(committed: list[Path]) -> None:
    drawers = {"utils.py", "helpers.py", "common.py", "misc.py", "exceptions.py"}

    assert [path for path in committed if path.name in drawers] == []


def test_production_code_imports_no_tests(committed: list[Path], project_root: Path) -> None:
    # Folders of tests are no packages, so that the import rules do not see them: this reads the lines.
    production = [
        path for path in committed if path.suffix == ".py" and "tests" not in path.relative_to(project_root).parts
    ]

    assert lines_matching(production, re.compile(r"^\s*(?:from|import) [a-z_]+\.tests\b")) == []
