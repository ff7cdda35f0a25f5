"""A batch unpacks within bounds or not at all; its offsets are accounted for either way."""

import gzip
import struct
import time
import tracemalloc
import zlib

import cramjam
import pytest
from aiokafka.record._crecords import default_records
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from chassis.slices import UnreadableRange, inflation
from chassis.slices.inflation import GuardedRecords, InflationRefused, UnopenedBatch, opened
from testkit.bombs import bomb, poison
from testkit.slices import FakeMessage

CODECS = {"gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
BOMB = bytes(inflation.BATCH_BYTES_MAX + 1)


@pytest.fixture(autouse=True)
def _guarded() -> None:
    inflation.install()


def a_batch(*values: bytes, codec: str) -> bytes:
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=CODECS[codec],
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=2 * inflation.BATCH_BYTES_MAX,
    )
    for offset, value in enumerate(values):
        builder.append(offset, timestamp=1, key=None, value=value, headers=[])
    return bytes(builder.build())


@pytest.mark.parametrize("codec", CODECS)
class TestBatch:
    def test_that_fits_is_read_as_ever(self, codec: str) -> None:
        records = GuardedRecords(a_batch(b"a" * 5_000, b"b", codec=codec))

        assert [bytes(one.value) for one in records.next_batch()] == [b"a" * 5_000, b"b"]

    def test_that_unpacks_to_too_much_stays_unopened_and_keeps_its_offsets(self, codec: str) -> None:
        records = GuardedRecords(a_batch(b"a", BOMB, b"c", codec=codec))

        (one,) = records.next_batch()

        assert isinstance(one.value, UnopenedBatch)
        assert (one.offset, one.value.end, one.value.reason) == (0, 3, "inflation")

    def test_after_an_unopened_one_is_read(self, codec: str) -> None:
        records = GuardedRecords(a_batch(BOMB, codec=codec) + a_batch(b"next", codec=codec))
        list(records.next_batch())

        assert [bytes(one.value) for one in records.next_batch()] == [b"next"]


@pytest.mark.parametrize("codec", CODECS)
def test_broken_data_are_unreadable_and_no_error(codec: str) -> None:
    batch = bytearray(a_batch(b"a" * 5_000, codec=codec))
    batch[61:70] = b"\xff" * 9

    (one,) = GuardedRecords(bytes(batch)).next_batch()

    assert isinstance(one.value, UnopenedBatch)


def test_what_follows_a_record_that_cannot_be_read_is_one_range_up_to_the_end_of_its_batch() -> None:
    records = GuardedRecords(poison(b"a", b"b", b"c", b"unreadable").batch + a_batch(b"next", codec="gzip"))

    *read, rest = records.next_batch()

    assert [bytes(one.value) for one in read] == [b"a", b"b", b"c"]
    assert (rest.offset, rest.value.end, rest.value.reason) == (3, 4, "records")
    assert [bytes(one.value) for one in records.next_batch()] == [b"next"]


def test_a_forged_size_is_a_hint_and_no_more() -> None:
    stream = cramjam.zstd.Compressor()
    stream.compress(BOMB)  # a streamed frame declares no size at all

    with pytest.raises(InflationRefused):
        default_records.zstd_decode(bytes(stream.finish()))


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_t2_ten_gigabytes_are_refused_for_the_price_of_what_is_allowed(codec: str) -> None:
    made = bomb(codec, records=10, runs=256)
    tracemalloc.start()

    (one,) = GuardedRecords(made.batch).next_batch()

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.unpacked > 10 * 1024**3
    assert (one.offset, one.value.end, one.value.reason) == (0, 10, "inflation")
    assert peak < 2 * inflation.BATCH_BYTES_MAX


def test_gzip_of_a_hundred_thousand_members_costs_no_copy_of_the_rest_for_each() -> None:
    member = gzip.compress(b"a")
    began = time.process_time()

    assert default_records.gzip_decode(member * 100_000) == b"a" * 100_000

    assert time.process_time() - began < 3


def test_gzip_without_its_end_is_broken() -> None:
    with pytest.raises(zlib.error):
        default_records.gzip_decode(gzip.compress(b"a" * 5_000)[:-9])


@pytest.mark.parametrize("size", [-4, 0, 1 << 30])
def test_a_snappy_block_that_leads_nowhere_is_broken_and_not_read_for_ever(size: int) -> None:
    block = bytes(cramjam.snappy.compress_raw(b"a" * 100))
    sound = b"\x82SNAPPY\x00" + struct.pack("!ii", 1, 1) + struct.pack("!i", len(block)) + block

    with pytest.raises(ValueError, match="a block of"):
        default_records.snappy_decode(sound + struct.pack("!i", size))


def test_snappy_blocks_are_held_to_the_limit_together_before_any_is_unpacked() -> None:
    block = bytes(cramjam.snappy.compress_raw(bytes(inflation.BATCH_BYTES_SAFE)))
    blocks = (struct.pack("!i", len(block)) + block) * 32

    with pytest.raises(InflationRefused, match="32 blocks declare"):
        default_records.snappy_decode(b"\x82SNAPPY\x00" + struct.pack("!ii", 1, 1) + blocks)


def test_a_snappy_block_that_declares_too_little_is_broken() -> None:
    block = bytearray(cramjam.snappy.compress_raw(b"a" * 100))
    block[0] = 50  # the size it declares

    with pytest.raises((cramjam.DecompressionError, ValueError)):
        default_records.snappy_decode(bytes(block))


def test_gzip_of_many_members_is_bounded_as_a_whole() -> None:
    member = gzip.compress(bytes(inflation.BATCH_BYTES_MAX // 2))

    with pytest.raises(InflationRefused):
        default_records.gzip_decode(member * 3)


def test_the_record_in_its_place_becomes_a_range() -> None:
    value = UnopenedBatch(b"")
    value.end, value.reason = 17, "inflation"

    found = opened(FakeMessage(5, value))

    assert isinstance(found, UnreadableRange)
    assert (found.offset, found.end, found.reason) == (5, 17, "inflation")


def test_an_ordinary_message_is_itself() -> None:
    message = FakeMessage(5, b"x")

    assert opened(message) is message
