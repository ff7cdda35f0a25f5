"""Golden messages: today's classes read what was written when a version was agreed, and write it the same way."""

from typing import ClassVar

import pytest

from events.base import Event, decode, encode, event_classes
from events.examples import example
from events.publish import golden_path
from events.registry import TOPICS

CLASSES = sorted((one for one in event_classes() if one.__module__.startswith("events.")), key=lambda one: one.type)


@pytest.mark.parametrize("event_class", CLASSES, ids=lambda one: one.type)
def test_the_golden_message_is_read_and_written_back_the_same(event_class: type[Event]) -> None:
    golden = golden_path(event_class).read_bytes().strip()

    read = decode(event_class, golden)

    assert encode(read) == golden
    assert read == decode(event_class, encode(example(event_class)))


def test_every_class_is_said_on_a_registered_topic() -> None:
    said = {one for topic in TOPICS for one in topic.events()}

    assert set(CLASSES) <= said


def test_types_are_unique() -> None:
    types = [one.type for one in CLASSES]

    assert len(types) == len(set(types))


def test_an_unknown_field_of_a_newer_writer_is_skipped() -> None:
    golden = golden_path(CLASSES[0]).read_bytes().strip()
    newer = golden[:-1] + b',"added_later":{"x":[1,2]}}'

    assert decode(CLASSES[0], newer) == decode(CLASSES[0], golden)


def test_a_class_of_somebody_else_is_not_of_the_language() -> None:
    class Foreign(Event, frozen=True, kw_only=True):
        topic: ClassVar[str] = "listing.listing.v1"
        type: ClassVar[str] = "foreign.v1"
        key_field: ClassVar[str] = "id"

        id: str

    assert Foreign not in set(event_classes())
