"""What a compressed batch may unpack to.

The client inflates a whole batch before any record exists: 32 kB of zstd made a consumer grow by two gigabytes. Here a
batch inflates into a bounded buffer, whatever size it declares; one that does not fit, or cannot be unpacked at all,
is not opened. It then arrives as one unreadable range, whose offsets its header tells.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import cramjam
from aiokafka.consumer import fetcher
from aiokafka.record._crecords import default_records
from aiokafka.record.memory_records import MemoryRecords

from chassis.slices.slice import UnreadableRange

RATIO_MAX: Final = 100
BATCH_BYTES_MAX: Final = 64 * 1024 * 1024
# Below this no ratio is dangerous: a small batch of like records shrinks a thousandfold, and harmlessly.
BATCH_BYTES_SAFE: Final = 1024 * 1024
_FIRST_GUESS: Final = 8
_GZIP: Final = 31
_XERIAL: Final = b"\x82SNAPPY\x00"
_XERIAL_HEADER_BYTES: Final = 16


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
    """One batch; iterated, it gives its records, or one record in the place of all."""

    def __init__(self, batch: Any) -> None:
        self._batch = batch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(self._batch)
        except InflationRefused:
            return iter((_Unopened(self._batch, "inflation"),))
        except Exception:  # noqa: BLE001  # whatever a codec says of bytes that firms made, it says: unreadable
            return iter((_Unopened(self._batch, "codec"),))

    def __next__(self) -> Any:
        return next(self._batch)


class _Unopened:
    """The record that stands for a batch."""

    key = None
    checksum = None
    headers: Sequence[tuple[str, bytes]] = ()

    def __init__(self, batch: Any, reason: str) -> None:
        self.offset = batch.base_offset
        self.timestamp = batch.max_timestamp
        self.timestamp_type = batch.timestamp_type
        self.value = UnopenedBatch(b"")
        self.value.end = batch.next_offset
        self.value.reason = reason


def allowed(compressed_bytes: int) -> int:
    """How many bytes so many compressed ones may unpack to."""
    return min(BATCH_BYTES_MAX, max(BATCH_BYTES_SAFE, RATIO_MAX * compressed_bytes))


def _bounded(decompress_into: Callable[[Any, Any], int]) -> Callable[[Any], bytes]:
    def decode(payload: Any) -> bytes:
        limit = allowed(len(payload))
        for size in (min(limit, max(BATCH_BYTES_SAFE // 4, _FIRST_GUESS * len(payload))), limit):
            buffer = bytearray(size)
            try:
                written = decompress_into(payload, buffer)
            except cramjam.DecompressionError:
                continue  # too small a buffer and broken data look the same: the last attempt decides
            if written < size or size == limit:
                return bytes(memoryview(buffer)[:written])
        raise InflationRefused(f"{len(payload)} bytes do not unpack to {limit}")

    return decode


def _gzip(payload: Any) -> bytes:
    limit = allowed(len(payload))
    unpacked = bytearray()
    rest = bytes(payload)
    while rest:
        stream = zlib.decompressobj(_GZIP)
        unpacked += stream.decompress(rest, limit - len(unpacked) + 1)
        if len(unpacked) > limit:
            raise InflationRefused(f"{len(payload)} bytes unpack to more than {limit}")
        rest = stream.unused_data
    return bytes(unpacked)


def _snappy(payload: Any) -> bytes:
    limit = allowed(len(payload))
    data = memoryview(payload)
    if bytes(data[: len(_XERIAL)]) != _XERIAL:
        return _snappy_block(data, limit)
    unpacked = bytearray()
    at = _XERIAL_HEADER_BYTES
    while at < len(data):
        (size,) = struct.unpack_from("!i", data, at)
        unpacked += _snappy_block(data[at + 4 : at + 4 + size], limit - len(unpacked))
        at += 4 + size
    return bytes(unpacked)


def _snappy_block(block: memoryview, limit: int) -> bytes:
    declared = cramjam.snappy.decompress_raw_len(block)
    if declared > limit:
        raise InflationRefused(f"a block declares {declared} bytes")
    buffer = bytearray(declared)
    return bytes(memoryview(buffer)[: cramjam.snappy.decompress_raw_into(block, buffer)])
