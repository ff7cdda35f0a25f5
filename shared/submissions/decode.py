"""From the raw bytes of a slice's messages to typed records: split, decode, hash. Pure; runs in a thread.

The quick decoder takes what is usual; whatever it refuses goes to the exact reader, which says what is wrong.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

import msgspec

from submissions.accession import UNREADABLE, Accessions
from submissions.dictionary import columns, required, types
from submissions.exact import read
from submissions.numbers import NotANumber
from submissions.outcome import Finding, Message, Received
from submissions.wire import canonised, quick_decoder, wire_type_of

MESSAGE_BYTES_MAX = 1024 * 1024
RECORD_BYTES_MAX = 64 * 1024
RECORDS_MAX = 1000
HASH_BYTES = 16
_hashed = msgspec.msgpack.Encoder(decimal_format="string")
_SEQUENCE, _REPORTED_AT = (columns("contract")[1:].index(name) for name in ("sequence", "reported_at"))


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
    if value is None or not value.strip():
        raise Unreadable("empty")
    if len(value) > MESSAGE_BYTES_MAX:
        raise Unreadable("size")
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
    kept = list(values)
    kept[_SEQUENCE] = kept[_REPORTED_AT] = None
    while kept and kept[-1] is None:
        kept.pop()
    text = _hashed.encode((record_type, kept, unknown) if unknown else (record_type, kept))
    return blake2b(text, digest_size=HASH_BYTES).digest()


def _is_one_document(value: bytes) -> bool:
    try:
        msgspec.json.decode(value, type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    return True


def _decode_message(message: Message, accessions: Accessions) -> Iterator[Received]:
    offset, appended_at = message.offset, message.appended_at
    try:
        lines = lines_of(message.value)
    except Unreadable as error:
        accession = accessions.of(offset, UNREADABLE)
        yield Received(accession, offset, UNREADABLE, appended_at, message.value or b"", unreadable=str(error))
        return
    quick = quick_decoder().decode
    for index, raw in enumerate(lines):
        received = Received(accessions.of(offset, index), offset, index, appended_at, raw)
        try:
            record = canonised(quick(raw))
            if not _quick_is_safe(raw, record):
                _read_exactly(received)
            else:
                _take(received, record, wire_type_of(record.__class__).record_type)
        except (msgspec.MsgspecError, NotANumber):
            _read_exactly(received)
        yield received


def _quick_is_safe(raw: bytes, record: Any) -> bool:  # a struct made at run time
    """Whether no member stands twice: as many names as values. Nulls, maps, escaped quotes hide that from a count."""
    if len(raw) > RECORD_BYTES_MAX or record.no_data or b"null" in raw or b'\\"' in raw:
        return False
    wire = wire_type_of(record.__class__)
    return raw.count(b'":') == wire.member_count - wire.values(record).count(None)


def _take(received: Received, record: Any, record_type: str, unknown: dict[str, Any] | None = None) -> None:
    wire = wire_type_of(record.__class__)
    received.record = record
    received.record_type = record_type
    received.record_key = record.record_key
    received.sequence = record.sequence
    received.action = record.action
    received.business_date = record.business_date
    received.content_hash = content_hash(record_type, wire.values(record), unknown)
    received.whole = None not in wire.mandatory(record)


def _read_exactly(received: Received) -> None:
    if len(received.raw) > RECORD_BYTES_MAX:
        received.findings = [Finding("V003")]
        received.fatal = True
        return
    reading = read(received.raw)
    received.findings = reading.findings
    received.fatal = reading.fatal
    received.record_type = reading.record_type
    if reading.record is not None and reading.record_type is not None:
        _take(
            received, reading.record, reading.record_type, _untyped(reading.findings, reading.members, reading.unknown)
        )


def _untyped(findings: list[Finding], members: dict[str, Any], unknown: dict[str, Any]) -> dict[str, Any] | None:
    """What the typed values do not hold, so that other content never has the same hash."""
    kept = {one.path: str(members[one.path]) for one in findings if one.path in members} | {
        name: str(value) for name, value in unknown.items()
    }
    return dict(sorted(kept.items())) or None


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
