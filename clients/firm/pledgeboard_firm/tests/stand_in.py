"""The platform's side of a firm's two topics: it judges what arrives by the real rules and says frames."""

import asyncio
import threading
from datetime import UTC, datetime
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from chassis.kafka_connection import KafkaConnection
from submissions.accession import Accessions
from submissions.book import Book
from submissions.decode import decode
from submissions.frames import Issued, slice_frame
from submissions.judge import judge
from submissions.outcome import Message
from submissions.rules.case import References

_POLL_MS = 50


class StandIn:
    """Answers one firm from a thread of its own, as the monitor's principal, until it is left."""

    def __init__(self, connection: KafkaConnection, *, submissions_topic: str, receipts_topic: str) -> None:
        self._options: dict[str, Any] = {
            "bootstrap_servers": connection.bootstrap,
            "security_protocol": connection.security,
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": connection.username,
            "sasl_plain_password": connection.password,
        }
        self._from = TopicPartition(submissions_topic, 0)
        self._to = receipts_topic
        self._leaving = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._answer()), name="stand-in")

    def say(self, value: bytes) -> None:
        """Writes one message to the firm's receipts topic."""
        asyncio.run(self._say(value))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        self._thread.join(30)

    async def _say(self, value: bytes) -> None:
        async with AIOKafkaProducer(**self._options) as producer:
            await producer.send_and_wait(self._to, value, partition=0)

    async def _answer(self) -> None:
        book, accessions, sequence = Book(), Accessions("submissions.F001", 0), 0
        async with AIOKafkaProducer(**self._options) as producer, AIOKafkaConsumer(**self._options) as consumer:
            consumer.assign([self._from])
            await consumer.seek_to_beginning(self._from)
            self._ready.set()
            while not self._leaving.is_set():
                found = await consumer.getmany(self._from, timeout_ms=_POLL_MS)
                for records in found.values():
                    messages = [
                        Message(one.offset, one.value, datetime.fromtimestamp(one.timestamp / 1000, UTC))
                        for one in records
                    ]
                    sequence += 1
                    outcome = judge("F001", decode(messages, accessions), book, References())
                    issued = Issued(
                        firm_id="F001", environment="PROD", sequence=sequence, issued_at=messages[-1].appended_at
                    )
                    end = messages[-1].offset + 1
                    for part in slice_frame(outcome, start=messages[0].offset, end=end, issued=issued):
                        await producer.send_and_wait(self._to, part, partition=0)
