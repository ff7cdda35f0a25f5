"""Drains parked keys that were released: in order, under the key's lock, one transaction per record."""

from chassis import parking
from chassis.database import Database
from chassis.failures import Failure, classify
from chassis.inbox import AlreadyApplied
from chassis.kernel import Refusal
from chassis.parking import NotParked
from chassis.positions import Source
from chassis.record import Record, restored
from chassis.settling import SETTLED, Settler, reason_of


class Drainer:
    """Drains the keys of one subscription. Any process may: the key's lock keeps two from meeting."""

    def __init__(self, settler: Settler, database: Database) -> None:
        self._settler = settler
        self._database = database
        self._consumer = settler.hears.consumer

    async def drain_released(self) -> None:
        """Drains what a person has released."""
        async with self._database.engine.begin() as connection:
            places = await parking.claim_released(connection, consumer=self._consumer)
        for topic, key in places:
            await self.drain(topic, key)

    async def drain(self, topic: str, key: str) -> None:
        """Applies the parked records of a key until none is left or one will not go."""
        while True:
            async with self._database.engine.begin() as connection:
                found = await parking.head(connection, consumer=self._consumer, topic=topic, key=key)
            if found is None:
                return
            record = restored(found)
            source = Source(consumer=self._consumer, topic=topic, topic_id="", partition=record.partition)
            try:
                await self._one(source, record, found["id"])
            except NotParked:
                return
            except Exception as error:  # noqa: BLE001  # the key stays parked, for this reason
                await self._keep(topic, key, error)
                return

    async def _one(self, source: Source, record: Record, parked_id: int) -> None:
        delivery = self._settler.delivery(source, record, start=record.offset, parked_id=parked_id)
        try:
            await self._settler.dispatch(record, delivery)
        except AlreadyApplied:
            async with self._database.engine.begin() as connection:
                await parking.take(connection, delivery)
        except Refusal as refusal:
            if classify(refusal) is not Failure.REFUSAL:
                raise
            await self._settler.refuse(record, delivery, refusal)
        SETTLED.labels(self._consumer, "drained").inc()

    async def _keep(self, topic: str, key: str, error: Exception) -> None:
        async with self._database.engine.begin() as connection:
            await parking.keep(connection, consumer=self._consumer, topic=topic, key=key, why=reason_of(error))
        if classify(error) is Failure.TRANSIENT:
            # Nothing was wrong with the record: it is tried again with the next look at released keys.
            async with self._database.engine.begin() as connection:
                await parking.release(connection, consumer=self._consumer, topic=topic, key=key)
