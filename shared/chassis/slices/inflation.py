"""What a compressed batch may unpack to.

The client inflates a whole batch before any record exists: 32 kB of zstd made a consumer grow by two gigabytes. Here a
batch inflates into a bounded buffer, whatever size it declares; one that does not fit, or cannot be unpacked at all,
is not opened. It then arrives as one unreadable range, whose offsets its header tells.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import compress, count
from typing import Any, Final

import cramjam
from aiokafka.consumer import fetcher
from aiokafka.record._crecords import default_records
from aiokafka.record.memory_records import MemoryRecords

from chassis.slices.slice import UnreadableRange

RATIO_MAX: Final = 100
# T2: a batch has 16 MiB. Unpacked it may have no more: our own producers compress nothing, and a decoder's window may
# take as much again, so that what a bomb costs stays below 64 MB with all copies of its compressed bytes.
BATCH_BYTES_MAX: Final = 16 * 1024 * 1024
# Below this no ratio is dangerous: a small batch of like records shrinks a thousandfold, and harmlessly.
BATCH_BYTES_SAFE: Final = 1024 * 1024
_FIRST_GUESS: Final = 8
_GZIP: Final = 31
_XERIAL: Final = b"\x82SNAPPY\x00"
_XERIAL_HEADER_BYTES: Final = 16
_XERIAL_SIZE_BYTES: Final = 4
_PIECE_BYTES: Final = 64 * 1024
DecompressInto = Callable[[Any, Any], int]


class InflationRefused(Exception):  # an answer about a batch, which is then not opened
    """The batch would unpack to more than is allowed."""


class UnopenedBatch(bytes):
    """Stands as the value of the one record that an unopened batch arrives as."""

    end: int
    reason: str


def install() -> None:
    """Makes every consumer of this process inflate within bounds. May be called again."""
    default_records.gzip_decode = _gzip
    default_records.snappy_decode = _snappy
    default_records.lz4_decode = _bounded(cramjam.lz4.decompress_into)
    default_records.zstd_decode = _bounded(cramjam.zstd.decompress_into)
    fetcher.MemoryRecords = GuardedRecords


def opened(message: Any) -> Any:  # a record of the client library, or the range it stands for
    """The message itself, or the unreadable range in whose place it came."""
    value = message.value
    if value.__class__ is not UnopenedBatch:
        return message
    return UnreadableRange(
        offset=message.offset, end=value.end, timestamp=message.timestamp, reason=value.reason, value=b""
    )


class GuardedRecords:
    """The client's reader of fetched batches, whose batches may stay unopened."""

    def __init__(self, data: bytes) -> None:
        self._records = MemoryRecords(data)
        self.size_in_bytes = self._records.size_in_bytes
        self.has_next = self._records.has_next

    def next_batch(self) -> "GuardedBatch":
        """The next batch."""
        return GuardedBatch(self._records.next_batch())


class GuardedBatch:
    """One batch; iterated, it gives its records, and one record in the place of those that cannot be read."""

    def __init__(self, batch: Any) -> None:
        self._batch = batch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            records = iter(self._batch)
        except InflationRefused:
            return iter((_Unopened(self._batch, "inflation"),))
        except Exception:  # noqa: BLE001  # whatever a codec says of bytes that firms made, it says: unreadable
            return iter((_Unopened(self._batch, "codec"),))
        return self._until_broken(records)

    def __next__(self) -> Any:
        return next(self._batch)

    def _until_broken(self, records: Iterator[Any]) -> Iterator[Any]:
        """The records in their order. The broker lets pass what the client cannot read, a header's name for one."""
        ticks = count(1)  # each is true, so that every record passes and is counted, at the speed of the loop below
        try:
            yield from compress(records, ticks)
        except Exception:  # noqa: BLE001  # the same: the rest of this batch is unreadable, and no other firm waits
            yield _Unopened(self._batch, "records", read=next(ticks) - 1)


class _Unopened:
    """The record that stands for a batch, or for what is left of it."""

    key = None
    checksum = None
    headers: Sequence[tuple[str, bytes]] = ()

    def __init__(self, batch: Any, reason: str, *, read: int = 0) -> None:
        self.offset = batch.base_offset + read
        self.timestamp = batch.max_timestamp
        self.timestamp_type = batch.timestamp_type
        self.value = UnopenedBatch(b"")
        self.value.end = batch.next_offset
        self.value.reason = reason


def allowed(compressed_bytes: int) -> int:
    """How many bytes so many compressed ones may unpack to."""
    return min(BATCH_BYTES_MAX, max(BATCH_BYTES_SAFE, RATIO_MAX * compressed_bytes))


def _bounded(decompress_into: DecompressInto) -> Callable[[Any], bytes]:
    def decode(payload: Any) -> bytes:
        limit = allowed(len(payload))
        first = min(limit, max(BATCH_BYTES_SAFE // 4, _FIRST_GUESS * len(payload)))
        for size in (first, limit) if first < limit else (limit,):
            unpacked = _into(size, decompress_into, payload)
            if unpacked is not None and (len(unpacked) < size or size == limit):
                return unpacked
        raise InflationRefused(f"{len(payload)} bytes do not unpack to {limit}")

    return decode


def _into(size: int, decompress_into: DecompressInto, payload: Any) -> bytes | None:
    """What fits a buffer, which is gone before the next one is made."""
    buffer = bytearray(size)
    try:
        written = decompress_into(payload, buffer)
    except cramjam.DecompressionError:
        return None  # too small a buffer and broken data look the same: the last attempt decides
    return bytes(memoryview(buffer)[:written])


def _gzip(payload: Any) -> bytes:
    """Members may follow one another; fed in pieces, so that no member costs a copy of all that follows it."""
    limit = allowed(len(payload))
    data, unpacked = memoryview(payload), bytearray()
    stream, in_member = zlib.decompressobj(_GZIP), False
    for at in range(0, len(data), _PIECE_BYTES):
        rest = bytes(data[at : at + _PIECE_BYTES])
        while rest:
            unpacked += stream.decompress(rest, limit - len(unpacked) + 1)
            if len(unpacked) > limit:
                raise InflationRefused(f"{len(data)} bytes unpack to more than {limit}")
            in_member, rest = not stream.eof, stream.unused_data
            if stream.eof:
                stream = zlib.decompressobj(_GZIP)
    if in_member:
        raise zlib.error("the last member has no end")
    return bytes(unpacked)


def _snappy(payload: Any) -> bytes:
    limit = allowed(len(payload))
    data = memoryview(payload)
    if bytes(data[: len(_XERIAL)]) != _XERIAL:
        return bytes(_snappy_blocks([data], limit))
    return bytes(_snappy_blocks(list(_xerial_blocks(data)), limit))


def _xerial_blocks(data: memoryview) -> Iterator[memoryview]:
    at = _XERIAL_HEADER_BYTES
    while at < len(data):
        (size,) = struct.unpack_from("!i", data, at)
        # A size below zero would lead back, and round and round.
        if not 0 < size <= len(data) - at - _XERIAL_SIZE_BYTES:
            raise ValueError(f"a block of {size} bytes")
        at += _XERIAL_SIZE_BYTES
        yield data[at : at + size]
        at += size


def _snappy_blocks(blocks: Sequence[memoryview], limit: int) -> bytearray:
    """Sizes are declared block by block: together they are held to the limit before anything is unpacked."""
    declared = [cramjam.snappy.decompress_raw_len(block) for block in blocks]
    if sum(declared) > limit:
        raise InflationRefused(f"{len(blocks)} blocks declare {sum(declared)} bytes")
    unpacked = bytearray(sum(declared))
    at, whole = 0, memoryview(unpacked)
    for block, size in zip(blocks, declared, strict=True):
        written = cramjam.snappy.decompress_raw_into(block, whole[at : at + size])
        if written != size:
            raise ValueError(f"a block declares {size} bytes and has {written}")
        at += size
    return unpacked
