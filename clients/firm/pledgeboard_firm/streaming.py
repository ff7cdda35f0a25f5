"""Sending a file's lines in order, and hearing their receipts out."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from pledgeboard_firm.access import require_topics, require_write
from pledgeboard_firm.broker import REQUEST_MS, client, explained
from pledgeboard_firm.exits import Unreachable, WrongUse
from pledgeboard_firm.profile import Profile
from pledgeboard_firm.receipts import Submission, Told
from pledgeboard_firm.words import Text

LINE_BYTES_MAX = 1024 * 1024  # a message (T2)
_BATCH_BYTES = 128 * 1024
_OVERHEAD_BYTES = 64 * 1024  # what a batch bears around its records
_LINGER_MS = 20
_IN_FLIGHT_MAX = 10_000
_POLL_MS = 500

Line = tuple[int, bytes]
Hear = Callable[[Told], None]


def lines_of(path: Path) -> Iterator[Line]:
    """The file's records with their line numbers, from 1; empty lines are passed over.

    Raises:
        WrongUse: a line is larger than a message may be (T2); nothing after it is read.
    """
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LINE_BYTES_MAX + 2):
            number += 1
            record = line.rstrip(b"\r\n")
            if len(record) > LINE_BYTES_MAX:
                raise WrongUse(
                    Text(
                        zh=f"第 {number} 行超过 1 MiB（T2）：请拆分该记录所在的报文",
                        en=f"Line {number} is larger than 1 MiB (T2): split the message",
                    )
                )
            if record:
                yield number, record


def checked_lines(path: Path) -> int:
    """How many records the file holds; it is read to its end before anything is sent.

    Raises:
        WrongUse: it holds none, or a line that is too large.
    """
    count = sum(1 for _ in lines_of(path))
    if not count:
        raise WrongUse(Text(zh=f"{path} 中没有记录", en=f"{path} holds no record"))
    return count


async def submit(profile: Profile, lines: Iterable[Line], *, hear: Hear, watch: bool, silence_s: float) -> Submission:
    """Sends the lines in order by an idempotent producer; with `watch`, until frames have covered all of them.

    `silence_s` is how long nothing may be told while outcomes are due (R5 promises ten seconds).

    Raises:
        NotAdmitted: credentials or access are refused; nothing was sent.
        Unreachable: the broker is away, or receipts did not come in time.
    """
    async with client(profile) as asked:
        with explained(profile):
            await require_topics(asked, profile)
            await require_write(asked, profile)
    submission = Submission()
    # Listening begins before the first record is sent, so that no frame of ours can be missed.
    async with _receipts(profile, from_beginning=False) as receipts:
        await _send_all(profile, lines, submission)
        if watch:
            await _hear_out(receipts, submission, hear, silence_s)
    return submission


async def frames(profile: Profile, *, follow: bool) -> AsyncIterator[bytes]:
    """The messages of the receipts topic from the first one on: up to its end now, or for as long as it is read.

    Raises:
        NotAdmitted: credentials or access are refused.
        Unreachable: the broker is away.
    """
    async with client(profile) as asked:
        with explained(profile):
            await require_topics(asked, profile)
    async with _receipts(profile, from_beginning=True) as (consumer, topic):
        with explained(profile):
            end = (await consumer.end_offsets([topic]))[topic]
            while follow or await consumer.position(topic) < end:
                for records in (await consumer.getmany(topic, timeout_ms=_POLL_MS)).values():
                    for record in records:
                        if follow or record.offset < end:
                            yield record.value


def quiet_client() -> None:
    """The broker's client writes of each attempt to the log; what matters of it is said by our failures."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


@asynccontextmanager
async def _receipts(profile: Profile, *, from_beginning: bool) -> AsyncIterator[tuple[Any, TopicPartition]]:
    topic = TopicPartition(profile.receipts_topic, 0)
    consumer = AIOKafkaConsumer(
        **profile.client_options(),
        enable_auto_commit=False,
        isolation_level="read_committed",
        request_timeout_ms=REQUEST_MS * 4,
    )
    try:
        with explained(profile):
            await consumer.start()
            consumer.assign([topic])
            await (consumer.seek_to_beginning(topic) if from_beginning else consumer.seek_to_end(topic))
        yield consumer, topic
    finally:
        await consumer.stop()


async def _send_all(profile: Profile, lines: Iterable[Line], submission: Submission) -> None:
    producer = AIOKafkaProducer(
        **profile.client_options(),
        acks="all",
        enable_idempotence=True,
        linger_ms=_LINGER_MS,
        max_batch_size=_BATCH_BYTES,
        max_request_size=LINE_BYTES_MAX + _OVERHEAD_BYTES,
    )
    in_flight: deque[tuple[int, asyncio.Future[Any]]] = deque()

    async def settle(leaving: int) -> None:
        while len(in_flight) > leaving:
            line, future = in_flight.popleft()
            submission.sent(line=line, offset=(await future).offset)

    try:
        with explained(profile):
            await producer.start()
            for number, record in lines:
                in_flight.append((number, await producer.send(profile.submissions_topic, record, partition=0)))
                await settle(_IN_FLIGHT_MAX)
            await producer.flush()
            await settle(0)
    finally:
        await producer.stop()


async def _hear_out(receipts: tuple[Any, TopicPartition], submission: Submission, hear: Hear, silence_s: float) -> None:
    consumer, topic = receipts
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(silence_s) as silence:
            while not submission.is_covered:
                for records in (await consumer.getmany(topic, timeout_ms=_POLL_MS)).values():
                    silence.reschedule(loop.time() + silence_s)
                    for record in records:
                        _tell(submission, record.value, hear)
    except TimeoutError as late:
        raise Unreachable(
            Text(
                zh=f"已发送 {submission.messages} 条，但 {silence_s:.0f} 秒内没有新的回执；记录已在平台，"
                "请稍后运行 receipts tail，不要重新报送",
                en=f"{submission.messages} were sent, but no receipt came for {silence_s:.0f} s; the records are with "
                "the platform: run `receipts tail` later, do not send them again",
            )
        ) from late


def _tell(submission: Submission, value: bytes, hear: Hear) -> None:
    try:
        for told in submission.hear(value):
            hear(told)
    except msgspec.MsgspecError as error:
        raise Unreachable(
            Text(
                zh=f"回执主题中有无法识别的消息（{error}）：请升级 pledgeboard-firm",
                en=f"The receipts topic holds a message that is no frame ({error}): install a newer pledgeboard-firm",
            )
        ) from error
