"""The one place where Kafka clients are made, so that what must hold of them is set once.

Producers wait for all replicas and are idempotent; consumers read committed records, never commit by themselves, and
never jump: where the stored offset is not in the log, that is an error (`none`), not a choice between two losses.
"""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2

from chassis.kafka_connection import KafkaConnection

REQUEST_TIMEOUT_MS = 5_000
# Records are retried for as long as it takes by the loops themselves, which pause a partition and say so.
MAX_POLL_INTERVAL_MS = 24 * 3600 * 1000
BATCH_BYTES_MAX = 256 * 1024
CLOSE_SECONDS_MAX = 2.0


def client_settings(connection: KafkaConnection) -> dict[str, Any]:
    """The connection in aiokafka's words."""
    settings: dict[str, Any] = {
        "bootstrap_servers": connection.bootstrap,
        "security_protocol": connection.security,
    }
    if connection.security.startswith("SASL"):
        settings |= {
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": connection.username,
            "sasl_plain_password": connection.password,
        }
    if connection.security.endswith("SSL"):
        settings["ssl_context"] = ssl.create_default_context(cafile=connection.authority_file)
    return settings


def make_producer(connection: KafkaConnection, *, client_id: str) -> AIOKafkaProducer:
    """A producer whose acknowledged records are kept, once, in the order of their partition."""
    return AIOKafkaProducer(
        **client_settings(connection),
        client_id=client_id,
        acks="all",
        enable_idempotence=True,
        max_batch_size=BATCH_BYTES_MAX,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )


def make_consumer(
    connection: KafkaConnection, *, group: str, client_id: str, session_timeout_ms: int, **fetching: int
) -> AIOKafkaConsumer:
    """A group member that leaves positions and commits to its loop. `fetching` are sizes and waits of the fetch."""
    return AIOKafkaConsumer(
        **client_settings(connection),
        group_id=group,
        client_id=client_id,
        auto_offset_reset="none",
        enable_auto_commit=False,
        isolation_level="read_committed",
        session_timeout_ms=session_timeout_ms,
        heartbeat_interval_ms=max(100, session_timeout_ms // 5),
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        request_timeout_ms=max(REQUEST_TIMEOUT_MS, session_timeout_ms + 1_000),
        **fetching,
    )


async def abandon(producer: AIOKafkaProducer) -> None:
    """Closes a producer whose state is no longer known, without waiting for what it still holds.

    An idempotent producer never gives a batch up: its own `stop` would wait for as long as the broker is away.
    """
    producer._closed = True  # noqa: SLF001  # its finaliser would complain about what is done here on purpose
    with suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(producer.client.close(), CLOSE_SECONDS_MAX)
    with suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(producer._sender.close(), CLOSE_SECONDS_MAX)  # noqa: SLF001  # as said above


def partition_of(key: str | None, partitions: Sequence[int]) -> int:
    """Where Kafka's default partitioner puts a key; records without one keep their order on the first partition."""
    if key is None:
        return min(partitions)
    hashed: int = murmur2(key.encode())
    return sorted(partitions)[(hashed & 0x7FFFFFFF) % len(partitions)]
