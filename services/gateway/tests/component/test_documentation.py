"""One document of everything that is reachable here, and pages that fetch nothing from elsewhere."""

import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.tests.conftest import Gateway


async def test_the_merged_document_is_openapi_3_1_and_holds_every_neighbour(gateway: Gateway) -> None:
    document = (await gateway.caller.get("/api/v1/openapi.json")).json()

    OpenAPIV31SpecValidator(document).validate()
    services = {operation["x-service"] for path in document["paths"].values() for operation in path.values()}
    assert services == {"gateway", "listing", "review", "messaging", "monitoring"}
    assert "ListingDraft" in document["components"]["schemas"]
    assert "Problem" in document["components"]["schemas"]


async def test_operation_ids_are_unique_and_internal_routes_are_left_out(gateway: Gateway) -> None:
    document = (await gateway.caller.get("/api/v1/openapi.json")).json()

    ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))
    assert "/api/v1/session/registration" not in document["paths"]


async def test_a_neighbour_never_heard_of_is_named(gateway: Gateway) -> None:
    gateway.neighbours.away = {"messaging"}

    document = (await gateway.caller.get("/api/v1/openapi.json")).json()

    assert document["x-degraded"] == ["messaging"]


async def test_the_pages_need_no_other_host(gateway: Gateway) -> None:
    page = await gateway.caller.get("/docs")

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses
    assert all(address.startswith("/") for address in addresses)
    for address in addresses:
        assert (await gateway.caller.get(address)).status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
