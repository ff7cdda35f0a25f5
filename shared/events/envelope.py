"""CloudEvents 1.0 in Kafka's binary content mode: the attributes are record headers, the body is the data alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

CONTENT_TYPE = b"application/json"
REQUIRED = ("ce_id", "ce_source", "ce_type", "ce_time", "ce_sequence")


class EnvelopeInvalid(ValueError):
    """A record on a domain topic that lacks a required attribute, or bears one that cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """The attributes of one event.

    `sequence` runs 1..n without a gap per topic and key; `trace` holds the W3C trace context headers of the writer.
    """

    id: str
    source: str
    type: str
    time: datetime
    sequence: int
    trace: Mapping[str, str] = field(default_factory=dict)

    def headers(self) -> list[tuple[str, bytes]]:
        """The record's headers, in a stable order."""
        attributes = {
            "ce_specversion": "1.0",
            "ce_id": self.id,
            "ce_source": self.source,
            "ce_type": self.type,
            "ce_time": self.time.isoformat(),
            "ce_sequence": str(self.sequence),
            **self.trace,
        }
        return [("content-type", CONTENT_TYPE), *((name, value.encode()) for name, value in attributes.items())]

    @classmethod
    def read(cls, headers: Sequence[tuple[str, bytes]]) -> "Envelope":
        """Reads a record's headers.

        Raises:
            EnvelopeInvalid: a required attribute is absent or unreadable; the message names it.
        """
        try:
            found = {name: value.decode() for name, value in headers}
        except UnicodeDecodeError as error:
            raise EnvelopeInvalid("a header is not UTF-8") from error
        missing = [name for name in REQUIRED if name not in found]
        if missing:
            raise EnvelopeInvalid(f"missing: {', '.join(missing)}")
        try:
            return cls(
                id=found["ce_id"],
                source=found["ce_source"],
                type=found["ce_type"],
                time=datetime.fromisoformat(found["ce_time"]),
                sequence=int(found["ce_sequence"]),
                trace={name: found[name] for name in ("traceparent", "tracestate") if name in found},
            )
        except ValueError as error:
            raise EnvelopeInvalid(str(error)) from error
