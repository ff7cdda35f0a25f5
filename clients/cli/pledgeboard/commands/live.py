"""`live`: what happens, as it happens: ids to look up, never content."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from pledgeboard.failures import Unreachable
from pledgeboard.invocation import Invocation, invocation_of
from pledgeboard.languages import Text

_RETRY_S = 2.0
_ATTEMPTS_MAX = 15


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event of the stream."""

    id: str | None
    name: str
    data: Any


def live(
    context: typer.Context,
    events: Annotated[
        int | None, typer.Option(help="收到若干条后结束，缺省不结束 / end after so many; by default never", min=1)
    ] = None,
    since: Annotated[str | None, typer.Option(help="从该事件之后接续 / go on after this event id")] = None,
) -> None:
    """实时更新，断线自动接续 / live updates; a broken stream is taken up where it ended."""
    invocation = invocation_of(context)
    for told, event in enumerate(_events(invocation, since), start=1):
        line = f"{event.name} {json.dumps(event.data, ensure_ascii=False)}"
        invocation.screen.result({"id": event.id, "event": event.name, "data": event.data}, Text(zh=line, en=line))
        if told == events:
            return


def _events(invocation: Invocation, last: str | None) -> Iterator[Event]:
    """Events of one stream after the other.

    Raises:
        Unreachable: no stream could be opened for half a minute.
    """
    attempts = 0
    while True:  # a stream ends with each access token; the command ends with its user
        try:
            with invocation.platform.stream("/live", last_event_id=last) as lines:
                for event in read_events(lines):
                    attempts, last = 0, event.id or last
                    yield event
        except Unreachable as away:
            attempts += 1
            if attempts == _ATTEMPTS_MAX:
                raise
            invocation.screen.remark(Text(zh=f"连接中断，正在接续：{away.text.zh}", en=f"taking it up: {away.text.en}"))
        time.sleep(_RETRY_S)


def read_events(lines: Iterable[str]) -> Iterator[Event]:
    """Server-sent events from their lines; comments keep the connection alive and say nothing."""
    name, data, place = "message", list[str](), None
    for line in lines:
        if not line:
            if data:
                yield Event(id=place, name=name, data=json.loads("\n".join(data)))
            name, data = "message", []
            continue
        member, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if member == "event":
            name = value
        elif member == "data":
            data.append(value)
        elif member == "id":
            place = value
