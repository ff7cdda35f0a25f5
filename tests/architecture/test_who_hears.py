"""A service is registered as hearing exactly what its code listens to: nobody holds a right that nobody uses."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.reference.v1 import KINDS
from events.registry import heard_by

# Firms' topics are found by their pattern at run time, not declared by name.
BY_PATTERN = {"submissions.{firm}", "test.submissions.{firm}"}


@pytest.mark.parametrize("service", ["listing", "review", "messaging", "monitoring", "gateway"])
def test_what_is_registered_is_what_is_listened_to(service: str, project_root: Path) -> None:
    registered = {one.name for one in heard_by(service)} - BY_PATTERN

    assert set(listened_to(project_root / "services" / service)) == registered


def listened_to(room: Path) -> Iterator[str]:
    for path in room.rglob("*.py"):
        if "tests" not in path.relative_to(room).parts:
            for node in ast.walk(ast.parse(path.read_text())):
                yield from _subscribed(node)
                yield from _projected(node)


def _subscribed(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Subscriptions":
        yield from (
            str(one.value.value) for one in node.keywords if one.arg == "topic" and isinstance(one.value, ast.Constant)
        )


def _projected(node: ast.AST) -> Iterator[str]:
    """The kinds named in the function that makes a service's projections of reference data."""
    if isinstance(node, ast.FunctionDef) and node.name == "projections":
        for inner in ast.walk(node):
            if isinstance(inner, ast.Constant) and inner.value in KINDS:
                yield f"reference.{inner.value}.v1"
