"""From a request to a cause: who asks, by which operation, with which promise and on which version."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from inspect import iscoroutinefunction
from typing import Annotated, TypeVar, get_type_hints

import msgspec
from fastapi import Depends, Request
from starlette.types import Message

from chassis.cause import Cause, Idempotency, Subject
from chassis.http.etag import version_of
from chassis.idempotency import AlreadyDone
from chassis.kernel import FieldError
from chassis.problems import ContentTooLarge, IdempotencyKeyMissing, PreconditionMissing, RequestInvalid
from chassis.telemetry import current_trace_headers

KEY_CHARACTERS_MAX = 200
CommandT = TypeVar("CommandT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What a route asks of its callers: a key that makes it safe to repeat, a version it was made on.

    A streaming route reads its body itself; others have it read, within their limit, before they run.
    """

    idempotent: bool
    versioned: bool
    streaming: bool
    body_bytes_max: int | None = None


async def cause_of(request: Request, subject: Subject, *, operation: str, promise: Promise, traced: bool) -> Cause:
    """The cause of a request that has passed the guard.

    Raises:
        IdempotencyKeyMissing, PreconditionMissing, RequestInvalid: the headers do not keep the route's promise.
    """
    expected_version = version_of(request.headers.get("if-match"))
    if promise.versioned and "if-match" not in request.headers:
        raise PreconditionMissing
    return Cause(
        subject=subject,
        operation=operation,
        idempotency=await _idempotency(request, promise),
        expected_version=expected_version,
        traced=traced,
        trace=current_trace_headers(),
    )


async def _idempotency(request: Request, promise: Promise) -> Idempotency | None:
    key = request.headers.get("idempotency-key")
    if key is None:
        if promise.idempotent:
            raise IdempotencyKeyMissing
        return None
    if not 1 <= len(key) <= KEY_CHARACTERS_MAX or not key.isascii() or not key.isprintable():
        raise RequestInvalid(
            errors=[
                FieldError(
                    pointer="/header/Idempotency-Key",
                    rule="idempotency-key",
                    message_zh=f"应为 1 到 {KEY_CHARACTERS_MAX} 个可打印 ASCII 字符",
                    message_en=f"must be 1 to {KEY_CHARACTERS_MAX} printable ASCII characters",
                )
            ]
        )
    body = b"" if promise.streaming else await request.body()
    return Idempotency(key=key, request_hash=_hash_of(request, body))


def limited(request: Request, bytes_max: int) -> Request:
    """The same request with a body that refuses to be larger than allowed, declared or not.

    Raises:
        ContentTooLarge: the declared length is too large already; a longer stream raises it while it is read.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > bytes_max:
        raise ContentTooLarge(bytes_max=bytes_max)
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > bytes_max:
            raise ContentTooLarge(bytes_max=bytes_max)
        return message

    return Request(request.scope, receive)


def _hash_of(request: Request, body: bytes) -> str:
    parts = (request.method, request.url.path, request.url.query, request.headers.get("if-match", ""))
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + body).hexdigest()


def with_content(cause: Cause, digest: str) -> Cause:
    """The same cause, with a streamed body's digest in its request hash: one key, one content."""
    if cause.idempotency is None:
        return cause
    request_hash = hashlib.sha256(f"{cause.idempotency.request_hash}\n{digest}".encode()).hexdigest()
    return replace(cause, idempotency=replace(cause.idempotency, request_hash=request_hash))


def _cause(request: Request) -> Cause:
    cause: Cause = request.state.cause
    return cause


CommandCause = Annotated[Cause, Depends(_cause)]
QueryCause = Annotated[Cause, Depends(_cause)]


async def command(handler: Callable[[CommandT, Cause], Awaitable[ResultT]], command: CommandT, cause: Cause) -> ResultT:
    """Runs a handler; a request that was done before gets the answer it got then."""
    try:
        return await handler(command, cause)
    except AlreadyDone as done:
        stored: ResultT = msgspec.json.decode(done.result, type=_result_type(handler))
        return stored


def _result_type(handler: Callable[..., object]) -> object:
    call = handler if iscoroutinefunction(handler) else type(handler).__call__
    return get_type_hints(call)["return"]
