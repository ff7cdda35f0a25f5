"""Every import rule is proven to bite: a violation is planted in a copy, and the rule meant for it says no."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Plant:
    """One line (or one new module) that breaks one rule. `module` is a file below `services` or `shared`."""

    rule: str
    module: str
    line: str


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
]


@pytest.fixture(scope="module")
def copied_code(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("planted")
    for folder in ("services", "shared"):
        shutil.copytree(project_root / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    shutil.copy(project_root / "pyproject.toml", copy)
    return copy


def test_the_code_as_it_stands_keeps_every_rule(copied_code: Path) -> None:
    verdict = lint(copied_code)

    assert verdict.returncode == 0, verdict.stdout


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.rule}:{plant.module}:{plant.line}")
def test_a_planted_violation_is_caught_by_the_rule_meant_for_it(copied_code: Path, plant: Plant) -> None:
    path = copied_code / plant.module
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n{plant.line}\n")
    try:
        verdict = lint(copied_code, plant.rule)
    finally:
        path.unlink() if before is None else path.write_text(before)

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
