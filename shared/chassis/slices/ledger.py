"""What is stored about a partition between processes: the fence, and what is suspected."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.logs import logger
from chassis.slices.slice import Source
from chassis.slices.suspicion import Suspicion, at_assignment, at_release

_FIRST = text(
    "insert into consumer_offset (consumer, topic, partition, topic_id, next) "
    "values (:consumer, :topic, :partition, :topic_id, :beginning) on conflict do nothing"
)
_STORED = text(
    "select o.next, o.topic_id, s.state::text as state from consumer_offset o "
    "left join slice_suspicion s using (consumer, topic, partition) "
    "where o.consumer = :consumer and o.topic = :topic and o.partition = :partition for update of o"
)
_REMEMBER = text(
    "insert into slice_suspicion as s (consumer, topic, partition, state) "
    "values (:consumer, :topic, :partition, cast(:state as jsonb)) on conflict (consumer, topic, partition) "
    "do update set state = excluded.state, updated_at = clock_timestamp()"
)
_FORGET = text("delete from slice_suspicion where consumer = :consumer and topic = :topic and partition = :partition")
# A process frozen in the middle of a COPY is "active", so that no timeout of the server ends it, and its rows stay
# locked for as long as it is frozen. Whoever takes a partition over ends such sessions of its own role: what they were
# about to commit is read again from the topic, and the fence refuses them if they wake.
_END_FROZEN = text(
    "select count(pg_terminate_backend(pid)) from pg_stat_activity "
    "where usename = current_user and datname = current_database() and pid <> pg_backend_pid() "
    "and state = 'active' and wait_event = 'ClientRead' "
    "and interval '0' < current_setting('idle_in_transaction_session_timeout')::interval "
    "and state_change < clock_timestamp() - 2 * current_setting('idle_in_transaction_session_timeout')::interval"
)


class TopicReplaced(RuntimeError):
    """The topic under this name is not the one the stored offset speaks of."""


class Ledger(Protocol):
    """Where a consumer keeps the state of its partitions."""

    async def open(self, source: Source, *, beginning: int, messages_max: int) -> Suspicion:
        """Where to go on (`start`), and how carefully. A first opening begins at `beginning`.

        Raises:
            TopicReplaced: the stored offset belongs to another topic of the same name.
        """
        ...

    async def remember(self, source: Source, suspicion: Suspicion) -> None:
        """Stores what is about to be tried."""
        ...

    async def release(self, leaving: Sequence[tuple[Source, Suspicion]]) -> None:
        """These assignments end in order: they were no interruption."""
        ...


@dataclass(frozen=True, kw_only=True)
class DatabaseLedger:
    """The ledger in the service's own schema, beside the effects it guards."""

    engine: AsyncEngine

    async def open(self, source: Source, *, beginning: int, messages_max: int) -> Suspicion:
        """See `Ledger.open`. One write per assignment; none per slice."""
        await self._end_frozen()
        async with self.engine.begin() as connection:
            await connection.execute(_FIRST, {**_key(source), "topic_id": source.topic_id, "beginning": beginning})
            row = (await connection.execute(_STORED, _key(source))).one()
            if row.topic_id != source.topic_id:
                raise TopicReplaced(f"{source.topic}: stored {row.topic_id}, found {source.topic_id}")
            previous = None if row.state is None else msgspec.json.decode(row.state, type=Suspicion)
            current = at_assignment(previous, stored=row.next, messages_max=messages_max)
            await connection.execute(_REMEMBER, {**_key(source), "state": _encoded(current)})
            return current

    async def _end_frozen(self) -> None:
        async with self.engine.begin() as connection:
            ended = (await connection.execute(_END_FROZEN)).scalar_one()
        if ended:
            logger("slices").warning("ended sessions that were frozen in the middle of a copy", sessions=ended)

    async def remember(self, source: Source, suspicion: Suspicion) -> None:
        """See `Ledger.remember`."""
        async with self.engine.begin() as connection:
            await connection.execute(_REMEMBER, {**_key(source), "state": _encoded(suspicion)})

    async def release(self, leaving: Sequence[tuple[Source, Suspicion]]) -> None:
        """See `Ledger.release`."""
        async with self.engine.begin() as connection:
            for source, suspicion in leaving:
                left = at_release(suspicion)
                if left is None:
                    await connection.execute(_FORGET, _key(source))
                else:
                    await connection.execute(_REMEMBER, {**_key(source), "state": _encoded(left)})


def _key(source: Source) -> dict[str, str | int]:
    return {"consumer": source.consumer, "topic": source.topic, "partition": source.partition}


def _encoded(suspicion: Suspicion) -> str:
    return msgspec.json.encode(suspicion).decode()
