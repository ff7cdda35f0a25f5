"""The interface of the whole platform as one document, made without starting anything."""

import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, get_type_hints

NEIGHBOURS = ("listing", "review", "messaging", "monitoring")
# Enough for a service to be wired; nothing is opened by that.
_ENVIRONMENT = {
    "ENVIRONMENT": "test",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "KAFKA_PASSWORD": "none",
    "KAFKA_ADMIN_USERNAME": "none",
    "KAFKA_ADMIN_PASSWORD": "none",
    "ACCOUNT_REF_KEY": "0123456789abcdef0123456789abcdef",
}


def documents() -> dict[str, Mapping[str, Any]]:
    """What each service publishes, by service."""
    with _environment():
        return {service: _application(service).openapi() for service in (*NEIGHBOURS, "gateway")}


def merged(published: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """The one document that clients are given at the door."""
    found = documents() if published is None else published
    # The services stand above this floor: they are looked up, not imported.
    merge = importlib.import_module("gateway.application.queries.merge_interfaces").merge_interfaces
    neighbours = {service: found[service] for service in NEIGHBOURS}
    document: dict[str, Any] = merge(found["gateway"], neighbours, missing=frozenset())
    return document


def _application(service: str) -> Any:  # FastAPI's
    build = importlib.import_module(f"{service}.wiring").build
    made = build(get_type_hints(build)["settings"]()).api()
    # The gateway's stands behind what answers without it.
    return getattr(made, "app", made)


@contextmanager
def _environment() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _ENVIRONMENT}
    os.environ.update(_ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
