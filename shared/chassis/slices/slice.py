"""What a slice is: consecutive offsets of one partition, applied in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, Protocol

from chassis.cause import SYSTEM, Cause, SliceDelivery

RefusalKind = Literal["data", "killed"]


class Message(Protocol):
    """One record of the log, as raw bytes. The client library's own record object satisfies it: nothing is copied.

    `timestamp` is the broker's, in milliseconds.
    """

    @property
    def offset(self) -> int:
        """Where it stands."""
        ...

    @property
    def timestamp(self) -> int:
        """The broker's append time."""
        ...

    @property
    def key(self) -> bytes | None:
        """As sent; it means nothing here."""
        ...

    @property
    def value(self) -> bytes | None:
        """As sent."""
        ...

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]:
        """As sent."""
        ...


@dataclass(frozen=True, kw_only=True)
class UnreadableRange:
    """Offsets whose content was never seen, because the batch that holds them cannot be opened safely."""

    offset: int
    end: int
    timestamp: int
    reason: str
    key: bytes | None = None
    value: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()


class Place(NamedTuple):
    """A message, or one line of it where a message holds several records (`line` None: the whole message)."""

    offset: int
    line: int | None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Why the chassis took a record out: the store refused its values, or it ended the process that handled it."""

    kind: RefusalKind
    reason: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where slices come from: one partition of one topic, as one consumer reads it."""

    consumer: str
    topic: str
    topic_id: str
    partition: int


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Consecutive offsets [start, end) of one partition.

    `start` is the end of what was applied before: offsets that were never delivered (control and aborted records)
    count as empty. A handler leaves alone what `refused` names, and records the reason in its place.
    """

    source: Source
    start: int
    end: int
    messages: Sequence[Message]
    refused: Mapping[Place, Refused] = field(default_factory=dict)

    @property
    def cause(self) -> Cause:
        """The cause of this slice's transaction: its fence moves from `start` to `end`."""
        return Cause(
            subject=SYSTEM,
            operation=f"{self.source.consumer}.slice",
            slice=SliceDelivery(
                consumer=self.source.consumer,
                topic=self.source.topic,
                topic_id=self.source.topic_id,
                partition=self.source.partition,
                start=self.start,
                end=self.end,
            ),
        )

    def halves(self) -> tuple["Slice", "Slice"]:
        """The same offsets as two slices that meet where the second one's first message stands."""
        middle = len(self.messages) // 2
        left, right = self.messages[:middle], self.messages[middle:]
        border = right[0].offset
        return replace(self, end=border, messages=left), replace(self, start=border, messages=right)

    def pieces(self, size: int) -> Iterator["Slice"]:
        """The same offsets as slices of at most `size` messages."""
        start = self.start
        for index in range(0, len(self.messages), size):
            part = self.messages[index : index + size]
            end = end_of(part[-1]) if index + size < len(self.messages) else self.end
            yield replace(self, start=start, end=end, messages=part)
            start = end

    def without(self, refused: Mapping[Place, Refused]) -> "Slice":
        """The same slice, with records taken out."""
        return replace(self, refused={**self.refused, **refused})


def end_of(message: Message) -> int:
    """The offset after a message, or after the range it stands for."""
    return message.end if isinstance(message, UnreadableRange) else message.offset + 1


def size_of(message: Message) -> int:
    """What a message weighs in a buffer, in bytes."""
    value, key = message.value, message.key
    return (len(value) if value else 0) + (len(key) if key else 0)
