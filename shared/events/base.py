"""The base of every event class, and the one way to write and read an event's body."""

from collections.abc import Iterator
from typing import ClassVar, TypeVar

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, in the public language.

    A subclass names its topic, its type and the field whose value is the record's key. Bodies are JSON; fields are
    only ever added within a version, each with a default, so that an older reader goes on reading (decimals travel
    as strings, timestamps with their offset).
    """

    topic: ClassVar[str]
    type: ClassVar[str]
    key_field: ClassVar[str]

    @property
    def key(self) -> str:
        """The record's key: order holds per key."""
        return str(getattr(self, self.key_field))

    @property
    def topic_name(self) -> str:
        """The topic itself where `topic` is a pattern (`reference.{kind}.v1`)."""
        return self.topic.format(kind=getattr(self, "kind", ""))


E = TypeVar("E", bound=Event)

_LANGUAGE = "events."
_encoder = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical")


def encode(event: Event) -> bytes:
    """The event's body as UTF-8 JSON."""
    return _encoder.encode(event)


def decode(event_class: type[E], body: bytes) -> E:
    """Reads a body; unknown fields are skipped (a newer writer), a wrong type raises `msgspec.ValidationError`."""
    return msgspec.json.decode(body, type=event_class)


def event_classes(root: type[Event] = Event) -> Iterator[type[Event]]:
    """Every concrete event class of the language that has been imported, in a stable order.

    A class defined elsewhere (a test's) belongs to nobody's language and is left out.
    """
    for child in sorted(root.__subclasses__(), key=lambda one: (one.__module__, one.__name__)):
        if "type" in vars(child) and child.__module__.startswith(_LANGUAGE):
            yield child
        yield from event_classes(child)
