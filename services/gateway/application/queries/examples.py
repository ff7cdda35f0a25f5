"""An example for everything an interface describes: what its author gave, else one made from the schema alone.

The same schema always gives the same example, so that the document can be compared.
"""

from collections.abc import Mapping
from typing import Any

_DEPTH_MAX = 40
_BY_FORMAT = {
    "uuid": "0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b",
    "date": "2026-03-31",
    "date-time": "2026-03-31T16:00:00+08:00",
    "uri": "https://pledgeboard.example/",
    "email": "user@pledgeboard.example",
}
_BY_NAME = {
    "firm_id": "F001",
    "user_id": "chen-wei",
    "participant_id": "P-CHEN",
    "security": "600519",
    "market": "SH",
    "cursor": "WyIyMDI2LTAzLTMxIl0",
    "kind": "price",
    "accession": "AAE-000000000042-0001",
    "indicator_id": "M9.3a",
    "contract_id": "C-00000001",
}
_PLAIN: Mapping[str, Any] = {"integer": 1, "number": 1.5, "boolean": True, "null": None}


class Examples:
    """Examples of one document's schemas."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas

    def of(self, schema: Mapping[str, Any], *, name: str = "", depth: int = 0) -> Any:
        """An example that the schema accepts."""
        given = _given(schema)
        if given is not None:
            return given
        if depth > _DEPTH_MAX:
            return None
        if "$ref" in schema:
            return self.of(self._schemas[schema["$ref"].rpartition("/")[2]], name=name, depth=depth + 1)
        for several in ("anyOf", "oneOf"):
            if several in schema:
                chosen = [one for one in schema[several] if one.get("type") != "null"] or schema[several]
                return self.of(chosen[0], name=name, depth=depth + 1)
        if "allOf" in schema:
            return self.of(schema["allOf"][0], name=name, depth=depth + 1)
        return self._of_kind(schema, name, depth)

    def _of_kind(self, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        kind = schema.get("type", "object" if "properties" in schema else None)
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return [self.of(schema.get("items", {}), name=name.removesuffix("s"), depth=depth + 1)]
        if kind == "string":
            return _text(schema, name)
        if kind in {"integer", "number"}:
            return max(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1), 1)
        return _PLAIN.get(str(kind))

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        found = {name: self.of(one, name=name, depth=depth + 1) for name, one in schema.get("properties", {}).items()}
        further = schema.get("additionalProperties")
        if not found and isinstance(further, Mapping) and further:
            name = str(_given(schema.get("propertyNames", {})) or _first(schema.get("propertyNames", {})) or "name")
            found[name] = self.of(further, depth=depth + 1)
        return found


def _given(schema: Mapping[str, Any]) -> Any:
    if "const" in schema:
        return schema["const"]
    if "example" in schema:
        return schema["example"]
    examples = schema.get("examples")
    if examples:
        return examples[0] if isinstance(examples, list) else next(iter(examples.values())).get("value")
    return _first(schema)


def _first(schema: Mapping[str, Any]) -> Any:
    enum = schema.get("enum")
    return enum[0] if enum else None


def _text(schema: Mapping[str, Any], name: str) -> str:
    said = _BY_FORMAT.get(schema.get("format", "")) or _BY_NAME.get(name)
    if said is None:
        said = "1.50" if "pattern" in schema else "text"
    return said.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", len(said) + 100)]


def add_examples(document: dict[str, Any]) -> None:
    """Gives every parameter, body and answer of a document an example where its author gave none."""
    examples = Examples(document["components"]["schemas"])
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if "example" not in parameter and "examples" not in parameter:
                    parameter["example"] = examples.of(parameter.get("schema", {}), name=parameter["name"])
            _contents(operation.get("requestBody", {}), examples)
            for response in operation["responses"].values():
                _contents(response, examples)


def _contents(described: Mapping[str, Any], examples: Examples) -> None:
    for kind, content in described.get("content", {}).items():
        if "example" not in content and "examples" not in content and "schema" in content and "json" in kind:
            content["example"] = examples.of(content["schema"])
