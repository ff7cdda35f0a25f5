"""Indicators, alerts and contracts are the regulator's alone (I10): nobody else gets as far as a question."""

from collections.abc import AsyncIterator

import pytest

from chassis.cause import Cause, Subject
from chassis.http import create_application
from monitoring.application.analytics import Analytics
from monitoring.domain.metric_registry import registry
from monitoring.transport.http.alerts import alert_routes
from monitoring.transport.http.contracts import contract_routes
from monitoring.transport.http.indicators import indicator_routes
from monitoring.transport.http.problems_of_valuation import STATUS
from testkit.http import Caller, KeptTrail, an_edge, calling
from testkit.tokens import TokenIssuer

STRANGERS = ("PL", "LE", "RV", "MO", "SU", "AU", "DS", "FM", "FC", "SA", "SE", "SR")
PATHS = (
    "/indicators",
    "/indicators/M9.3a",
    "/indicators/M9.3a/contracts",
    "/alerts",
    "/alerts/0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b",
    "/contracts/F1/C1",
)


def never(cause: Cause) -> None:
    raise AssertionError(cause.operation)


@pytest.fixture
def trail() -> KeptTrail:
    return KeptTrail()


@pytest.fixture
async def anybody(trail: KeptTrail) -> AsyncIterator[Caller]:
    issuer = TokenIssuer()
    analytics = Analytics.over(begin=never, reading=never, differed=never)  # type: ignore[arg-type]  # nothing may be opened
    app = create_application(
        edge=an_edge(service="monitoring", issuer=issuer, trail=trail),
        routes=[indicator_routes(analytics), alert_routes(analytics), contract_routes(analytics)],
        problems=STATUS,
        title="monitoring",
    )
    async with calling(app, issuer) as caller:
        yield caller


@pytest.mark.parametrize("role", STRANGERS)
async def test_i10_nobody_but_the_regulator(anybody: Caller, trail: KeptTrail, role: str) -> None:
    stranger = anybody.signed_in(Subject(user_id="x", roles=frozenset({role}), participant_id="p", firm_id="F1"))

    assert [(await stranger.get(f"/api/v1{path}")).status_code for path in PATHS] == [403] * len(PATHS)
    assert [one.operation for one in trail.denials] == ["indicator.read"] * len(PATHS)


async def test_i10_not_without_signing_in(anybody: Caller) -> None:
    assert [(await anybody.get(f"/api/v1{path}")).status_code for path in PATHS] == [401] * len(PATHS)


def test_i6_the_definition_of_a_borrower_says_how_it_is_merged() -> None:
    assert "within one firm" in registry().get("B11.2a").formula_en
