"""Every duty on the command line asks what the interface describes, and can read what it answers (P3.3)."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
import typer
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from chassis.authorization import load_matrix
from pledgeboard.__main__ import main
from pledgeboard.application import app
from pledgeboard.session import Tokens, TokenStore
from testkit.interface import documents, merged

ID = "0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b"
ROOT = Path(__file__).resolve().parents[2]
STAFF = {"RV", "MO", "SU", "RA", "RS", "DS", "SA", "SE"}
PARTICIPANTS = {"AN", "AP", "PL", "LE", "FM", "FC"}
# Each command with what it needs; `ID` stands for the object.
DUTIES = [
    "review queue",
    "review claim ID",
    "review show ID",
    "review approve ID",
    "review return ID --reason content_unclear:/lines/0/quantity",
    "applications list",
    "applications claim ID",
    "applications show ID",
    "applications approve ID",
    "applications refuse ID --reason data_differ",
    "applications ask ID --question more",
    "notices list --state open",
    "notices show ID",
    "notices issue --listing ID --code field_untrue --pointer /purpose --evidence seen --trading-days 3",
    "notices close ID --reason corrected",
    "sanctions list --state in_force",
    "sanctions propose --notice ID --step restrict --statement late --ends-on 2026-04-30",
    "sanctions decide ID --approve --reason right",
    "sanctions lift propose ID --reason mended",
    "sanctions lift decide ID --reject",
    "sanctions appeal propose ID --outcome reversed --reason right",
    "sanctions appeal decide ID --approve",
    "moderation list --decided",
    "moderation claim ID",
    "moderation decide ID --outcome warning --note seen",
    "texts list",
    (
        "texts propose --kind guide --version 2 --effective-from 2026-04-01 --title-zh 指引 --title-en Guide"
        " --text-zh LICENSE --text-en LICENSE"
    ),
    "texts approve ID",
    "texts reject ID",
    "alerts list --state open --level alert --indicator B11.2a --firm F001",
    "alerts show ID",
    "quarantine list --firm F001",
    "firm onboard F003 --name somebody",
    "firm approve F001",
    "firm decline F001 --reason unknown",
    "firm credential propose F001",
    "firm credential approve F001",
    "firm credential decline F001 --reason unknown",
    f"reference status {ID}",
]
# Told of elsewhere: they speak with the identity provider, stream, or send a file.
ELSEWHERE = {"sign-in", "sign-out", "doctor", "live", "exit-codes", "reference load"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return merged(documents())


class Described:
    """A gateway that holds each request to the interface, and answers its example."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self.operations: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        operation = self._operation(request)
        self.operations.append(operation["operationId"])
        self._hold_query(operation, request)
        self._hold_body(operation, request)
        status, success = next((code, one) for code, one in operation["responses"].items() if code.startswith("2"))
        example = success["content"]["application/json"]["example"]
        # One page is enough: an example that names a next one would be read for ever.
        last = {**example, "next_cursor": None} if "next_cursor" in example else example
        return httpx2.Response(int(status), json=last)

    def _operation(self, request: httpx2.Request) -> dict[str, Any]:
        for path, methods in self._document["paths"].items():
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", path)
            if re.fullmatch(pattern, request.url.path) and request.method.lower() in methods:
                found: dict[str, Any] = methods[request.method.lower()]
                return found
        raise AssertionError(f"the interface has no {request.method} {request.url.path}")

    def _hold_query(self, operation: Mapping[str, Any], request: httpx2.Request) -> None:
        described = {one["name"]: one for one in operation.get("parameters", ())}
        for name, value in request.url.params.items():
            assert name in described, name
            schema = described[name]["schema"]
            kinds = {one.get("type") for one in schema.get("anyOf", [schema])}
            read: Any = int(value) if "integer" in kinds else json.loads(value) if "boolean" in kinds else value
            self._validate(schema, read)
        if "Idempotency-Key" in described:
            assert request.headers["idempotency-key"]

    def _hold_body(self, operation: Mapping[str, Any], request: httpx2.Request) -> None:
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            self._validate(content["application/json"]["schema"], json.loads(request.read()))
        else:
            assert not request.read()

    def _validate(self, schema: Mapping[str, Any], value: Any) -> None:
        Draft202012Validator({**schema, "components": self._document["components"]}).validate(value)


@pytest.fixture
def described(document: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Described:
    monkeypatch.setenv("PLEDGEBOARD_HOME", str(tmp_path))
    monkeypatch.setenv("PLEDGEBOARD_URL", "http://gateway.test")
    TokenStore(tmp_path, "default").write(
        Tokens(issuer="http://issuer.test", access_token="t", expires_at=4e9, user="somebody")
    )
    return Described(document)


@pytest.mark.parametrize("output", ["json", "text"])
@pytest.mark.parametrize("duty", DUTIES)
def test_p3_3_each_duty_is_what_the_interface_describes(
    duty: str, output: str, described: Described, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    words = [str(UUID(ID)) if word == "ID" else word for word in duty.split()]

    with pytest.raises(SystemExit) as ended:
        main(["--output", output, *words], transport=httpx2.MockTransport(described))

    assert ended.value.code in {0, None}
    assert described.operations


def test_p3_3_no_command_is_left_out() -> None:
    walked = {" ".join(word for word in duty.split() if re.fullmatch(r"[a-z-]+", word)) for duty in DUTIES}

    for path in paths(typer.main.get_command(app)):
        assert path in ELSEWHERE or any(one.startswith(path) for one in walked), path


def test_p3_3_every_command_that_is_the_operators_alone_has_its_verb(
    document: dict[str, Any], described: Described, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    for duty in DUTIES:
        with pytest.raises(SystemExit):
            main([ID if word == "ID" else word for word in duty.split()], transport=httpx2.MockTransport(described))

    # A load is a file; its verb has tests of its own.
    assert operators_commands(document) - set(described.operations) == {"loadReferenceData"}


def operators_commands(document: Mapping[str, Any]) -> set[str]:
    """What changes something and is for staff alone, by the matrix."""
    matrix = load_matrix()
    found = set()
    for methods in document["paths"].values():
        for method, operation in methods.items():
            row = operation.get("x-pledgeboard-operation")
            if method == "get" or row is None:
                continue
            allowed = {role for role, cell in matrix.permission(row).cells.items() if cell != "-"}
            if allowed & STAFF and not allowed & PARTICIPANTS:
                found.add(operation["operationId"])
    return found


def paths(command: Any, before: tuple[str, ...] = ()) -> list[str]:
    """Every command's path."""
    within = getattr(command, "commands", None)
    if within is None:
        return [" ".join(before)]
    return [path for name, one in within.items() for path in paths(one, (*before, name))]
