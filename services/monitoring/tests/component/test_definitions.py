"""I6: every number that an answer of the monitor shows has its definition page, from the one registry."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI

from chassis.cause import Subject
from monitoring.domain.definitions import definitions
from monitoring.domain.figures import FORMULAS, MarketHistory, market_figure
from monitoring.domain.metric_registry import registry
from monitoring.domain.sums import BookSums
from monitoring.persistence.tables import intake
from monitoring.settings import Settings
from monitoring.tests.book import DAY
from monitoring.transport.http.contracts import plain_fields
from monitoring.transport.http.definitions import AS_OF, MISSING, RATIO
from monitoring.transport.http.numbers import DECIMAL, DEFINITION, PLACE
from monitoring.wiring import build
from submissions.dictionary import fields, types
from testkit.http import an_edge, calling
from testkit.tokens import TokenIssuer

SCALED = {"integer", "number"}
# What a place in braces may stand for, by the answer that holds it.
MARKET = [one.id for one in registry() if one.scope == "market"]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    for name in [one for one in os.environ if one.startswith("MONITORING_")]:
        monkeypatch.delenv(name)
    nowhere: Any = "postgresql://nobody@127.0.0.1:9/none"
    settings = Settings(
        environment="test", database_url=nowhere, kafka_security="PLAINTEXT", oidc_issuer="http://i.test"
    )
    api = build(settings).api
    assert api is not None
    made = api()
    assert isinstance(made, FastAPI)
    return made


def test_i6_every_number_in_the_interface_names_its_definition_or_says_that_it_is_a_place(app: FastAPI) -> None:
    document = app.openapi()
    bare, named = [], set()

    for where, schema in numbers_of(document):
        if DEFINITION in schema:
            named.add(schema[DEFINITION])
        elif PLACE not in schema:
            bare.append(where)

    assert bare == []
    unknown = [one for one in sorted(named) for each in expanded(one) if each not in definitions()]
    assert unknown == []


def test_i6_no_definition_explains_a_number_that_nobody_shows(app: FastAPI) -> None:
    shown = {each for _, schema in numbers_of(app.openapi()) for each in expanded(schema.get(DEFINITION, ""))}

    assert {one.id for one in definitions()} - shown - {"B11.2a"} == set()


def test_i6_every_definition_is_complete_in_both_languages() -> None:
    for one in definitions():
        assert all((one.clause, one.title_zh, one.title_en, one.formula_zh, one.formula_en, one.inputs, one.unit))
        assert all((one.scope, one.window, *AS_OF[one.cut_off], *MISSING[one.missing], *RATIO[one.coverage_ratio]))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.title_zh), one.id


def test_i6_numbers_that_speak_of_a_coverage_ratio_say_which() -> None:
    which = {one.id: one.coverage_ratio for one in definitions() if one.coverage_ratio}

    assert which["valuation.coverage"] == which["M9.3a"] == "full"
    assert which["M9.3c"] == "exchange_style"
    assert "valuation.debt" not in which


def test_i6_every_number_of_a_contract_and_its_lines_as_reported_is_defined() -> None:
    for table, record_type in ((intake.contract, "contract"), (intake.collateral_line, "collateral")):
        counted = [one for one in table.c if one.type.python_type is int and one.name not in {"sequence", "line_no"}]
        shown = plain_fields({one.name: 1 for one in counted})
        assert shown
        assert [name for name in shown if f"{record_type}.{name}" not in definitions()] == []


def test_i6_what_is_shown_beside_an_indicator_is_defined_too() -> None:
    sums = BookSums(contract_count=1, initial_fen=1, valued_initial_fen=1, valued_debt_fen=1)
    beside = [
        f"{metric.id}.{name}"
        for metric in registry()
        if metric.id in FORMULAS
        for name in market_figure(metric, day=DAY, sums=sums, history=MarketHistory()).beside
    ]

    assert beside
    assert [one for one in beside if one not in definitions()] == []


async def test_i6_whoever_signed_in_may_open_a_definition_and_nobody_else(app: FastAPI) -> None:
    issuer = TokenIssuer()
    app.state.edge = an_edge(service="monitoring", issuer=issuer)

    async with calling(app, issuer) as anybody:
        pledgor = anybody.signed_in(Subject(user_id="u", roles=frozenset({"PL"}), participant_id="p"))
        found = (await pledgor.get("/api/v1/definitions/valuation.coverage")).json()
        listed = (await pledgor.get("/api/v1/definitions")).json()["items"]
        unknown = await pledgor.get("/api/v1/definitions/valuation.nothing")
        stranger = await anybody.get("/api/v1/definitions")

    assert (found["unit"], found["scope"], found["coverage_ratio"]) == ("ratio", "merge_group", "full")
    assert (found["as_of_en"][:5], found["missing_en"]) == ("live:", "Null where data lack, never zero")
    assert {one["id"] for one in listed} == {one.id for one in definitions()}
    assert (unknown.status_code, stranger.status_code) == (404, 401)


def numbers_of(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every property of every answer that is a number, a number as text, or a map or list of such."""
    schemas = document["components"]["schemas"]
    for name in sorted(answered(document)):
        for field, schema in schemas[name].get("properties", {}).items():
            if name != "Value" and is_number(schema, schemas):
                yield f"{name}.{field}", schema


def answered(document: Mapping[str, Any]) -> set[str]:
    """The schemas that answers are made of."""
    waiting = [
        content["schema"]
        for path in document["paths"].values()
        for operation in path.values()
        for status, response in operation["responses"].items()
        if status.startswith("2")
        for content in response.get("content", {}).values()
    ]
    found: set[str] = set()
    while waiting:
        for name in referred(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
    return found


def referred(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield str(schema["$ref"]).rpartition("/")[2]
        for one in schema.values():
            yield from referred(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from referred(one)


def is_number(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> bool:
    """Whether a property shows one. A map without declared values may hold some."""
    if schema.get("type") in SCALED or schema.get("format") == DECIMAL["format"]:
        return True
    if "$ref" in schema:
        return str(schema["$ref"]).endswith("/Value")
    inner = [*schema.get("anyOf", ()), schema.get("items"), schema.get("additionalProperties")]
    return any(one is True or (isinstance(one, Mapping) and is_number(one, schemas)) for one in inner)


def expanded(definition_id: str) -> list[str]:
    """The definitions that a name stands for; braces are whatever the answer holds there."""
    match definition_id:
        case "{id}":
            return MARKET
        case "{id}.{key}":
            return ["M9.3b.5td"]
        case "{record_type}.{key}":
            return [f"{one}.{field.name}" for one in types() for field in fields(one) if is_counted(field.kind)]
        case "contract.{key}" | "collateral.{key}":
            record_type = definition_id.partition(".")[0]
            return [f"{record_type}.{field.name}" for field in fields(record_type) if is_counted(field.kind)]
        case "":
            return []
        case _:
            return [definition_id]


def is_counted(kind: str) -> bool:
    return kind in {"money", "signed", "price", "quantity", "ratio", "integer", "counts"}
