"""Which topics a slice consumer reads, and the broker's own id of each."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from confluent_kafka import IsolationLevel, KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

REQUEST_TIMEOUT_S = 5


@dataclass(frozen=True, kw_only=True)
class TopicPattern:
    """Topics by name: `submissions.{firm}` is every topic of that form, also one that appears later.

    `prefix` sets the topics, groups and principals of one test world apart.
    """

    names: tuple[str, ...]
    prefix: str = ""

    @property
    def expression(self) -> str:
        """The names as one regular expression."""
        return f"^(?:{'|'.join(self._one(name) for name in self.names)})$"

    def bare(self, topic: str) -> str:
        """The registered name of a topic on the wire."""
        return topic.removeprefix(self.prefix)

    def _one(self, name: str) -> str:
        # An id holds no dot, so that no firm's name can reach into another topic.
        parts = (re.escape(part) for part in re.split(r"\{[a-z]+\}", self.prefix + name))
        return "[A-Za-z0-9_-]+".join(parts)


class TopicIds:
    """Asks the broker for the ids of topics: one that was deleted and made again has another."""

    def __init__(self, settings: dict[str, Any]) -> None:
        # A broker that is away is told by the consumer that notices; this client's own chatter says nothing more.
        self._settings = settings | {"log_level": 0}

    @cached_property
    def _client(self) -> AdminClient:
        # Made when it is first asked, for a process that plays no such role should not connect.
        return AdminClient(self._settings)

    async def of(self, topic: str) -> str:
        """The id of one topic.

        Raises:
            TopicUnknown: the broker does not know it, or does not let us see it.
        """
        return await asyncio.to_thread(self._ask, topic)

    async def end_of(self, topic: str, partition: int = 0) -> int:
        """The offset after the last record of a partition.

        Raises:
            TopicUnknown: the broker does not know it, or does not let us see it.
        """
        return await asyncio.to_thread(self._ask_end, topic, partition)

    def _ask_end(self, topic: str, partition: int) -> int:
        place = TopicPartition(topic, partition)
        found = self._client.list_offsets(
            {place: OffsetSpec.latest()},
            isolation_level=IsolationLevel.READ_COMMITTED,
            request_timeout=REQUEST_TIMEOUT_S,
        )
        try:
            return int(found[place].result(REQUEST_TIMEOUT_S).offset)  # type: ignore[attr-defined]  # the stubs lack it
        except KafkaException as error:
            raise TopicUnknown(f"{topic}: {error}") from error

    def _ask(self, topic: str) -> str:
        future = self._client.describe_topics(TopicCollection([topic]), request_timeout=REQUEST_TIMEOUT_S)[topic]
        try:
            return str(future.result(REQUEST_TIMEOUT_S).topic_id)
        except KafkaException as error:
            raise TopicUnknown(f"{topic}: {error}") from error


class TopicUnknown(OSError):
    """A topic that cannot be described now; it is asked for again later."""


def named(topics: Iterable[str]) -> TopicPattern:
    """A pattern of exactly these topics."""
    return TopicPattern(names=tuple(topics))
