"""The consumer of a service's reference topics: one for all kinds, each topic a lane of its own."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from chassis.cause import Cause
from chassis.database import Database
from chassis.health import Condition
from chassis.kafka_admin import KafkaConnection
from chassis.slices import DatabaseLedger, SliceConsumer, SliceLimits, SliceSettings, TopicPattern, Turns
from chassis.snapshots.decoding import DecodedSlice
from chassis.snapshots.handler import SnapshotHandler
from chassis.snapshots.projection import SnapshotProjection
from chassis.snapshots.tables import SnapshotTables

# Some 20 blocks of 1,000 rows: their COPY stays well within the database's command timeout.
_LIMITS = SliceLimits(messages_max=40, bytes_max=4 * 1024 * 1024, buffered_messages_max=160)


class SnapshotConsumer:
    """Projects a service's kinds of reference data until it is stopped.

    `begin` opens the service's own unit of work, which the completion callbacks receive.
    """

    def __init__(  # noqa: PLR0913  # what a consumer is told, and what it works on
        self,
        *,
        service: str,
        kafka: KafkaConnection,
        topic_prefix: str,
        session_timeout_ms: int,
        database: Database,
        begin: Callable[[Cause], AbstractAsyncContextManager[Any]],
        projections: Sequence[SnapshotProjection],
        tables: SnapshotTables,
        turns: Turns | None = None,
    ) -> None:
        handler = SnapshotHandler(projections, tables)
        settings = SliceSettings(
            name=f"{service}.reference",
            topics=TopicPattern(names=handler.topics, prefix=topic_prefix),
            kafka=kafka,
            session_timeout_ms=session_timeout_ms,
            limits=_LIMITS,
        )
        self._consumer: SliceConsumer[Any, DecodedSlice] = SliceConsumer(
            settings,
            begin=begin,
            handler=handler,
            ledger=DatabaseLedger(engine=database.engine),
            turns=turns,
        )

    @property
    def turns(self) -> Turns:
        """Who works beside whom in this process."""
        return self._consumer.turns

    @property
    def name(self) -> str:
        """What probes and logs call it."""
        return self._consumer.settings.name

    async def run(self) -> None:
        """Projects until it is stopped."""
        await self._consumer.run()

    async def stop(self) -> None:
        """Finishes what is in flight and leaves the group."""
        await self._consumer.stop()

    def condition(self) -> Condition:
        """Whether every partition makes progress."""
        return self._consumer.condition()
