"""The merged interface and its pages, served from this process alone: nothing is fetched from elsewhere."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from openapi_ui_bundles import swagger_ui

from chassis.http import Routes
from gateway.application.ports import Interfaces
from gateway.application.queries.merge_interfaces import merge_interfaces

_ASSETS = Literal["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"]
_TYPES: Mapping[str, str] = {"css": "text/css", "js": "text/javascript", "png": "image/png"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
}
_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>接口文档 · Pledgeboard API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css"><link rel="icon" href="/docs/assets/favicon-32x32.png">
</head><body><div id="interface"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>
</body></html>"""
_START = """SwaggerUIBundle({
  url: "/api/v1/openapi.json", dom_id: "#interface", deepLinking: true, validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis], tryItOutEnabled: true, persistAuthorization: false,
});
"""


def routes(own: Callable[[], FastAPI], interfaces: Interfaces) -> Routes:
    """The interface specification, which everybody may read."""
    documentation = Routes(service="gateway", prefix="", tags=["documentation"])

    @documentation.get("/api/v1/openapi.json", operation="public.read", include_in_schema=False)
    async def read_interface() -> dict[str, Any]:
        """One document of all services, as they are reachable here."""
        published = await interfaces.complete()
        return merge_interfaces(own().openapi(), published.documents, missing=published.missing)

    @documentation.get("/docs", operation="public.read", include_in_schema=False)
    async def read_documentation() -> HTMLResponse:
        """The interface for reading and trying out."""
        return HTMLResponse(_PAGE, headers=_HEADERS)

    @documentation.get("/docs/start.js", operation="public.read", include_in_schema=False)
    async def start() -> Response:
        """What the page runs."""
        return Response(_START, media_type=_TYPES["js"], headers=_HEADERS)

    @documentation.get("/docs/assets/{name}", operation="public.read", include_in_schema=False)
    async def read_asset(name: _ASSETS, request: Request) -> FileResponse:
        """What the page is made of."""
        del request
        kind = _TYPES[name.rpartition(".")[2]]
        headers = {**_HEADERS, "Cache-Control": "public, max-age=86400"}
        return FileResponse(swagger_ui.static_path / name, media_type=kind, headers=headers)

    return documentation
