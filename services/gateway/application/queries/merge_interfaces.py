"""One OpenAPI document of all that clients may reach: the neighbours' interfaces and the gateway's own."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.application.queries.examples import add_examples

_SHARED_SCHEMAS = frozenset({"Problem"})
_REFERENCE = "#/components/schemas/"
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_INTERNAL = re.compile(r"^x-pledgeboard-(act|streaming|body-bytes-max|internal)$")


def merge_interfaces(
    own: Mapping[str, Any], neighbours: Mapping[str, Mapping[str, Any]], *, missing: frozenset[str]
) -> dict[str, Any]:
    """The merged document. Schemas bear their service's name before theirs, except the one problem of all.

    Every parameter, body and answer has an example. Neighbours never heard of are named in `x-degraded`.
    """
    merged: dict[str, Any] = {
        "openapi": own["openapi"],
        "info": dict(own["info"]),
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": own["components"].get("securitySchemes", {})},
    }
    for service, document in {"gateway": own, **neighbours}.items():
        _add(merged, service, document)
    _tell_apart(merged)
    add_examples(merged)
    if missing:
        merged["x-degraded"] = sorted(missing)
    return merged


def _add(merged: dict[str, Any], service: str, document: Mapping[str, Any]) -> None:
    schemas = document.get("components", {}).get("schemas", {})
    names = {name: name if name in _SHARED_SCHEMAS else _prefixed(service, name) for name in schemas}
    for name, schema in schemas.items():
        merged["components"]["schemas"][names[name]] = _renamed(schema, names)
    for path, methods in document.get("paths", {}).items():
        for method, operation in methods.items():
            if method not in _METHODS or operation.get("x-pledgeboard-internal"):
                continue
            public = {key: value for key, value in operation.items() if not _INTERNAL.match(key)}
            merged["paths"].setdefault(path, {})[method] = {**_renamed(public, names), "x-service": service}


def _prefixed(service: str, name: str) -> str:
    return service.capitalize() + name


def _renamed(node: Any, names: Mapping[str, str]) -> Any:  # any JSON
    if isinstance(node, list):
        return [_renamed(one, names) for one in node]
    if not isinstance(node, dict):
        return node
    return {key: _renamed_value(key, value, names) for key, value in node.items()}


def _renamed_value(key: str, value: Any, names: Mapping[str, str]) -> Any:  # any JSON
    if key == "$ref":
        return _new_reference(value, names)
    if key == "discriminator" and isinstance(value, dict) and "mapping" in value:
        return {**value, "mapping": {name: _new_reference(one, names) for name, one in value["mapping"].items()}}
    return _renamed(value, names)


def _new_reference(reference: str, names: Mapping[str, str]) -> str:
    name = reference.removeprefix(_REFERENCE)
    return _REFERENCE + names.get(name, name)


def _tell_apart(merged: dict[str, Any]) -> None:
    """Operation ids are unique: where two services chose the same, theirs gets the service's name before it."""
    seen: set[str] = set()
    for methods in merged["paths"].values():
        for operation in methods.values():
            chosen = operation["operationId"]
            if chosen in seen:
                chosen = operation["x-service"] + chosen[:1].upper() + chosen[1:]
                operation["operationId"] = chosen
            seen.add(chosen)
