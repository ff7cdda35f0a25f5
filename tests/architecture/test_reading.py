"""Whoever reads a page can do what it says: commands exist, links lead somewhere, services say the same five things."""

import importlib
import importlib.util
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import MetaData

from events import registry
from pledgeboard.application import app as operators
from pledgeboard_firm.application import app as firms
from testkit.reading import Block, blocks

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {"pledgeboard": operators, "pledgeboard-firm": firms}
# Programs of the machine, whose words are their own.
FOREIGN = {"curl", "docker", "export", "git", "python3", "set", "(umask", "umask"}
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]+)")
TOPIC = re.compile(r"`([a-z_.]+(?:\.v\d|\{firm\}))`")
# The tables of every service, which no page names.
SPINE = {
    "applied_sequence", "audit", "consumer_offset", "due_work", "idempotency", "inbox", "outbox", "outbox_parked_key",
    "parked_key", "parked_record", "slice_suspicion", "topic_sequence",
}  # fmt: skip
HEADINGS = ["Owns", "Hears", "Says", "Tables", "Alerts"]


def pages() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],  # noqa: S607  # git as it is here
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def all_blocks() -> list[Block]:
    return [block for page in pages() for block in blocks(page)]


@pytest.mark.parametrize("block", all_blocks(), ids=str)
def test_every_block_of_commands_says_whether_it_is_run_and_means_something(block: Block) -> None:
    assert block.is_marked, f"{block}: put <!-- run --> or <!-- not run: reason --> above it"
    for words in block.commands:
        assert complaint(words) is None, f"{block}: {complaint(words)}"


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]

    assert broken == []


@pytest.mark.parametrize("service", ["gateway", "listing", "messaging", "monitoring", "review"])
def test_each_service_says_what_it_owns_hears_says_keeps_and_pages_on(service: str) -> None:
    text = (ROOT / "services" / service / "README.md").read_text()
    found = re.findall(r"^## (.+)$", text, re.MULTILINE)

    assert [one for one in found if one in HEADINGS] == HEADINGS
    assert "../../docs/runbooks/" in text


@pytest.mark.parametrize("service", ["gateway", "listing", "messaging", "monitoring", "review"])
def test_what_a_service_hears_and_says_is_what_the_registry_knows(service: str) -> None:
    page = (ROOT / "services" / service / "README.md").read_text()

    assert set(TOPIC.findall(section(page, "Hears"))) == {one.name for one in registry.heard_by(service)}
    assert set(TOPIC.findall(section(page, "Says"))) == {one.name for one in registry.said_by(service)}


@pytest.mark.parametrize("service", ["listing", "messaging", "monitoring", "review"])
def test_the_tables_a_service_names_are_the_tables_it_has(service: str) -> None:
    importlib.import_module(f"{service}.wiring")
    declared = vars(importlib.import_module(f"{service}.persistence.tables")).values()
    (metadata,) = {id(one): one for one in declared if isinstance(one, MetaData)}.values()
    own = {name.rpartition(".")[2] for name in metadata.tables}
    page = (ROOT / "services" / service / "README.md").read_text()

    named = set(re.findall(r"`([a-z_]+)`", section(page, "Tables"))) - ({service, f"{service}_test"} - own)
    assert named <= own
    assert own - named <= SPINE


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("make no-such-target", "no-such-target"),
        (".venv/bin/pledgeboard reviews queue", "reviews"),
        (".venv/bin/pledgeboard review queue --no-such-option 1", "--no-such-option"),
        (".venv/bin/python -m no_such_module", "no_such_module"),
        ("no-such-program", "no-such-program"),
    ],
)
def test_what_means_nothing_is_seen(line: str, wrong: str) -> None:
    assert wrong in (complaint(line.split()) or "")


def section(page: str, heading: str) -> str:
    """What stands under a heading."""
    return page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


def complaint(words: list[str]) -> str | None:
    """Why a command cannot be meant, if it cannot."""
    words = [one for one in words if not re.fullmatch(r"[A-Z_]+=.*", one)]
    if not words:
        return None
    program = words[0].removeprefix(".venv/bin/")
    if program in PROGRAMS:
        return _of_program(typer.main.get_command(PROGRAMS[program]), words[1:])
    if program == "make":
        makefile = (ROOT / "Makefile").read_text()
        missing = [one for one in words[1:] if not re.search(rf"^{re.escape(one)}:", makefile, re.MULTILINE)]
        return f"no such target: {missing}" if missing else None
    if program == "python" and words[1:2] == ["-m"]:
        return None if importlib.util.find_spec(words[2]) else f"no such module: {words[2]}"
    return None if program in FOREIGN else f"unknown program: {program}"


def _of_program(command: Any, words: list[str]) -> str | None:
    """Walks the words down the program's commands: each must be one, and each option one of theirs."""
    options = _options(command)
    rest = iter(words)
    for word in rest:
        name, equals, _ = word.partition("=")
        if name.startswith("--"):
            if name not in options:
                return f"no such option: {name}"
            if not options[name] and not equals:
                next(rest, None)
        elif (within := getattr(command, "commands", None)) is not None:
            if word not in within:
                return f"no such command: {word}"
            command = within[word]
            options |= _options(command)
    return None


def _options(command: Any) -> dict[str, bool]:
    """Every option's name, and whether it stands alone."""
    alone = {"--help": True}
    for parameter in command.params:
        for name in (*parameter.opts, *parameter.secondary_opts):
            alone[name] = bool(getattr(parameter, "is_flag", False))
    return alone
