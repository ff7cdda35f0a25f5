"""Carries the outbox to Kafka: a work queue of unsent rows, one active relay per schema, order per key.

Duplicates are allowed here and nothing else is: a row is marked only after all replicas have it; after a failed send
nothing later of that key is sent; what a broker refuses for good parks its key while the other keys go on.
"""

import asyncio
import random
from dataclasses import dataclass

import structlog
from prometheus_client import Counter, Gauge

from chassis.database import Database
from chassis.failures import is_transient
from chassis.fault_points import fault_point
from chassis.health import Condition
from chassis.kafka import abandon, make_producer
from chassis.kafka_admin import KafkaConnection
from chassis.lease import STANDBY_POLL_S, Lease, LeaseLost
from chassis.outbox_queue import OutboxQueue
from chassis.sending import Delivery, Memory, Sending
from chassis.unknown_topics import UNKNOWN_FOR_S, UnknownTopics

IDLE_POLL_S = 0.03
HOUSEKEEPING_S = 3600.0
COUNT_PARKED_S = 2.0
BACKOFF_S = (0.1, 0.2, 0.5, 1.0, 2.0)
PARTITIONS_AHEAD = 7
KEEP_DAYS = 30

LEADING = Gauge("pledgeboard_relay_leading", "Whether this process is the active relay", ["service"])
LEASES_LOST = Counter("pledgeboard_relay_leases_lost", "Leases that were found lost before a send", ["service"])
SENT = Counter("pledgeboard_relay_sent", "Outbox rows acknowledged by the broker and marked", ["service"])
FAILED = Counter("pledgeboard_relay_failed", "Sends that failed and are tried again", ["service", "reason"])
UNSENT_AGE = Gauge("pledgeboard_relay_oldest_unsent_seconds", "Age of the oldest unsent row", ["service"])
PARKED = Gauge("pledgeboard_relay_parked_keys", "Keys whose next row the broker refuses for good: page", ["service"])


@dataclass(frozen=True, kw_only=True)
class RelaySettings:
    """Which outbox goes to which broker, and how long a topic may be unknown before its keys are parked."""

    service: str
    kafka: KafkaConnection
    topic_prefix: str = ""
    idle_poll_s: float = IDLE_POLL_S
    unknown_for_s: float = UNKNOWN_FOR_S


class Relay:
    """One relay process of a service; of several, one is active and the others stand by."""

    def __init__(self, settings: RelaySettings, database: Database) -> None:
        self.settings = settings
        self._database = database
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._state = Condition(ok=False, detail="starting")
        self._log = structlog.get_logger("chassis.relay").bind(service=settings.service)
        self._failures = 0
        self._memory = Memory(unknown=UnknownTopics(patience_s=settings.unknown_for_s))

    @property
    def name(self) -> str:
        """What probes and logs call it."""
        return f"{self.settings.service}.relay"

    def condition(self) -> Condition:
        """Ready while it sends or stands by; parked keys are named and do not hold the others up."""
        return self._state

    async def run(self) -> None:
        """Relays until stopped; whatever is away is waited for, with readiness saying so."""
        try:
            while not self._stopping.is_set():
                await self._once()
        finally:
            LEADING.labels(self.settings.service).set(0)
            self._ended.set()

    async def stop(self) -> None:
        """Finishes the sends in flight and gives the lease back; returns when that is done."""
        self._stopping.set()
        await self._ended.wait()

    async def _once(self) -> None:
        try:
            lease = await Lease.open(self._database)
        except Exception as error:  # noqa: BLE001  # whatever is away, the relay waits and says so
            await self._wait(error)
            return
        try:
            await self._stand_by(lease)
            await self._lead(lease)
        except LeaseLost as error:
            LEASES_LOST.labels(self.settings.service).inc()
            self._log.warning("lease lost", reason=str(error))
        except Exception as error:  # noqa: BLE001  # whatever is away, the relay waits and says so
            await self._wait(error)
        finally:
            LEADING.labels(self.settings.service).set(0)
            await lease.close()

    async def _stand_by(self, lease: Lease) -> None:
        while not self._stopping.is_set() and not await lease.take():
            self._state = Condition(ok=True, detail="standing by")
            await self._pause(STANDBY_POLL_S)

    async def _lead(self, lease: Lease) -> None:
        if self._stopping.is_set():
            return
        await fault_point("relay.after_lock")
        LEADING.labels(self.settings.service).set(1)
        queue = OutboxQueue(lease)
        producer = make_producer(self.settings.kafka, client_id=self.name)
        keep_house = count_parked = 0.0
        loop = asyncio.get_running_loop()
        try:
            await asyncio.wait_for(producer.start(), self._database.settings.command_timeout_s)
            sending = Sending(producer, lease, prefix=self.settings.topic_prefix, memory=self._memory)
            while not self._stopping.is_set():
                if loop.time() >= keep_house:
                    await self._keep_house(queue)
                    keep_house = loop.time() + HOUSEKEEPING_S
                if loop.time() >= count_parked:
                    await queue.count_parked()
                    count_parked = loop.time() + COUNT_PARKED_S
                if not await self._round(queue, sending):
                    await self._pause(self.settings.idle_poll_s)
        finally:
            # Everything was acknowledged or has failed: there is nothing it could still deliver.
            await abandon(producer)

    async def _round(self, queue: OutboxQueue, sending: Sending) -> bool:
        """One look at the queue: sends what is there; says whether there was anything."""
        waiting = self._memory.unknown.waiting(now=asyncio.get_running_loop().time())
        rows = await queue.read(without=waiting)
        if not rows:
            self._well(queue)
            return False
        await fault_point("relay.after_read")
        delivery = Delivery(sent=queue.mark_sent)
        await sending.send(rows, delivery)
        SENT.labels(self.settings.service).inc(delivery.count)
        for refusal in delivery.refused:
            await queue.park(refusal.row, refusal.reason)
            self._log.critical(
                "key parked", topic=refusal.row.topic, key=refusal.row.key, outbox_id=refusal.row.id, why=refusal.reason
            )
        if delivery.failure is not None:
            raise delivery.failure
        self._well(queue)
        return True

    def _well(self, queue: OutboxQueue) -> None:
        self._failures = 0
        PARKED.labels(self.settings.service).set(queue.parked)
        unknown = self._memory.unknown
        oldest_s = max(queue.oldest_age_s, unknown.longest_s(now=asyncio.get_running_loop().time()))
        UNSENT_AGE.labels(self.settings.service).set(oldest_s)
        details = [f"parked keys: {queue.parked}"] if queue.parked else []
        details += [f"unknown topic: {topic}" for topic in unknown.topics()]
        self._state = Condition(ok=True, detail="; ".join(details))

    async def _keep_house(self, queue: OutboxQueue) -> None:
        try:
            await queue.keep_house(ahead=PARTITIONS_AHEAD, keep_days=KEEP_DAYS)
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001  # whatever is away, the relay waits and says so
            self._log.warning("outbox partitions were not looked after", exc_info=error)

    async def _wait(self, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        FAILED.labels(self.settings.service, type(error).__name__).inc()
        log = self._log.warning if is_transient(error) else self._log.error
        log("relay waits", reason=reason)
        self._state = Condition(ok=False, detail=reason)
        pause = BACKOFF_S[min(self._failures, len(BACKOFF_S) - 1)]
        self._failures += 1
        await self._pause(pause * random.uniform(0.5, 1.5))  # noqa: S311  # jitter, not a secret

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
