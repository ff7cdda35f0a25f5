"""Batches that are small on the wire and huge once unpacked, made by repetition: nobody ever holds what they hold.

Each is a sound record batch of the protocol: the broker, which looks through it as it comes, takes it.
"""

import gzip
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cramjam
from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c, encode_varint

_HEADER: Final = struct.Struct(">qiibIhiqqqhii")  # a batch's header, version 2
_FROM_ATTRIBUTES: Final = 21
_FROM_LEADER_EPOCH: Final = 12
_CODECS: Final = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
_RUN: Final = bytes(4 * 1024 * 1024)
_NO_HEADERS: Final = b"\x00"
_UNNAMED_HEADER: Final = b"\x02\x02\xff\x00"  # one, its name of one byte, which is no UTF-8, and nothing in it
_SNAPPY_BEGIN: Final = b"\x82SNAPPY\x00" + struct.pack("!ii", 1, 1)


@dataclass(frozen=True, kw_only=True)
class Bomb:
    """A batch as it goes over the wire; `unpacked` is what it would inflate to, in bytes."""

    batch: bytes
    records: int
    unpacked: int

    def size(self) -> int:
        """What the producer's queue asks of a batch."""
        return len(self.batch)

    def record_count(self) -> int:
        """The same."""
        return self.records

    def close(self) -> None:
        """Nothing can be added to it."""

    def closed(self) -> bool:
        """The same."""
        return True

    def append(self, **_: object) -> None:
        """Nothing can be added to it: None says so."""

    def _build(self) -> bytes:
        return self.batch


def bomb(codec: str, *, records: int, runs: int) -> Bomb:
    """A batch of so many records, each of so many runs of 4 MiB of the same byte."""
    begin, frame = _FRAMES[codec]
    run = frame(_RUN)
    unpacked, body = 0, bytearray(begin)
    for number in range(records):
        beginning, end = _around(number, runs * len(_RUN))
        body += frame(beginning) + run * runs + frame(end)
        unpacked += len(beginning) + runs * len(_RUN) + len(end)
    if codec == "lz4":
        body += bytes(4)  # the mark of the end
    return Bomb(batch=a_batch(codec, bytes(body), records=records), records=records, unpacked=unpacked)


def a_batch(codec: str, body: bytes, *, records: int) -> bytes:
    """A batch around compressed records, whatever they are."""
    batch = bytearray(_HEADER.size)
    batch += body
    length = len(batch) - _FROM_LEADER_EPOCH
    _HEADER.pack_into(batch, 0, 0, length, -1, 2, 0, _CODECS[codec], records - 1, 1, 1, -1, -1, -1, records)
    struct.pack_into(">I", batch, _FROM_ATTRIBUTES - 4, calc_crc32c(bytes(batch[_FROM_ATTRIBUTES:])))
    return bytes(batch)


def poison(*values: bytes) -> Bomb:
    """A batch of readable records whose last one has a header that no client can name; the broker does not mind."""
    body = bytearray()
    for number, value in enumerate(values):
        beginning, end = _around(
            number, len(value), headers=b"\x02\x02\xff\x00" if number == len(values) - 1 else b"\x00"
        )
        body += beginning + value + end
    batch = a_batch("none", bytes(body), records=len(values))
    return Bomb(batch=batch, records=len(values), unpacked=len(body))


async def send(producer: AIOKafkaProducer, topic: str, made: Bomb) -> int:
    """Sends a bomb to the one partition of a topic; answers its first offset."""
    acknowledged = await producer.send_batch(made, topic, partition=0)
    return int((await acknowledged).offset)


def _around(number: int, value_bytes: int, *, headers: bytes = _NO_HEADERS) -> tuple[bytes, bytes]:
    """What stands before and after the value of a record."""
    inner = bytearray(b"\x00")  # attributes
    for one in (0, number):  # deltas of time and offset
        encode_varint(one, inner.append)
    encode_varint(-1, inner.append)  # no key
    encode_varint(value_bytes, inner.append)
    before = bytearray()
    encode_varint(len(inner) + value_bytes + len(headers), before.append)
    return bytes(before + inner), headers


def _lz4_begin() -> bytes:
    return bytes(_lz4_frame(b"x"))[:7]


def _lz4_frame(data: bytes) -> bytes:
    compressor = cramjam.lz4.Compressor(level=1, content_checksum=False, block_linked=False)
    compressor.compress(data)
    return bytes(compressor.finish())


def _lz4_blocks(data: bytes) -> bytes:
    """The blocks of a frame without its head and its end: blocks that stand alone may be repeated."""
    return _lz4_frame(data)[7:-4]


def _snappy_block(data: bytes) -> bytes:
    block = bytes(cramjam.snappy.compress_raw(data))
    return struct.pack("!i", len(block)) + block


def _zstd_frame(data: bytes) -> bytes:
    return bytes(cramjam.zstd.compress(data))


_Frame = Callable[[bytes], bytes]
_FRAMES: Final[dict[str, tuple[bytes, _Frame]]] = {
    "gzip": (b"", gzip.compress),
    "zstd": (b"", _zstd_frame),
    "snappy": (_SNAPPY_BEGIN, _snappy_block),
    "lz4": (_lz4_begin(), _lz4_blocks),
}
