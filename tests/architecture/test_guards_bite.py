"""Every import rule is proven to bite: a violation is planted in a copy, and the rule meant for it says no."""

import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Plant:
    """One line that breaks one rule, in a module that is there or in a new one, below `services` or `shared`.

    `partner` is a second new module and its line, where it takes two to break the rule.
    """

    rule: str
    module: str
    line: str
    partner: tuple[str, str] | None = None

    @property
    def lines(self) -> dict[str, str]:
        """What is planted, by module."""
        return {self.module: self.line} | (dict([self.partner]) if self.partner else {})


PLANTS = [
    Plant("pure-domain", "services/listing/domain/planted.py", "import sqlalchemy"),
    Plant("pure-domain", "services/listing/domain/planted.py", "import chassis.database"),
    Plant("pure-domain", "services/review/domain/planted.py", "import pydantic"),
    Plant("pure-domain", "services/monitoring/domain/planted.py", "import events.base"),
    Plant("rooms", "services/listing/domain/planted.py", "import listing.application"),
    Plant("rooms", "services/listing/application/planted.py", "import listing.persistence"),
    Plant("rooms", "services/listing/transport/http/planted.py", "import listing.persistence"),
    Plant("rooms", "services/listing/transport/http/planted.py", "import listing.outbox"),
    Plant("rooms", "services/review/persistence/planted.py", "import review.transport"),
    Plant("rooms", "services/listing/planted_helpers.py", "PLANTED = 1"),
    Plant("quiet-application", "services/listing/application/planted.py", "import events.base"),
    Plant("quiet-application", "services/listing/application/planted.py", "import chassis.database"),
    Plant("quiet-application", "services/review/application/planted.py", "import fastapi"),
    Plant("wire", "services/listing/transport/http/planted.py", "import events.base"),
    Plant("wire", "services/review/persistence/planted.py", "import events.base"),
    Plant("kafka", "services/listing/transport/http/planted.py", "import faststream"),
    Plant("kafka", "services/monitoring/persistence/planted.py", "import aiokafka"),
    Plant("http", "services/listing/transport/events/planted.py", "import fastapi"),
    Plant("sql", "services/listing/outbox/planted.py", "import sqlalchemy"),
    Plant("sql", "services/review/transport/http/planted.py", "import asyncpg"),
    Plant("settings", "services/listing/persistence/planted.py", "import listing.settings"),
    Plant("strangers", "services/listing/application/planted.py", "import review.domain"),
    Plant("strangers", "services/review/wiring.py", "import monitoring.domain"),
    Plant("floors", "shared/chassis/planted.py", "import listing.domain"),
    Plant("floors", "shared/events/planted.py", "import chassis.kernel"),
    Plant("floors", "shared/finance/planted.py", "import submissions"),
    Plant("no-test-code", "services/listing/wiring.py", "import testkit"),
    Plant("no-test-code", "services/review/domain/planted.py", "import testkit.fakes"),
    Plant("chassis-floors", "shared/chassis/kernel.py", "import chassis.outbox"),
    Plant("chassis-floors", "shared/chassis/planted_strings.py", "PLANTED = 1"),
    Plant(
        "no-cycles",
        "services/listing/domain/planted.py",
        "from listing.domain import planted_too",
        partner=("services/listing/domain/planted_too.py", "from listing.domain import planted"),
    ),
]


@pytest.fixture(scope="module")
def copied_code(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("planted")
    for folder in ("services", "shared"):
        shutil.copytree(project_root / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    shutil.copy(project_root / "pyproject.toml", copy)
    return copy


def test_every_rule_has_its_plant(project_root: Path) -> None:
    configured = tomllib.loads((project_root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

    assert {plant.rule for plant in PLANTS} == {contract["id"] for contract in configured}


def test_the_code_as_it_stands_keeps_every_rule(copied_code: Path) -> None:
    verdict = lint(copied_code)

    assert verdict.returncode == 0, verdict.stdout


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.rule}:{plant.module}:{plant.line}")
def test_a_planted_violation_is_caught_by_the_rule_meant_for_it(copied_code: Path, plant: Plant) -> None:
    paths = {copied_code / module: line for module, line in plant.lines.items()}
    before = {path: path.read_text() if path.exists() else None for path in paths}
    for path, line in paths.items():
        path.write_text(f"{before[path] or ''}\n{line}\n")
    try:
        verdict = lint(copied_code, plant.rule)
    finally:
        for path, text in before.items():
            path.unlink() if text is None else path.write_text(text)

    assert verdict.returncode == 1, f"{plant.rule} let it pass:\n{verdict.stdout}"
    assert "broken" in verdict.stdout, verdict.stdout


def lint(code: Path, rule: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", *(["--contract", rule] if rule else [])]
    return subprocess.run(  # noqa: S603  # our own checker
        command,
        cwd=code,
        env={"PYTHONPATH": f"{code / 'services'}:{code / 'shared'}", "PATH": "/usr/bin:/bin", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
