from typing import TypeVar

from chassis.authorization import load_matrix
from chassis.kernel import Fact, Refusal
from chassis.problems import Problems
from listing.application.use_cases import UseCases
from listing.outbox.translation import TRANSLATIONS
from listing.tests.component.conftest import FakeBoard
from listing.transport.http.problems import STATUS
from listing.wiring import all_routes

T = TypeVar("T")


def subclasses(root: type[T]) -> set[type[T]]:
    found = set(root.__subclasses__())
    return found.union(*(subclasses(one) for one in found))


def ours(root: type[T]) -> set[type[T]]:
    return {one for one in subclasses(root) if one.__module__.startswith("listing.")}


def test_every_refusal_has_a_status_and_words_in_both_languages() -> None:
    refusals = ours(Refusal)

    assert {one for one in refusals if not Problems(STATUS).maps(one)} == set()
    assert {one for one in refusals if one.title_zh == one.title_en} == set()
    assert len({one.slug for one in refusals}) == len(refusals)


def test_every_fact_is_translated() -> None:
    bases = {one for one in ours(Fact) if ours(one)}

    assert ours(Fact) - bases == set(TRANSLATIONS)


def test_every_route_stands_under_a_row_of_the_matrix(board: FakeBoard) -> None:
    assert isinstance(board.use_cases, UseCases)
    guards = [route.endpoint.__guard__ for one in all_routes(board.use_cases) for route in one.router.routes]  # type: ignore[attr-defined]  # our own

    assert {guard.operation for guard in guards} <= {one.operation for one in load_matrix().operations}


async def test_the_interface_describes_itself(board: FakeBoard) -> None:
    document = (await board.call(None).get("/api/v1/openapi.json")).json()

    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/listings", "/api/v1/my/listings", "/api/v1/guide"} <= document["paths"].keys()
    ids = [one["operationId"] for path in document["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids))
