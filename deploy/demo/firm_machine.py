"""A securities firm's own machine: a process that streams its records and reads its receipts with its own credentials.

    python -m demo.firm_machine CREDENTIALS.json RECORDS.ndjson [EXTRA.bin ...]

Each line is a message, each extra file one more; it ends when a receipt frame has told the outcome of all of them, and
prints what it was told as JSON. It knows its topics and the broker's address, nothing of the platform's inside.
"""

import asyncio
import json
import ssl
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from submissions.frames import Frame, read_frame

_TOLD_WITHIN_S = 60.0  # since the last receipt: how long all of them take depends on how many there are
_POLL_MS = 500


class Told:
    """What the receipts said: outcomes, rules broken, gaps, and whether the frames tile the offsets.

    A frame may be delivered again, byte for byte (R3): whoever counts goes by its sequence and part.
    """

    def __init__(self, start: int) -> None:
        self.outcomes: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()
        self.gaps: list[list[Any]] = []
        self.frames = 0
        self.tiled = True
        self.end = start
        self.first_accession: str | None = None
        self._heard: set[tuple[int, int]] = set()

    def hear(self, frame: Frame) -> None:
        """Takes one part of a slice frame in."""
        if frame.kind != "slice" or frame.start is None or frame.end is None:
            return
        if (frame.sequence, frame.part) in self._heard:
            return
        self._heard.add((frame.sequence, frame.part))
        if frame.part == 1:
            self.frames += 1
            self.tiled &= frame.start == self.end
            self.gaps += [[str(one.kind), one.stream, one.first, one.last] for one in frame.gaps]
        for item in frame.items:
            self.outcomes[str(item.outcome)] += 1
            self.rules.update(finding.rule for finding in item.errors)
            self.first_accession = self.first_accession or item.accession
        if frame.part == frame.parts:
            self.end = frame.end

    def as_document(self, *, sent: int, seconds: float) -> dict[str, Any]:
        """What is printed."""
        return {
            "sent": sent,
            "seconds": round(seconds, 2),
            "frames": self.frames,
            "tiled": self.tiled,
            "outcomes": dict(sorted(self.outcomes.items())),
            "rules": dict(sorted(self.rules.items())),
            "gaps": self.gaps,
            "first_accession": self.first_accession,
        }


async def stream(credentials: dict[str, Any], messages: list[bytes]) -> dict[str, Any]:
    """Sends the messages in order and hears their receipts out.

    Raises:
        TimeoutError: nothing was told for long while outcomes were due; that is never to happen.
    """
    options = _connection(credentials)
    receipts = TopicPartition(credentials["receipts_topic"], 0)
    producer = AIOKafkaProducer(**options, acks="all", enable_idempotence=True, linger_ms=20)
    consumer = AIOKafkaConsumer(**options, enable_auto_commit=False, auto_offset_reset="latest")
    await producer.start()
    await consumer.start()
    try:
        consumer.assign([receipts])
        await consumer.seek_to_end(receipts)
        began = time.monotonic()
        first, last = await _send(producer, credentials["submissions_topic"], messages)
        told = Told(first)
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(_TOLD_WITHIN_S) as silence:
            while told.end <= last:
                for records in (await consumer.getmany(receipts, timeout_ms=_POLL_MS)).values():
                    silence.reschedule(loop.time() + _TOLD_WITHIN_S)
                    for record in records:
                        told.hear(read_frame(record.value))
        return told.as_document(sent=len(messages), seconds=time.monotonic() - began)
    finally:
        await producer.stop()
        await consumer.stop()


async def read_receipts(credentials: dict[str, Any], *, until: int | None = None) -> list[Frame]:
    """Every frame that the firm's receipts topic holds by now, part by part, from the first one on.

    With `until` no further than to the slice that ends there or later.

    Raises:
        TimeoutError: the broker says there are more of them than it hands out.
    """
    receipts = TopicPartition(credentials["receipts_topic"], 0)
    consumer = AIOKafkaConsumer(**_connection(credentials), enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([receipts])
        await consumer.seek_to_beginning(receipts)
        end = (await consumer.end_offsets([receipts]))[receipts]
        frames: list[Frame] = []
        async with asyncio.timeout(_TOLD_WITHIN_S):
            while await consumer.position(receipts) < end and not _reaches(frames, until):
                for records in (await consumer.getmany(receipts, timeout_ms=_POLL_MS)).values():
                    frames += [read_frame(record.value) for record in records]
        return frames
    finally:
        await consumer.stop()


def _reaches(frames: list[Frame], until: int | None) -> bool:
    return until is not None and any(one.end is not None and one.end >= until for one in frames)


async def _send(producer: AIOKafkaProducer, topic: str, messages: list[bytes]) -> tuple[int, int]:
    """Sends in order; answers the first and the last offset."""
    sent = [await producer.send(topic, one, partition=0) for one in messages]
    acknowledged = await asyncio.gather(*sent)
    return acknowledged[0].offset, acknowledged[-1].offset


def _connection(credentials: dict[str, Any]) -> dict[str, Any]:
    return {
        "bootstrap_servers": credentials["bootstrap"],
        "security_protocol": "SASL_SSL",
        "ssl_context": ssl.create_default_context(cadata=credentials["authority"]),
        "sasl_mechanism": credentials["mechanism"],
        "sasl_plain_username": credentials["username"],
        "sasl_plain_password": credentials["password"],
    }


def read_messages(records: Path, extras: Iterable[Path]) -> list[bytes]:
    """The messages of a firm's files."""
    lines = [line for line in records.read_bytes().split(b"\n") if line]
    return [*lines, *(one.read_bytes() for one in extras)]


def main() -> int:
    """The command line."""
    credentials, records, *extras = (Path(one) for one in sys.argv[1:])
    messages = read_messages(records, extras)
    told = asyncio.run(stream(json.loads(credentials.read_text()), messages))
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
