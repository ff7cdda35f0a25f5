"""The typed client is what the interface says: generated anew it is the same, and every operation works."""

import json
import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import httpx2
import pytest
from pydantic import TypeAdapter

from pledgeboard_client import Client, Refused
from testkit.interface import documents, merged

CLIENTS = Path(__file__).parents[2] / "clients" / "python"
GENERATED = ("models.py", "operations.py")
# Streams have a client of their own; the other two send something else than JSON.
STREAMS = {"followLive"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return merged(documents())


def test_the_committed_client_is_what_the_interface_gives(document: dict[str, Any], tmp_path: Path) -> None:
    runpy.run_path(str(CLIENTS / "generate.py"))["write"](document, tmp_path)

    stale = [
        name
        for name in GENERATED
        if (tmp_path / name).read_text() != (CLIENTS / "pledgeboard_client" / name).read_text()
    ]

    assert stale == [], "run `make events`"


def test_every_operation_asks_what_is_described_and_reads_what_is_answered(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        asked: list[httpx2.Request] = []
        with Client("http://gateway.test", token="t", client=answering(operation, asked)) as client:
            call = getattr(client, snake(operation["operationId"]))

            answer = call(**arguments(call, operation))

        (request,) = asked
        assert request.method == method.upper()
        assert "{" not in request.url.path
        assert len(request.url.path.split("/")) == len(path.split("/"))
        assert request.headers["authorization"] == "Bearer t"
        if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ())):
            assert request.headers["idempotency-key"]
        assert answer.status == int(success(operation)[0])
        if answered(operation) is not None:
            assert answer.body is not None


def test_a_refusal_is_raised_with_its_problem() -> None:
    problem = {"type": "urn:pledgeboard:problem:rate-limited", "title": "请求过于频繁", "status": 429}
    refusing = httpx2.MockTransport(
        lambda _: httpx2.Response(429, json=problem, headers={"content-type": "application/problem+json"})
    )

    client = Client("http://gateway.test", client=httpx2.Client(transport=refusing))
    with client, pytest.raises(Refused) as refused:
        client.read_home()

    assert (refused.value.status, str(refused.value.problem.type)) == (429, problem["type"])


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation["operationId"] not in STREAMS:
                yield path, method, operation


def success(operation: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return next((status, one) for status, one in operation["responses"].items() if status.startswith("2"))


def answered(operation: Mapping[str, Any]) -> Any:
    return success(operation)[1].get("content", {}).get("application/json", {}).get("example")


def answering(operation: Mapping[str, Any], asked: list[httpx2.Request]) -> httpx2.Client:
    """A platform that answers what the interface gives as its example."""
    status, example = int(success(operation)[0]), answered(operation)

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(status, content=b"" if example is None else json.dumps(example).encode())

    return httpx2.Client(transport=httpx2.MockTransport(answer))


def arguments(call: Any, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the operation may be given, from the interface's examples, as the client's own types."""
    hints = get_type_hints(call)
    given = {
        one["name"].replace("-", "_").lower(): one["example"]
        for one in operation.get("parameters", ())
        if one["in"] in {"path", "query"}
    }
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        given["body"] = content["application/json"]["example"]
    elif content:
        given["content"] = b"content"
    named = {name if name in hints else f"{name}_": value for name, value in given.items()}
    return {name: TypeAdapter(hints[name]).validate_python(value) for name, value in named.items()}


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
