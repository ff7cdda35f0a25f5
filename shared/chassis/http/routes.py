"""Routes that cannot be declared without naming the row of the authorization matrix they stand under."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response, params
from fastapi.routing import APIRoute

from chassis.authorization import Act, OperationDenied, Permission, load_matrix
from chassis.cause import ANONYMOUS, Subject
from chassis.http.causes import Promise, cause_of, limited
from chassis.http.deadline import lift_deadline
from chassis.http.edge import Denial, Edge
from chassis.kernel import Refusal
from chassis.logs import logger
from chassis.problems import Problems, TokenRefused, TraceUnavailable

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])
READING = frozenset({"GET", "HEAD"})
DENIED_HEADER = "x-pledgeboard-denied"


class UnknownOperation(ValueError):
    """A route named an operation that the authorization matrix does not know: it was never allowed to exist."""


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What one route demands. Checked before the body is read."""

    operation: str
    act: Act
    promise: Promise
    reading: bool

    def permission(self, edge: Edge) -> Permission:
        """The route's row of the matrix."""
        return edge.matrix.permission(self.operation)

    async def admit(self, request: Request) -> None:
        """Lets the request pass with its cause in `request.state`, or refuses and records the denial.

        Raises:
            Refusal: identity, the matrix or the route's promise says no.
        """
        edge: Edge = request.app.state.edge
        subject = ANONYMOUS
        try:
            subject = await edge.identity.subject(request.headers.get("authorization"))
            edge.matrix.authorize(subject, self.operation, act=self.act, reading=self.reading, now=edge.clock())
            if DENIED_HEADER in request.headers:
                # The gateway has denied it and keeps no trail of its own: here the denial is recorded, nothing else.
                raise OperationDenied
        except Refusal as refusal:
            await self.record_denial(request, subject, refusal)
            raise
        traced = self.reading and self.permission(edge).traced
        cause = await cause_of(request, subject, operation=self.operation, promise=self.promise, traced=traced)
        request.state.subject = subject
        request.state.cause = cause

    async def record_denial(self, request: Request, subject: Subject, refusal: Refusal) -> None:
        """Leaves the denial in the trail where it is one. A trail that fails never turns it into a permission."""
        problems: Problems = request.app.state.problems
        if not is_denial(refusal, problems):
            return
        edge: Edge = request.app.state.edge
        denial = Denial(
            subject=subject,
            operation=self.operation,
            slug=refusal.slug,
            method=request.method,
            route=str(getattr(request.scope.get("route"), "path", request.url.path)),
            objects={name: str(value) for name, value in request.path_params.items()},
        )
        try:
            await edge.trail.denied(denial)
        except Exception:  # noqa: BLE001  # whatever keeps the trail from writing, the answer stays no
            logger("http").exception("denial not recorded", operation=self.operation, slug=refusal.slug)


def is_denial(refusal: Refusal, problems: Problems) -> bool:
    """Whether a refusal denies a right: 401, 403, or a class that says so (`denial = True`: another's object, 404)."""
    if isinstance(refusal, TokenRefused):
        return True
    return problems.of(refusal).status in {401, 403} or bool(getattr(refusal, "denial", False))


class GuardedRoute(APIRoute):
    """A route with its guard before it and the check for the trace behind it."""

    guard: Guard

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The endpoint between the guard and the trace check."""
        answer = super().get_route_handler()
        guard: Guard = getattr(self.endpoint, "__guard__")  # noqa: B009  # set by Routes on every endpoint

        async def guarded(request: Request) -> Response:
            request = limited(request, guard.promise.body_bytes_max or request.app.state.body_bytes_max)
            await guard.admit(request)
            if guard.promise.streaming:
                lift_deadline(request.scope)
            else:
                await request.body()
            cause = request.state.cause
            try:
                response = await answer(request)
            except Refusal as refusal:
                await guard.record_denial(request, cause.subject, refusal)
                raise
            if cause.traced and not cause.ticket.traced:
                logger("http").error("a read that must leave a trace left none", operation=guard.operation)
                raise TraceUnavailable
            return response

        return guarded


class Routes:
    """The routes of one noun. Every one names its operation; posts are idempotent unless they say why not."""

    def __init__(
        self,
        *,
        service: str,
        prefix: str = "/api/v1",
        tags: Sequence[str] = (),
        dependencies: Sequence[params.Depends] = (),
    ) -> None:
        self.service = service
        self.router = APIRouter(
            prefix=prefix, tags=list(tags), dependencies=list(dependencies), route_class=GuardedRoute
        )

    def get(self, path: str, *, operation: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """A read."""
        return self._route("GET", path, operation=operation, idempotent=False, **options)

    def post(
        self,
        path: str,
        *,
        operation: str,
        idempotent: bool = True,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """A creating or changing post; the caller's Idempotency-Key is required unless `idempotent` is off."""
        return self._route("POST", path, operation=operation, idempotent=idempotent, **options)

    def put(self, path: str, *, operation: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """A replacement."""
        return self._route("PUT", path, operation=operation, **options)

    def delete(self, path: str, *, operation: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """A removal."""
        return self._route("DELETE", path, operation=operation, **options)

    def _route(  # noqa: PLR0913  # each is a demand a route may make
        self,
        method: str,
        path: str,
        *,
        operation: str,
        act: Act = "use",
        idempotent: bool = False,
        versioned: bool = False,
        streaming: bool = False,
        body_bytes_max: int | None = None,
        internal: bool = False,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        if operation not in load_matrix():
            raise UnknownOperation(f"{method} {path} names {operation}: add its row to the matrix first")
        promise = Promise(
            idempotent=idempotent, versioned=versioned, streaming=streaming, body_bytes_max=body_bytes_max
        )
        guard = Guard(operation=operation, act=act, promise=promise, reading=method in READING)

        def declare(endpoint: Endpoint) -> Endpoint:
            endpoint.__guard__ = guard  # type: ignore[attr-defined]  # read back by GuardedRoute
            name: str = getattr(endpoint, "__name__", path)
            options.setdefault("operation_id", _camel(name))
            published = _documented(guard, internal=internal, changing=method not in READING)
            options["openapi_extra"] = {**published, **options.get("openapi_extra", {})}
            self.router.add_api_route(path, endpoint, methods=[method], **options)
            return endpoint

        return declare


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _documented(guard: Guard, *, internal: bool, changing: bool) -> dict[str, Any]:
    """What the gateway reads from the published interface, beside what clients do."""
    said: dict[str, Any] = {
        "x-pledgeboard-operation": guard.operation,
        "x-pledgeboard-act": guard.act,
        "x-pledgeboard-streaming": guard.promise.streaming,
        "x-pledgeboard-body-bytes-max": guard.promise.body_bytes_max,
        "x-pledgeboard-internal": internal,
    }
    extra = {name: value for name, value in said.items() if value not in (None, False, "use")}
    if changing:
        key = _header("Idempotency-Key", required=guard.promise.idempotent, example="0192f2be-7c1d-7a52-b0c5-2f6a3f6f")
        version = _header("If-Match", required=guard.promise.versioned, example='"3"')
        extra["parameters"] = [key, version]
    return extra


def _header(name: str, *, required: bool, example: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "schema": {"type": "string"}, "example": example}
