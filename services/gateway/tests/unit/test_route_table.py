"""Which neighbour answers a path."""

import pytest

from gateway.application.route_table import Operation, PublishedTwice, RouteTable, operations_of


def an_operation(path: str, *, method: str = "GET", neighbour: str = "review") -> Operation:
    return Operation(neighbour=neighbour, method=method, path=path, operation="public.read")


def test_a_literal_step_wins_over_a_parameter() -> None:
    table = RouteTable([an_operation("/reference/{kind}/loads"), an_operation("/reference/loads/{id}")])

    found = table.find("GET", "/reference/loads/loads")

    assert found is not None
    assert table.find("GET", "/reference/price/loads").path == "/reference/{kind}/loads"  # type: ignore[union-attr]  # it is there


def test_a_parameter_is_one_step() -> None:
    table = RouteTable([an_operation("/listings/{id}")])

    assert table.find("GET", "/listings/7") is not None
    assert table.find("GET", "/listings/7/8") is None
    assert table.find("GET", "/listings/") is None


def test_methods_of_paths_that_differ_in_their_parameters_names_are_one_path() -> None:
    table = RouteTable([an_operation("/listings/{id}"), an_operation("/listings/{listing_id}", method="PUT")])

    assert table.methods("/listings/7") == {"GET", "PUT"}


def test_two_neighbours_cannot_answer_one_operation() -> None:
    with pytest.raises(PublishedTwice):
        RouteTable([an_operation("/a/{x}"), an_operation("/a/{y}", neighbour="listing")])


def test_what_bears_no_row_of_the_matrix_or_is_internal_is_not_reachable() -> None:
    document = {
        "paths": {
            "/a": {"get": {}},
            "/b": {"get": {"x-pledgeboard-operation": "public.read", "x-pledgeboard-internal": True}},
            "/c": {
                "parameters": [],
                "post": {
                    "x-pledgeboard-operation": "firm.onboard",
                    "x-pledgeboard-act": "approve",
                    "x-pledgeboard-body-bytes-max": 7,
                },
            },
        }
    }

    (only,) = operations_of("monitoring", document)

    assert (only.path, only.act, only.body_bytes_max, only.reading) == ("/c", "approve", 7, False)
