"""Words that must not leave where they belong: planted by a story, and looked for in every other place there is."""

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import redis
from confluent_kafka import Consumer, TopicPartition

from chassis.tables import SPINE_TABLES
from local_stack.database_setup import run_in_own_loop
from local_stack.ports import HOST
from testkit.platform import Platform

_ANSWER_SECONDS_MAX = 10.0


@dataclass
class Places:
    """Every place of a running platform where a private word must not be."""

    platform: Platform
    spans_file: Path

    def all(self) -> dict[str, bytes]:
        """Each place by its name, with everything that is there."""
        found = {f"log of {service}": self.platform.log(service).encode() for service in self.platform.services}
        found["traces"] = self.spans_file.read_bytes()
        found |= dict(self._metrics())
        found |= {f"topic {name}": content for name, content in self._topics().items()}
        found["redis"] = b"\n".join(self._redis())
        found |= run_in_own_loop(self._spines())
        return found

    def _metrics(self) -> Iterator[tuple[str, bytes]]:
        for service in self.platform.services:
            url = f"http://{HOST}:{self.platform.world.service_ports[service].probe}/metrics"
            with urllib.request.urlopen(url, timeout=_ANSWER_SECONDS_MAX) as answer:  # our own loopback port
                yield f"metrics of {service}", answer.read()

    def _redis(self) -> Iterator[bytes]:
        """Every key with its value, whatever its kind."""
        with redis.Redis.from_url(self.platform.world.addresses.redis_url) as client:
            for key in client.scan_iter():
                yield key + b" " + (client.dump(key) or b"") + _readable(client, key)

    async def _spines(self) -> dict[str, bytes]:
        """What each service writes beside the state of its aggregates: what it says, remembers, audits and owes."""
        connection = await asyncpg.connect(self.platform.world.database_url, timeout=_ANSWER_SECONDS_MAX)
        try:
            named = await connection.fetch(
                "select schemaname, tablename from pg_tables where tablename = any($1::text[])", sorted(SPINE_TABLES)
            )
            found = {}
            for schema, table in named:
                rows = await connection.fetch(f'select * from "{schema}"."{table}"')  # noqa: S608  # names from the catalogue
                found[f"table {schema}.{table}"] = b"\n".join(_bytes(value) for row in rows for value in row)
        finally:
            await connection.close()
        return found

    def _topics(self) -> dict[str, bytes]:
        """Keys, headers and bodies of every record of every topic of this world."""
        world = self.platform.world
        settings = world.addresses.kafka.client_settings()
        consumer = Consumer(
            settings
            | {"group.id": f"{world.prefix}canaries", "enable.auto.commit": False, "enable.partition.eof": True}
        )
        try:
            listed = consumer.list_topics(timeout=_ANSWER_SECONDS_MAX).topics
            mine = {name: one for name, one in listed.items() if name.startswith(world.prefix)}
            content: dict[str, list[bytes]] = {name.removeprefix(world.prefix): [] for name in mine}
            partitions = [TopicPartition(name, at, 0) for name, one in mine.items() for at in one.partitions]
            consumer.assign(partitions)
            left = len(partitions)
            while left:
                record = consumer.poll(_ANSWER_SECONDS_MAX)
                assert record is not None, "a partition did not answer"
                if record.error():
                    left -= 1
                    continue
                headers = b"".join(name.encode() + value for name, value in record.headers() or ())
                of_topic = content[str(record.topic()).removeprefix(world.prefix)]
                of_topic.append((record.key() or b"") + headers + (record.value() or b""))
        finally:
            consumer.close()
        return {name: b"\n".join(records) for name, records in content.items()}


def _bytes(value: Any) -> bytes:  # whatever a column holds
    return value if isinstance(value, bytes) else str(value).encode()


def _readable(client: "redis.Redis", key: bytes) -> bytes:
    """A value's parts uncompressed: what `dump` packs may hide a word."""
    kind = client.type(key)
    if kind == b"string":
        return _bytes(client.get(key))
    if kind == b"hash":
        return _bytes(client.hgetall(key))
    if kind == b"stream":
        return _bytes(client.xrange(key))
    if kind == b"set":
        return _bytes(client.smembers(key))
    return b""
