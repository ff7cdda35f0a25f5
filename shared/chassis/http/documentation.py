"""The interface in OpenAPI 3.1: problems and the way to sign in, said once for every operation."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from chassis.problems import MEDIA_TYPE

PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. `type` is stable; `title` is in the reader's language.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:pledgeboard:problem:request-invalid"]},
        "title": {"type": "string", "examples": ["请求内容不符合规定格式"]},
        "status": {"type": "integer", "examples": [422]},
        "instance": {"type": "string"},
        "trace_id": {"type": "string", "examples": ["0af7651916cd43dd8448eb211c80319c"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "rule", "message"],
                "properties": {
                    "pointer": {"type": "string", "examples": ["/lines/0/quantity"]},
                    "rule": {"type": "string", "examples": ["greater-than"]},
                    "message": {"type": "string", "examples": ["应大于 0"]},
                },
            },
        },
    },
}
_ALWAYS = ("401", "403", "422", "500", "503")


def describe(app: FastAPI) -> None:
    """Gives the application its OpenAPI document; made once, when it is first asked for."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(
                get_openapi(title=app.title, version=app.version, openapi_version="3.1.0", routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    for path in schema.get("paths", {}).values():
        for operation in path.values():
            _document_operation(operation)
    return schema


def _document_operation(operation: dict[str, Any]) -> None:
    operation.setdefault("security", [{"bearer": []}])
    responses = operation.setdefault("responses", {})
    for status in _ALWAYS:
        responses[status] = {
            "description": "Problem",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
