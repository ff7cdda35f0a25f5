"""The interfaces all services publish merge into one sound OpenAPI 3.1 document, and no two claim one operation."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from openapi_spec_validator import OpenAPIV31SpecValidator

from chassis.authorization import load_matrix
from gateway.application.queries.compose_home import PARTS, intake_of
from gateway.application.route_table import RouteTable, operations_of
from gateway.transport.http.cached_reads import CACHED_SECONDS, CachedReads
from testkit.interface import NEIGHBOURS
from testkit.interface import documents as published
from testkit.interface import merged as merge

ALIKE = {"Y", "-"}


@pytest.fixture(scope="module")
def documents() -> Mapping[str, Mapping[str, Any]]:
    return published()


@pytest.fixture(scope="module")
def merged(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return merge(documents)


def test_the_merged_document_is_sound(merged: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(merged).validate()


def test_every_operation_has_an_id_of_its_own_and_says_what_it_does(merged: dict[str, Any]) -> None:
    operations = [operation for path in merged["paths"].values() for operation in path.values()]

    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    assert [operation["operationId"] for operation in operations if not operation.get("description")] == []


def test_every_path_is_answered_by_one_service(documents: Mapping[str, Mapping[str, Any]]) -> None:
    table = RouteTable(operation for service in NEIGHBOURS for operation in operations_of(service, documents[service]))
    own = {(method.upper(), path) for path, methods in documents["gateway"]["paths"].items() for method in methods}

    assert [one for one in table if (one.method, one.path) in own] == []


def test_no_route_that_leaves_a_trace_or_shows_somebodys_own_is_answered_from_a_cache(
    documents: Mapping[str, Mapping[str, Any]],
) -> None:
    matrix = load_matrix()
    walked = [operation for service in NEIGHBOURS for operation in operations_of(service, documents[service])]
    assert len(walked) > 40

    rows = {one.operation: matrix.permission(one.operation) for one in walked}
    private = {name for name, row in rows.items() if row.traced or not set(row.cells.values()) <= ALIKE}
    kept = [
        one for one in walked if one.operation in private and CachedReads.covers(one, traced=rows[one.operation].traced)
    ]

    assert kept == []


def test_what_is_cached_is_a_row_that_everybody_reads_alike() -> None:
    matrix = load_matrix()

    for operation in CACHED_SECONDS:
        row = matrix.permission(operation)
        assert not row.traced
        assert set(row.cells.values()) <= ALIKE


def test_every_part_of_the_home_page_is_published_under_the_row_it_is_offered_by(
    documents: Mapping[str, Mapping[str, Any]],
) -> None:
    table = RouteTable(operation for service in NEIGHBOURS for operation in operations_of(service, documents[service]))

    for part in (*PARTS, intake_of("F001")):
        found = table.find("GET", part.path)
        assert found is not None, part.name
        assert (found.neighbour, found.operation) == (part.neighbour, part.operation)


def test_what_only_the_gateway_may_ask_is_not_published(merged: dict[str, Any]) -> None:
    assert "/api/v1/session/registration" not in merged["paths"]


def test_every_json_body_shows_an_example(merged: dict[str, Any]) -> None:
    without = [
        operation["operationId"]
        for path in merged["paths"].values()
        for operation in path.values()
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json" and not shows_example(content, merged)
    ]

    assert without == []


def test_every_parameter_body_and_answer_shows_an_example_that_its_schema_accepts(merged: dict[str, Any]) -> None:
    refused = {
        where: error.message
        for where, schema, example in examples(merged)
        for error in Draft202012Validator({**schema, "components": merged["components"]}).iter_errors(example)
    }

    assert refused == {}


def examples(merged: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Where, under which schema, and which; a missing one is a KeyError that names the place."""
    for path in merged["paths"].values():
        for operation in path.values():
            for one in operation.get("parameters", ()):
                yield f"{operation['operationId']} {one['name']}", one["schema"], one["example"]
            for response in (operation.get("requestBody", {}), *operation["responses"].values()):
                for kind, content in response.get("content", {}).items():
                    if "json" in kind and "ndjson" not in kind:
                        yield f"{operation['operationId']} {kind}", content["schema"], content["example"]


def shows_example(content: Mapping[str, Any], merged: Mapping[str, Any]) -> bool:
    """An example of the whole, or one on some field of what it refers to."""
    text = repr(content)
    seen: set[str] = set()
    names = references(content)
    while names - seen:
        name = (names - seen).pop()
        seen.add(name)
        schema = merged["components"]["schemas"][name]
        text += repr(schema)
        names |= references(schema)
    return "'example" in text


def references(node: object) -> set[str]:
    if isinstance(node, list):
        return {name for one in node for name in references(one)}
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"].rpartition("/")[2]} if isinstance(node.get("$ref"), str) else set()
    return own | {name for one in node.values() for name in references(one)}
