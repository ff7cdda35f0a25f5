"""Every route of every service stands under a row of the authorization matrix, and the default is denial."""

import csv
import importlib
import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_type_hints

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from chassis.authorization import ROLES, Permission, load_matrix
from chassis.cause import ANONYMOUS, Subject
from chassis.http.routes import Guard, Routes, UnknownOperation
from testkit.http import KeptTrail, an_edge, calling
from testkit.tokens import TokenIssuer

SERVICES = [
    one
    for one in ("listing", "review", "messaging", "monitoring", "gateway")
    if importlib.util.find_spec(f"{one}.wiring")
]
ENVIRONMENT = {
    "ENVIRONMENT": "test",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "OWNER_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "RELAY_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "KAFKA_PASSWORD": "none",
    "KAFKA_ADMIN_PASSWORD": "none",
    "ACCOUNT_REF_KEY": "0123456789abcdef0123456789abcdef",
    "OIDC_ISSUER": "http://issuer.test",
}
# Beside the guarded routes: the document of a service, and the gateway's door for what its neighbours publish, which
# asks the matrix for each of them (services/gateway/tests/component/test_forwarding.py).
UNGUARDED = {"/api/v1/openapi.json", "/api/v1/{rest:path}"}


@dataclass(frozen=True)
class Found:
    """One route as the application would serve it."""

    method: str
    path: str
    guard: Guard


def application(service: str, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    for name in list(os.environ):
        if name.startswith(service.upper() + "_"):
            monkeypatch.delenv(name)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    build = importlib.import_module(f"{service}.wiring").build
    built = build(get_type_hints(build)["settings"]())
    made = built.api()
    app = getattr(made, "app", made)  # the gateway's stands behind what is answered without it
    assert isinstance(app, FastAPI)
    return app


def routes_of(app: FastAPI) -> Iterator[Found]:
    for context in iter_route_contexts(app.routes):
        path = str(context.path)
        guard = getattr(context.endpoint, "__guard__", None)
        if guard is None:
            assert path in UNGUARDED, f"{path} stands before no guard"
            continue
        for method in context.methods or ():
            yield Found(method, path, guard)


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_names_a_row_of_the_matrix(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(routes_of(application(service, monkeypatch)))

    assert found
    assert [one for one in found if one.guard.operation not in load_matrix()] == []


@pytest.mark.parametrize("service", SERVICES)
async def test_every_route_is_denied_to_every_role_whose_cell_is_empty(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = application(service, monkeypatch)
    issuer, trail = TokenIssuer(), KeptTrail()
    app.state.edge = an_edge(service=service, issuer=issuer, trail=trail)
    let_in: list[str] = []
    asked = 0

    async with calling(app, issuer) as caller:
        for route in routes_of(app):
            row = load_matrix().permission(route.guard.operation)
            for role in ROLES:
                if row.cells[role] != "-" and not only_proposed(row, role, route):
                    continue
                asked += 1
                who = caller if role == "AN" else caller.signed_in(somebody(role))
                answer = await who.request(route.method, example(route.path))
                if answer.status_code not in {401, 403}:
                    let_in.append(f"{role} {route.method} {route.path}: {answer.status_code}")

    assert let_in == []
    assert len(trail.denials) == asked


def only_proposed(row: Permission, role: str, route: Found) -> bool:
    return route.guard.act == "approve" and row.cells[role] == "p"


def somebody(role: str) -> Subject:
    fresh = datetime.now(UTC) - timedelta(minutes=1)  # noqa: TID251  # as tokens: the real clock
    return Subject(
        user_id=f"u-{role}", roles=frozenset({role}), participant_id="P", firm_id="F", second_factor_at=fresh
    )


def example(path: str) -> str:
    return path.replace("{", "").replace("}", "")


def test_a_route_without_a_row_cannot_even_be_declared() -> None:
    routes = Routes(service="probe")

    with pytest.raises(UnknownOperation):
        routes.get("/secrets", operation="secret.read")


def test_routes_are_declared_through_the_guard_alone(project_root: Path) -> None:
    bypass = ("APIRouter(", "FastAPI(", "add_api_route(", "@app.get", "@app.post", "@router.")

    found = [
        f"{path.relative_to(project_root)}: {word}"
        for path in (project_root / "services").glob("*/transport/**/*.py")
        for word in bypass
        if word in path.read_text()
    ]

    assert found == []


def test_the_matrix_holds_a_column_for_every_role_and_denies_by_default() -> None:
    subject = Subject(user_id="nobody", roles=frozenset({"??"}))
    now = datetime(2026, 3, 2, tzinfo=UTC)

    for row in load_matrix().operations:
        assert set(row.cells) == set(ROLES)
        with pytest.raises(Exception, match="operation-denied"):
            load_matrix().authorize(subject, row.operation, reading=True, now=now)
    with pytest.raises(Exception, match="operation-denied"):
        load_matrix().authorize(ANONYMOUS, "not.a-row", reading=True, now=now)


def test_the_matrix_is_plain_data(project_root: Path) -> None:
    text = (project_root / "shared/chassis/authorization_matrix.csv").read_text(encoding="utf-8")

    assert len(list(csv.DictReader(text.splitlines()))) == len(load_matrix().operations)
