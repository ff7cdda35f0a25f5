"""Everything the neighbours publish, passed on: authenticated, authorised by the same matrix, within the deadline."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from chassis.authorization import Act
from chassis.cause import ANONYMOUS, Cause, Subject
from chassis.http.application import OPERATION_KEY
from chassis.http.causes import limited
from chassis.http.deadline import lift_deadline
from chassis.http.edge import Edge
from chassis.http.routes import DENIED_HEADER, is_denial
from chassis.kernel import Refusal
from chassis.logs import logger
from chassis.problems import MethodNotAllowed, NotFound, Problems
from gateway.application.commands.ensure_registration import EnsureRegistration
from gateway.application.ports import Incoming, Interfaces, Neighbours, NeighbourUnavailable, Outgoing
from gateway.application.route_table import Operation
from gateway.application.use_cases import UseCases
from gateway.transport.http.cached_reads import CachedReads
from gateway.transport.http.limits import Limits, address_of

PREFIX = "/api/v1/"
PASSED_ON = (
    "authorization", "accept", "accept-language", "content-type", "content-digest", "idempotency-key", "if-match",
    "if-none-match", "last-event-id", "prefer",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Forwarding:
    """The parts forwarding stands on."""

    edge: Edge
    problems: Problems
    neighbours: Neighbours
    interfaces: Interfaces
    use_cases: UseCases
    limits: Limits
    cached: CachedReads

    async def answer(self, request: Request) -> Response:
        """The neighbour's answer, or the problem that keeps it from being asked."""
        subject = await self._caller(request)
        operation = await self._operation(request)
        request.scope[OPERATION_KEY] = operation.operation
        try:
            self.edge.matrix.authorize(
                subject, operation.operation, act=_act(operation), reading=operation.reading, now=self.edge.clock()
            )
        except Refusal as refusal:
            await self._report(request, operation, refusal)
            raise
        if operation.neighbour == "listing":
            await self._register(request, subject, operation)
        if operation.streaming:
            lift_deadline(request.scope)
        if self.cached.covers(operation, traced=self.edge.matrix.permission(operation.operation).traced):
            return await self._cached(request, operation)
        return _response(await self.neighbours.send(await _outgoing(request, operation)))

    async def _caller(self, request: Request) -> Subject:
        address = address_of(request)
        try:
            subject = await self.edge.identity.subject(request.headers.get("authorization"))
        except Refusal:
            await self.limits.admit(ANONYMOUS, address)
            raise
        await self.limits.admit(subject, address)
        return subject

    async def _operation(self, request: Request) -> Operation:
        path = request.url.path
        if any(step in {"", ".", ".."} for step in path.removeprefix(PREFIX).split("/")):
            raise NotFound
        published = self.interfaces.known()
        operation = published.table.find(request.method, path)
        if operation is None and published.missing:
            published = await self.interfaces.complete()
            operation = published.table.find(request.method, path)
        if operation is not None:
            return operation
        if published.table.methods(path):
            raise MethodNotAllowed
        if published.missing:
            # Whether the path exists is known only to a neighbour that has not been heard of yet.
            raise NeighbourUnavailable(neighbour=",".join(sorted(published.missing)))
        raise NotFound

    async def _register(self, request: Request, subject: Subject, operation: Operation) -> None:
        authorization = request.headers.get("authorization")
        if authorization is None:
            return
        command = EnsureRegistration(
            authorization=authorization, language=request.headers.get("accept-language", "zh-CN")
        )
        await self.use_cases.ensure_registration(command, Cause(subject=subject, operation=operation.operation))

    async def _report(self, request: Request, operation: Operation, refusal: Refusal) -> None:
        """Has the owner of the object record the denial: it keeps the trail, and is told that it is one."""
        if not is_denial(refusal, self.problems):
            return
        outgoing = Outgoing(
            neighbour=operation.neighbour,
            method=request.method,
            target=_target(request),
            headers={**_headers(request), DENIED_HEADER: refusal.slug},
        )
        try:
            await self.neighbours.send(outgoing)
        except NeighbourUnavailable:
            logger("forwarding").warning("denial not recorded", operation=operation.operation, slug=refusal.slug)

    async def _cached(self, request: Request, operation: Operation) -> Response:
        target = _target(request)
        if (ready := self.cached.here(request, target)) is not None:
            return ready

        async def ask() -> Incoming:
            outgoing = await _outgoing(request, operation)
            # Its own copy may be older than what the client has: the comparison is made here.
            asked = {name: value for name, value in outgoing.headers.items() if name != "if-none-match"}
            return await self.neighbours.send(replace(outgoing, headers=asked))

        found = await self.cached.answer(request, operation, target, ask)
        return _response(found) if isinstance(found, Incoming) else found


def install(app: FastAPI, forwarding: Forwarding) -> None:
    """Answers every path of the interface that the gateway does not answer itself."""
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    app.router.add_route(PREFIX + "{rest:path}", forwarding.answer, methods=methods, include_in_schema=False)


def _act(operation: Operation) -> Act:
    acts: Mapping[str, Act] = {"propose": "propose", "approve": "approve"}
    return acts.get(operation.act, "use")


def _target(request: Request) -> str:
    # The path is written anew from what was matched, so that no second reading of it can differ from ours.
    path = "/".join(quote(step, safe="") for step in request.url.path.split("/"))
    return f"{path}?{request.url.query}" if request.url.query else path


def _headers(request: Request) -> dict[str, str]:
    return {name: request.headers[name] for name in PASSED_ON if name in request.headers}


async def _outgoing(request: Request, operation: Operation) -> Outgoing:
    bounded = limited(request, operation.body_bytes_max)
    return Outgoing(
        neighbour=operation.neighbour,
        method=request.method,
        target=_target(request),
        headers=_headers(request),
        body=_stream(bounded) if operation.streaming else await bounded.body(),
        streaming=operation.streaming,
    )


async def _stream(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        if chunk:
            yield chunk


def _response(incoming: Incoming) -> Response:
    if isinstance(incoming.body, bytes):
        return Response(incoming.body, status_code=incoming.status, headers=dict(incoming.headers))
    return StreamingResponse(incoming.body, status_code=incoming.status, headers=dict(incoming.headers))
