"""One FastAPI application of a service: its routes behind the edge, every error a problem, every answer measured."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.failures import is_transient
from chassis.http.deadline import ANSWER_SECONDS_MAX, AnsweredInTime
from chassis.http.documentation import describe
from chassis.http.edge import Edge
from chassis.http.routes import Routes
from chassis.http.validation import field_errors
from chassis.kernel import Refusal
from chassis.logs import logger
from chassis.metrics import DENIALS, HTTP_SECONDS
from chassis.problems import (
    MEDIA_TYPE,
    ContentTooLarge,
    DependencyUnavailable,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
    Problem,
    Problems,
    RequestInvalid,
    Unexpected,
    preferred_language,
)
from chassis.telemetry import current_trace_id
from chassis.unit_of_work import VersionConflict

BODY_BYTES_MAX = 1024 * 1024
OPERATION_KEY = "pledgeboard.operation"
_ALWAYS_SAID = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
_BY_STATUS: Mapping[int, type[Refusal]] = {
    400: RequestInvalid,
    404: NotFound,
    405: MethodNotAllowed,
    413: ContentTooLarge,
    422: RequestInvalid,
}


def create_application(  # noqa: PLR0913  # each has a default but the first two
    *,
    edge: Edge,
    routes: Sequence[Routes],
    problems: Mapping[type[Refusal], int] | None = None,
    title: str,
    version: str = "0.1.0",
    openapi_url: str | None = "/api/v1/openapi.json",
    body_bytes_max: int = BODY_BYTES_MAX,
    answer_seconds_max: float = ANSWER_SECONDS_MAX,
) -> FastAPI:
    """Builds the application. `problems` is the service's table of refusals; the chassis adds its own."""
    app = FastAPI(
        title=title,
        version=version,
        openapi_url=openapi_url,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"metrics": False, "logs": False, "operation_spans": False},
    )
    app.state.edge = edge
    app.state.body_bytes_max = body_bytes_max
    app.state.problems = Problems(problems or {})
    for one in routes:
        app.include_router(one.router)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(AnsweredInTime, seconds=answer_seconds_max, too_late=_too_late)
    app.add_middleware(Measured, service=edge.service)
    describe(app)
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101  # registered for this class
    if isinstance(error, VersionConflict) and "if-match" in request.headers:
        error = PreconditionFailed(errors=error.errors, **error.details)
    return respond(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for this class
    return respond(request, RequestInvalid(errors=field_errors(error.errors())))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for this class
    # FastAPI wraps what goes wrong while it parses a form; ours stands behind it.
    wrapped = error.__cause__
    refusal = wrapped if isinstance(wrapped, Refusal) else _BY_STATUS.get(error.status_code, Unexpected)()
    return respond(request, refusal, headers=error.headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    if is_transient(error):
        logger("http").warning("a dependency is away", method=request.method, reason=type(error).__name__)
        return respond(request, DependencyUnavailable(dependency="database"))
    logger("http").error("unexpected error", method=request.method, exc_info=error)
    return respond(request, Unexpected())


async def _too_late(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    logger("http").warning("no answer in time", method=request.method, operation=_operation(scope))
    await respond(request, DependencyUnavailable())(scope, receive, send)


def respond(request: Request, refusal: Refusal, *, headers: Mapping[str, str] | None = None) -> Response:
    """The problem of a refusal, in the reader's language."""
    problems: Problems = request.app.state.problems
    problem = problems.of(refusal)
    edge: Edge = request.app.state.edge
    if problem.status in {401, 403}:
        DENIALS.labels(edge.service, _operation(request.scope), problem.slug).inc()
    language = preferred_language(request.headers.get("accept-language"))
    return Response(
        problem.body(language, trace_id=current_trace_id(), instance=request.url.path),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={**(headers or {}), **_headers_of(problem, language)},
    )


def _headers_of(problem: Problem, language: str) -> dict[str, str]:
    headers = {"Content-Language": "zh-CN" if language == "zh" else "en", "Cache-Control": "no-store"}
    if problem.status == 401:  # noqa: PLR2004  # the status that demands the header
        headers["WWW-Authenticate"] = 'Bearer realm="pledgeboard"'
    if "retry_after" in problem.details:
        headers["Retry-After"] = str(problem.details["retry_after"])
    return headers


def _operation(scope: Mapping[str, Any]) -> str:
    if OPERATION_KEY in scope:
        return str(scope[OPERATION_KEY])
    guard = getattr(getattr(scope.get("route"), "endpoint", None), "__guard__", None)
    return str(guard.operation) if guard else "-"


class Measured:
    """Times every answer by operation, and forbids caches unless the endpoint allowed one."""

    def __init__(self, app: ASGIApp, *, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and times its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()

        async def measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _guarded(message["headers"])
                labels = (self._service, _operation(scope), scope["method"], str(message["status"]))
                HTTP_SECONDS.labels(*labels).observe(time.perf_counter() - started)
            await send(message)

        await self._app(scope, receive, measured)


def _guarded(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """No cache keeps an answer, and no browser takes it for something else, unless the endpoint has said so."""
    said = list(headers)
    names = {name.lower() for name, _ in said}
    return [*said, *((name, value) for name, value in _ALWAYS_SAID if name not in names)]
