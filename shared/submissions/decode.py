"""From the raw bytes of a slice's messages to typed records: split, decode, hash. Pure; runs in a thread.

The quick decoder takes what is usual; whatever it refuses goes to the exact reader, which says what is wrong.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec.structs import astuple

from submissions.accession import UNREADABLE, Accessions
from submissions.dictionary import columns, required, types
from submissions.exact import Reading, read
from submissions.numbers import NotANumber
from submissions.outcome import Finding, Message, Received
from submissions.wire import canonised, quick_decoder, wire_type_of

MESSAGE_BYTES_MAX = 1024 * 1024
RECORD_BYTES_MAX = 64 * 1024
RECORDS_MAX = 1000
HASH_BYTES = 16
_hashed = msgspec.msgpack.Encoder(decimal_format="string").encode
# A content hash knows nothing of where and when the record came.
_NO_MOMENT, _NO_PLACE = datetime.min.replace(tzinfo=UTC), Accessions("submissions.X", 0)
_APART = (b'" ', b'"\t', b'"\r')
# Places among the values common to all types; what is left out of the hash frames the record key.
_SEQUENCE, _RECORD_KEY, _REPORTED_AT = (
    columns("contract")[1:].index(name) for name in ("sequence", "record_key", "reported_at")
)


class Unreadable(ValueError):
    """A message that cannot be split into lines; it counts once."""


def decode(messages: Iterable[Message], accessions: Accessions) -> list[Received]:
    """Every record of the messages in order, and one item for each unreadable message."""
    received: list[Received] = []
    for message in messages:
        received.extend(_decode_message(message, accessions))
    return received


def lines_of(value: bytes | None) -> list[bytes]:
    """A message's records as bytes: one JSON document, or the lines of an NDJSON envelope.

    Raises:
        Unreadable: `empty`, `size`, `encoding` or `records`.
    """
    if not value or value.isspace():
        raise Unreadable("empty")
    if len(value) > MESSAGE_BYTES_MAX:
        raise Unreadable("size")
    if not value.isascii():
        try:
            value.decode()
        except UnicodeDecodeError as error:
            raise Unreadable("encoding") from error
    lines = value.removesuffix(b"\n").split(b"\n")
    if len(lines) > 1 and not lines[0].rstrip().endswith(b"}") and _is_one_document(value):
        return [value]
    if len(lines) > RECORDS_MAX:
        raise Unreadable("records")
    return lines


def content_hash(record_type: str, values: tuple[Any, ...], unknown: dict[str, Any] | None = None) -> bytes:
    """Over the typed canonical values without `sequence` and `reported_at`; absent values at the end do not count.

    A field that the dictionary gains later is appended, so that what was hashed before keeps its hash.
    """
    rest = values[_REPORTED_AT + 1 :]
    end = len(rest)
    while end and rest[end - 1] is None:
        end -= 1
    content = (record_type, values[:_SEQUENCE], values[_RECORD_KEY], rest[:end], unknown)
    return blake2b(_hashed(content), digest_size=HASH_BYTES).digest()


def hash_of(raw: bytes) -> bytes:
    """The content hash of a record's bytes."""
    return decode_line(Message(0, raw, _NO_MOMENT), 0, raw, _NO_PLACE).content_hash


def _is_one_document(value: bytes) -> bool:
    try:
        msgspec.json.decode(value, type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    return True


def _decode_message(message: Message, accessions: Accessions) -> Iterator[Received]:
    try:
        lines = lines_of(message.value)
    except Unreadable as error:
        yield unreadable(message, str(error), accessions)
        return
    for index, raw in enumerate(lines):
        yield decode_line(message, index, raw, accessions)


def unreadable(message: Message, reason: str, accessions: Accessions) -> Received:
    """A message that could not be split into lines."""
    accession = accessions.of(message.offset, UNREADABLE)
    raw = message.value or b""
    return Received(accession, message.offset, UNREADABLE, message.appended_at, raw, unreadable=reason)


def decode_line(message: Message, index: int, raw: bytes, accessions: Accessions) -> Received:
    """One line of a message."""
    offset, appended_at = message.offset, message.appended_at
    accession = accessions.of(offset, index)
    try:
        record = quick_decoder().decode(raw)
        wire = wire_type_of(record.__class__)
        values = astuple(canonised(record, wire))
    except (msgspec.MsgspecError, NotANumber):
        return _read_exactly(accession, offset, index, appended_at, raw)
    if not _quick_is_safe(raw, record, wire.member_count - values.count(None)):
        return _read_exactly(accession, offset, index, appended_at, raw)
    return Received(
        accession,
        offset,
        index,
        appended_at,
        raw,
        wire.record_type,
        record,
        record.record_key,
        record.sequence,
        record.action,
        record.business_date,
        content_hash(wire.record_type, values),
        whole=True,
    )


def _quick_is_safe(raw: bytes, record: Any, present: int) -> bool:  # a struct made at run time
    """Whether no member stands twice: as many names as values.

    Maps and escaped quotes would blur the count, and so would a name that is apart from its colon.
    """
    if len(raw) > RECORD_BYTES_MAX or record.no_data or (b"\\" in raw and b'\\"' in raw):
        return False
    return raw.count(b'":') == present and not any(apart in raw for apart in _APART)


def _read_exactly(accession: str, offset: int, index: int, appended_at: datetime, raw: bytes) -> Received:
    received = Received(accession, offset, index, appended_at, raw)
    if len(raw) > RECORD_BYTES_MAX:
        received.findings, received.fatal = [Finding("V003")], True
        return received
    reading = read(raw)
    received.findings, received.fatal = reading.findings, reading.fatal
    received.record_type = reading.record_type
    record = reading.record
    if record is None or reading.record_type is None:
        return received
    wire = wire_type_of(record.__class__)
    received.record = record
    received.record_key, received.sequence = record.record_key, record.sequence
    received.action, received.business_date = record.action, record.business_date
    received.content_hash = content_hash(reading.record_type, astuple(record), _untyped(reading))
    received.whole = None not in wire.mandatory(record)
    return received


def _untyped(reading: Reading) -> dict[str, Any] | None:
    """What the typed values do not hold, so that other content never has the same hash."""
    paths = {one.path for one in reading.findings} & reading.members.keys()
    return {name: str(reading.members[name]) for name in sorted(paths | reading.unknown.keys())} or None


def missing_fields(record: Any, record_type: str, action: str) -> list[str]:  # a struct made at run time
    """The mandatory fields that are neither there nor excused by a no-data code; the key's cannot be excused."""
    excused = record.no_data or {}
    keys = types()[record_type].key_fields
    return [
        one.name
        for one in required(record_type, action)
        if one.name != "record_type"
        and getattr(record, one.column) is None
        and (one.name not in excused or one.name in keys)
    ]
