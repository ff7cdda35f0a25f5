"""The README says what the code does."""

import re
from pathlib import Path

import pytest

from events.registry import said_by, topic
from listing.persistence import tables
from listing.persistence.reference import projections
from listing.tests.component.conftest import FakeBoard
from listing.wiring import all_subscriptions

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture
def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", README.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def short(name: str) -> str:
    return name.split(".")[-2]


def test_it_has_the_five_headings(sections: dict[str, str]) -> None:
    assert list(sections) == ["Owns", "Hears", "Says", "Tables", "Alerts"]


def test_what_it_hears(sections: dict[str, str], board: FakeBoard) -> None:
    subscriptions = all_subscriptions(board.use_cases)

    topics = set(re.findall(r"`([a-z]+\.[a-z_]+\.v1)`", sections["Hears"]))

    assert topics == {one.topic for one in subscriptions} | {one.topic for one in projections()}
    assert all(short(name) in sections["Hears"] for one in subscriptions for name in one.handlers)


def test_what_it_says(sections: dict[str, str]) -> None:
    topics = set(re.findall(r"`([a-z]+\.[a-z_]+\.v1)`", sections["Says"]))

    assert topics == {one.name for one in said_by("listing")}
    assert all(short(event.type) in sections["Says"] for name in topics for event in topic(name).events())


def test_which_tables_it_has(sections: dict[str, str]) -> None:
    named = set(re.findall(r"`([a-z_]+)`", sections["Tables"]))
    spine = tables.metadata.tables.keys() & {
        "outbox", "topic_sequence", "outbox_parked_key", "inbox", "applied_sequence", "consumer_offset",
        "slice_suspicion", "parked_key", "parked_record", "idempotency", "audit", "due_work",
    }  # fmt: skip

    assert tables.metadata.tables.keys() - spine <= named
