"""A record as it arrived, free of its client; and what it says, if it can be read at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from chassis.failures import Poison
from events.base import Event, decode
from events.envelope import Envelope, EnvelopeInvalid

E = TypeVar("E", bound=Event)
_SEQUENCE_MAX = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record of a domain topic. `key` is text that Postgres can hold whatever the bytes were."""

    partition: int
    offset: int
    key: str
    headers: Sequence[tuple[str, bytes]]
    body: bytes | None

    @classmethod
    def of(cls, arrived: Any) -> "Record":  # aiokafka's record, which has no type
        """Takes over what a consumer fetched."""
        return cls(
            partition=arrived.partition,
            offset=arrived.offset,
            key=_text(arrived.key),
            headers=tuple((_plain(name), value or b"") for name, value in arrived.headers),
            body=arrived.value,
        )

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.offset + 1

    def envelope(self) -> Envelope:
        """The attributes.

        Raises:
            Poison: they are missing or cannot be read.
        """
        try:
            envelope = Envelope.read(self.headers)
        except EnvelopeInvalid as error:
            raise Poison(f"envelope: {error}") from error
        if not 1 <= envelope.sequence <= _SEQUENCE_MAX:
            raise Poison(f"envelope: sequence {envelope.sequence}")
        return envelope

    def event(self, event_class: type[E]) -> E:
        """The body.

        Raises:
            Poison: it is not what the class says.
        """
        try:
            return decode(event_class, self.body or b"")
        except msgspec.MsgspecError as error:
            raise Poison(f"body: {error}") from error

    def sequence(self) -> int | None:
        """The number it claims, where it can be read."""
        try:
            return self.envelope().sequence
        except Poison:
            return None


def stored_headers(record: Record) -> str:
    """The headers as JSON; the values are bytes of any kind."""
    return msgspec.json.encode(record.headers).decode()


def restored(row: Mapping[Any, Any]) -> Record:
    """A parked record as it was."""
    return Record(
        partition=row["partition"],
        offset=row["offset"],
        key=row["key"],
        headers=msgspec.json.decode(row["headers"], type=list[tuple[str, bytes]]),
        body=row["body"],
    )


def _text(key: bytes | None) -> str:
    return _plain((key or b"").decode(errors="backslashreplace"))


def _plain(text: str) -> str:
    return text.replace("\0", "\\x00")
