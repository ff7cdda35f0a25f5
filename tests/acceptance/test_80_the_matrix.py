"""The matrix at the public door: every route of the merged interface, asked by every role, for every kind of object.

Routes, bodies and expected answers are generated: from the interface's own examples, and from the matrix. What a role
may do on an object that is its own is proven by the stories; here nobody gets at anything else.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from chassis.authorization import Permission, load_matrix
from chassis.kernel import new_id
from demo.board_story import Board
from demo.person import Person
from demo.talk_story import Talk
from demo.world import World as Stage
from demo.world import eventually

pytestmark = pytest.mark.acceptance

_METHODS = ("get", "post", "put", "patch", "delete")
_ANONYMOUS = ""
# Whom to ask as; every role of the matrix that signs in, and each function of an institution.
PEOPLE = {
    _ANONYMOUS: "AN",
    "sun-li": "AP",
    "zhao-min": "PL",
    "dong-hai-viewer": "PL",
    "dong-hai-administrator": "PL",
    "reviewer-zhou": "RV",
    "moderator-he": "MO",
    "supervisor-xu": "SU",
    "auditor-gao": "AU",
    "analyst-lin": "RA",
    "chief-tang": "RS",
    "steward-guo": "DS",
    "compliance-luo": "FC",
    "system-qian": "SA",
    "security-shi": "SE",
    "reliability-jin": "SR",
}
# Cells that leave an object to its owner; every other cell reaches beyond one's own.
_OWN = {"o", "3", "6", "9"}
# What a route may do before it looks for its object: say that the words do not fit, or that there is a wrong step-up.
_NOT_FOUND = {404, 403, 401}


@dataclass(frozen=True)
class Route:
    """One operation of the merged interface, with the example it gives of its body."""

    method: str
    path: str
    operation: str
    body: Any

    @property
    def objects(self) -> tuple[str, ...]:
        return tuple(word[1:-1] for word in self.path.split("/") if word.startswith("{"))

    @property
    def row(self) -> Permission:
        return load_matrix().permission(self.operation)

    def at(self, ids: Mapping[str, str]) -> str:
        return self.path.format(**ids)


def routes_of(document: Mapping[str, Any]) -> Iterator[Route]:
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if operation := operations.get(method):
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                yield Route(method.upper(), path, operation["x-pledgeboard-operation"], content.get("example"))


@pytest.fixture(scope="module")
def routes(stage: Stage) -> list[Route]:
    def published() -> Any | None:
        """The whole document; a platform that has just begun has not heard of every service."""
        answer = httpx2.get(f"{stage.gateway}/api/v1/openapi.json", timeout=30)
        document = answer.json()
        return document if answer.status_code == httpx2.codes.OK and "x-degraded" not in document else None

    found = list(routes_of(eventually(published, what="the merged interface")))
    assert len(found) > len(PEOPLE)
    return found


@pytest.fixture(scope="module")
def ask(stage: Stage) -> Iterator[Callable[[str, Route, Mapping[str, str]], int]]:
    """Asks as a person; answers the status."""
    with httpx2.Client(timeout=30) as client:

        def asked(user: str, route: Route, ids: Mapping[str, str]) -> int:
            headers = {"Idempotency-Key": secrets.token_hex(16), "If-Match": '"1"'}
            if user != _ANONYMOUS:
                headers["Authorization"] = f"Bearer {signed_in(stage, user).token}"
            answer = client.request(route.method, stage.gateway + route.at(ids), headers=headers, json=route.body)
            return answer.status_code

        yield asked


def signed_in(stage: Stage, user: str) -> Person:
    """The applicant accepts nothing here: its story, which comes later, begins with that."""
    return stage.person(user, second_factor=True, accept_terms=PEOPLE.get(user) != "AP")


@pytest.mark.parametrize("user", PEOPLE)
def test_what_the_matrix_denies_is_denied_and_what_nobody_has_is_not_found(
    user: str, routes: list[Route], ask: Callable[[str, Route, Mapping[str, str]], int]
) -> None:
    role, wrong = PEOPLE[user], []
    for route in (one for one in routes if one.objects):
        ids = {name: str(new_id()) for name in route.objects}
        answered = ask(user, route, ids)
        allowed = route.row.cells[role] != "-"
        expected = _NOT_FOUND | {422, 409} if allowed else {401 if role == "AN" else 403}
        if answered not in expected:
            wrong.append(f"{route.method} {route.path}: {answered}, not {sorted(expected)}")

    assert wrong == []


@pytest.mark.parametrize("user", ["zhao-min", "dong-hai-viewer", "dong-hai-administrator", "sun-li", "compliance-luo"])
def test_another_ones_object_is_nobodys(
    user: str, talk: Talk, routes: list[Route], ask: Callable[[str, Route, Mapping[str, str]], int]
) -> None:
    role, wrong = PEOPLE[user], []
    others = objects_of(talk)
    for route in (one for one in routes if set(one.objects) <= others.keys() and one.objects):
        if route.row.cells[role] not in _OWN:
            continue
        answered = ask(user, route, others)
        # Whoever has a listing in force reads the details of others' (P14.2).
        readable = {200} if (route.method, route.operation) == ("GET", "listing.read") else set()
        if answered not in {403, 404, 422} | readable:
            wrong.append(f"{route.method} {route.path}: {answered}")

    assert wrong == []


def test_a_deleted_listing_is_gone_for_its_owner_and_nobodys_for_others(
    stage: Stage, routes: list[Route], ask: Callable[[str, Route, Mapping[str, str]], int]
) -> None:
    owner = stage.person("zhao-min")
    drafted = owner.tell("POST", "/listings", {"pledgee": {}}, expect=201)
    owner.tell("DELETE", f"/listings/{drafted.body['id']}", expect=200, if_match=drafted.etag)
    deleted = {"listing_id": drafted.body["id"]}

    answers = {
        user: {(one.method, one.path): ask(user, one, deleted) for one in routes if one.objects == ("listing_id",)}
        for user in ("zhao-min", "liu-yang", "reviewer-zhou")
    }

    assert answers["zhao-min"]["GET", "/api/v1/listings/{listing_id}"] == httpx2.codes.GONE
    assert set(answers["zhao-min"].values()) <= {404, 409, 410, 412, 422}
    assert set(answers["liu-yang"].values()) <= {403, 404, 422}
    assert set(answers["reviewer-zhou"].values()) <= {403, 404}


def test_p12_1_nothing_leaves_expired_by_any_route(
    verified_board: Board, routes: list[Route], ask: Callable[[str, Route, Mapping[str, str]], int]
) -> None:
    board = Board(verified_board.world)
    board.publish("lender")
    if board.candidate("lender")["expected"] == "needs_person":
        board.approve("lender", board.world.person("reviewer-wang"))
    board.until("lender", publication="published")
    owner = board.owner("lender")
    owner.tell("POST", f"/listings/{board.listings['lender']}/expiry", expect=200)
    expired = {"listing_id": board.listings["lender"]}
    changing = [one for one in routes if one.operation == "listing.change" and one.objects == ("listing_id",)]

    answered = {
        (user, one.method, one.path): ask(user, one, expired)
        for one in changing
        if one.method in {"PUT", "POST"}
        for user in (owner.user, "liu-yang")
    }

    assert set(answered.values()) <= {403, 404, 409, 412, 422}
    assert {one for (user, *_), one in answered.items() if user == "liu-yang"} <= {403, 404, 422}
    assert board.standing("lender")["state"] == "expired"


def objects_of(talk: Talk) -> dict[str, str]:
    """Real objects of two people who talk; none of them is that of whoever asks here."""
    owner, world = talk.owner, talk.board.world
    notifications = owner.ask("/my/notifications").body["items"]
    agree(talk)
    opened = eventually(lambda: next(iter(cases_of(talk)), None), what="a case follows accepted terms")
    case = owner.ask(f"/registration-cases/{opened['id']}").body
    return {
        "listing_id": talk.board.listings[talk.listing],
        "conversation_id": talk.conversation,
        "notification_id": notifications[0]["id"],
        "case_id": case["id"],
        "item_id": case["checklist"][0]["id"],
        "firm_id": world.manifest["firms"][1]["firm_id"],
        "user_id": owner.user,
        "round_number": "1",
    }


def agree(talk: Talk) -> None:
    """Both accept terms, where no story has brought them to it before."""
    if not cases_of(talk):
        talk.propose(talk.opener, answers=0)
        talk.accept(talk.opener, 1)
        talk.accept(talk.owner, 1)


def cases_of(talk: Talk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = talk.owner.ask("/my/registration-cases").body["items"]
    return found
