"""What a transaction says: rows in the outbox, numbered per topic and key, on their way with the commit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.kernel import new_id
from chassis.telemetry import current_trace_headers
from events.base import Event, encode
from events.envelope import Envelope

# Keys are locked in one order by every transaction; the counter is locked before the outbox id is drawn, so id order
# is order per key.
_NUMBER = text(
    "insert into topic_sequence as s (topic, key, last) "
    "select topic, key, count from unnest(cast(:topics as text[]), cast(:keys as text[]), cast(:counts as bigint[])) "
    "as wanted (topic, key, count) order by topic, key "
    "on conflict (topic, key) do update set last = s.last + excluded.last returning topic, key, last"
)
_INSERT = text(
    "insert into outbox (id, topic, key, partition, sequence, event_id, headers, body) "
    "select nextval('outbox_id_seq'), topic, key, partition, sequence, event_id, cast(headers as jsonb), body from ("
    "select * from unnest(cast(:topics as text[]), cast(:keys as text[]), cast(:partitions as integer[]), "
    "cast(:sequences as bigint[]), cast(:ids as uuid[]), cast(:headers as text[]), cast(:bodies as bytea[])) "
    "with ordinality as one (topic, key, partition, sequence, event_id, headers, body, place) order by place) "
    "as ordered"
)


@dataclass(frozen=True, kw_only=True)
class Message:
    """One record to be said. `headers` of None: an event, whose envelope is written with its number."""

    id: UUID
    topic: str
    key: str | None
    body: bytes
    type: str | None = None
    headers: Sequence[tuple[str, str]] | None = None
    partition: int | None = None

    @property
    def order_key(self) -> tuple[str, str]:
        """What order holds for: records without a key share one."""
        return self.topic, self.key or ""


class Outbox:
    """Collects messages and writes them in one go, in the order they were said."""

    def __init__(self, connection: AsyncConnection, *, source: str) -> None:
        self._connection = connection
        self._source = source
        self._messages: list[Message] = []

    def say(self, event: Event) -> None:
        """Says an event of the public language."""
        self._messages.append(
            Message(id=new_id(), topic=event.topic_name, key=event.key, type=event.type, body=encode(event))
        )

    def say_raw(
        self, *, topic: str, key: str | None, body: bytes, headers: Mapping[str, str], partition: int | None = None
    ) -> None:
        """Says a record that is no event of the registry (a receipt frame), under its own headers."""
        self._messages.append(
            Message(id=new_id(), topic=topic, key=key, body=body, headers=tuple(headers.items()), partition=partition)
        )

    async def flush(self, *, at: datetime, trace: Mapping[str, str]) -> list[UUID]:
        """Writes what was said; returns the ids of the events, in order."""
        messages, self._messages = self._messages, []
        if not messages:
            return []
        numbers = await self._number(messages)
        trace = current_trace_headers() or trace
        headers = [self._headers(message, number, at, trace) for message, number in zip(messages, numbers, strict=True)]
        await self._connection.execute(
            _INSERT,
            {
                "topics": [one.topic for one in messages],
                "keys": [one.key for one in messages],
                "partitions": [one.partition for one in messages],
                "sequences": numbers,
                "ids": [one.id for one in messages],
                "headers": [msgspec.json.encode(one).decode() for one in headers],
                "bodies": [one.body for one in messages],
            },
        )
        return [one.id for one in messages]

    async def _number(self, messages: Sequence[Message]) -> list[int]:
        counts = Counter(one.order_key for one in messages)
        wanted = {
            "topics": [topic for topic, _ in counts],
            "keys": [key for _, key in counts],
            "counts": list(counts.values()),
        }
        rows = (await self._connection.execute(_NUMBER, wanted)).all()
        following = {(row.topic, row.key): row.last - counts[row.topic, row.key] + 1 for row in rows}
        numbers = []
        for one in messages:
            numbers.append(following[one.order_key])
            following[one.order_key] += 1
        return numbers

    def _headers(self, message: Message, number: int, at: datetime, trace: Mapping[str, str]) -> list[tuple[str, str]]:
        if message.headers is not None:
            return [*message.headers, *trace.items()]
        envelope = Envelope(
            id=str(message.id), source=self._source, type=message.type or "", time=at, sequence=number, trace=trace
        )
        return [(name, value.decode()) for name, value in envelope.headers()]
