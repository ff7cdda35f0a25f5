"""Tables that must be complete: statuses, translations, routes, the five headings."""

from pathlib import Path
from typing import TypeVar

from chassis.authorization import load_matrix
from chassis.kernel import Fact, Refusal
from chassis.problems import Problems
from chassis.tables import SPINE_TABLES
from events.registry import heard_by, said_by
from review.outbox.translation import TRANSLATIONS
from review.persistence.tables import metadata
from review.tests.conftest import SETTINGS, ReviewInMemory, in_memory
from review.tests.harness import STEWARD
from review.transport.http.problems import STATUS
from review.wiring import all_routes

T = TypeVar("T")
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def ours(root: type[T]) -> set[type[T]]:
    found: set[type[T]] = set()
    for one in root.__subclasses__():
        found |= {one} | ours(one)
    return {one for one in found if one.__module__.startswith("review.")}


def test_every_refusal_has_a_status_and_words_in_both_languages() -> None:
    refusals = ours(Refusal)

    assert {one for one in refusals if not Problems(STATUS).maps(one)} == set()
    assert {one for one in refusals if one.title_zh == one.title_en} == set()
    assert len({one.slug for one in refusals}) == len(refusals)


def test_every_fact_is_translated() -> None:
    bases = {one for one in ours(Fact) if ours(one)}

    assert ours(Fact) - bases == set(TRANSLATIONS)


async def test_every_route_stands_under_a_row_of_the_matrix() -> None:
    async with in_memory() as review:
        assert isinstance(review, ReviewInMemory)
        routes = all_routes(review.use_cases, SETTINGS)

    guards = [route.endpoint.__guard__ for one in routes for route in one.router.routes]  # type: ignore[attr-defined]  # our own
    assert {guard.operation for guard in guards} <= {one.operation for one in load_matrix().operations}


async def test_the_interface_describes_itself() -> None:
    async with in_memory() as review:
        document = (await review.call(STEWARD).get("/api/v1/openapi.json")).json()

    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/review/queue", "/api/v1/reference/{kind}/loads", "/api/v1/my/cases/{listing_id}"} <= document[
        "paths"
    ].keys()
    ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids))


def test_the_page_of_the_service_names_its_topics_and_tables() -> None:
    topics = {one.name for one in (*heard_by("review"), *said_by("review"))} - {"listing.participant.v1"}
    tables = {name for name in metadata.tables if name not in SPINE_TABLES}

    assert [line for line in README.splitlines() if line.startswith("## ")] == [
        "## Owns", "## Hears", "## Says", "## Tables", "## Alerts",
    ]  # fmt: skip
    assert {one for one in topics | tables if f"`{one}`" not in README} == set()
