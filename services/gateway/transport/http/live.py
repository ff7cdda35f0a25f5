"""Live updates as server-sent events: ids of what happened, never content; the client reads again what it shows."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Header
from fastapi.responses import StreamingResponse

from chassis.cause import Subject
from chassis.http import QueryCause, Routes
from gateway.application.live_hub import Connection, Told
from gateway.application.queries.follow_live import FollowLive
from gateway.application.use_cases import UseCases
from gateway.transport.http.limits import Limits, within

HEARTBEAT_SECONDS = 15.0
SESSION_SECONDS_MAX = 3600
RETRY_MILLISECONDS = 2_000
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_EXAMPLE = """retry: 2000

id: 6f1c0e9a4b7d2c35.1795334400000-0
event: here
data: {}

id: 6f1c0e9a4b7d2c35.1795334400042-0
event: messaging.notification.created.v1
data: {"id":"0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b","notification_id":"0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1c"}

"""
_RESPONSES = {
    200: {
        "description": "A stream of events, until the session ends.",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}


def routes(use_cases: UseCases, limits: Limits, *, clock: Callable[[], datetime]) -> Routes:
    """The live path's route."""
    live = Routes(service="gateway", tags=["live"], dependencies=[within(limits)])

    @live.get(
        "/live", operation="notification.own", response_class=StreamingResponse, responses=_RESPONSES, streaming=True
    )
    async def follow_live(
        cause: QueryCause,
        last_event_id: Annotated[
            str | None,
            Header(max_length=100, examples=["6f1c0e9a4b7d2c35.1795334400042-0"], description="Where one stood."),
        ] = None,
    ) -> StreamingResponse:
        """What happens to what concerns the reader: `here` first, then each event, as ids to read again.

        An event may come twice, with the same id in its data. `reset` means that something may be missing: read
        everything again. A connection ends with the session, when the login signs out, and when this process is
        renewed; come back then with `Last-Event-ID`.
        """
        connecting = use_cases.follow_live(FollowLive(last_event_id=last_event_id), cause)
        opened = AsyncExitStack()
        connection = await opened.enter_async_context(connecting)
        until = _end_of_session(cause.subject, clock())
        written = _written(opened, connection, until=until, clock=clock)
        return StreamingResponse(written, media_type="text/event-stream", headers=_HEADERS)

    return live


def _end_of_session(subject: Subject, now: datetime) -> datetime:
    latest = now + timedelta(seconds=SESSION_SECONDS_MAX)
    return min(subject.expires_at or latest, latest)


async def _written(
    opened: AbstractAsyncContextManager[object],
    connection: Connection,
    *,
    until: datetime,
    clock: Callable[[], datetime],
) -> AsyncIterator[bytes]:
    async with opened:
        yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
        while (left := (until - clock()).total_seconds()) > 0:
            told = await connection.next(seconds=min(HEARTBEAT_SECONDS, left))
            if told is None:
                yield b": still here\n\n"
            elif told.kind == "end":
                return
            else:
                yield _frame(told)


def _frame(told: Told) -> bytes:
    name, data = (told.event.type, {"id": told.event.id, **told.event.ids}) if told.event else (told.kind, {})
    return f"id: {told.place}\nevent: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
