"""The accession number 受理编号: a pure function of (topic, partition, offset, index), for ever (R3).

`F001-0-1234-5-K`: firm, partition, offset, index within the message, check character. TEST begins with `T.`. The index
of an unreadable message is `M`: the message itself. The check character catches every single wrong digit and every
swap of two neighbours within a number.
"""

import re
from dataclasses import dataclass
from typing import Any

UNREADABLE = -1
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MODULUS = len(ALPHABET)  # prime: see above
_TOPIC = re.compile(r"(?P<test>test\.)?submissions\.(?P<firm>[A-Za-z0-9_]{1,16})")
_ACCESSION = re.compile(
    r"(?P<test>T\.)?(?P<firm>[A-Za-z0-9_]{1,16})-(?P<partition>\d+)-(?P<offset>\d+)-(?P<index>\d+|M)-(?P<check>.)"
)


class AccessionInvalid(ValueError):
    """The text is no accession number: its form or its check character is wrong."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record came from."""

    topic: str
    partition: int
    offset: int
    index: int


class Accessions:
    """The accessions of one topic and partition."""

    def __init__(self, topic: str, partition: int) -> None:
        found = _TOPIC.fullmatch(topic)
        if found is None:
            raise AccessionInvalid(f"{topic!r} is no topic of submissions")
        self.firm_id: str = found["firm"]
        self.is_test = found["test"] is not None
        self._prefix = f"{'T.' if self.is_test else ''}{self.firm_id}-{partition}-"
        self._sum = _text_sum(self._prefix) % _MODULUS

    @property
    def prefix(self) -> str:
        """What stands before the offset."""
        return self._prefix

    def remainder(self, offset: Any, index: Any) -> Any:  # an integer, or a column of them
        """Which character of the alphabet is the check character."""
        return (self._sum + 3 * offset + 7 * index) % _MODULUS

    def of(self, offset: int, index: int) -> str:
        """The accession of one record, or of an unreadable message (`UNREADABLE`)."""
        check = ALPHABET[self.remainder(offset, index)]
        return f"{self._prefix}{offset}-{'M' if index == UNREADABLE else index}-{check}"


def accession(topic: str, partition: int, offset: int, index: int) -> str:
    """The accession of one record; `topic` is the registered name, without any prefix of tests."""
    return Accessions(topic, partition).of(offset, index)


def origin(text: str) -> Origin:
    """Reads an accession back.

    Raises:
        AccessionInvalid: its form or its check character is wrong.
    """
    found = _ACCESSION.fullmatch(text)
    if found is None:
        raise AccessionInvalid(f"{text!r} is no accession number")
    index = UNREADABLE if found["index"] == "M" else int(found["index"])
    topic = f"{'test.' if found['test'] else ''}submissions.{found['firm']}"
    where = Origin(topic, int(found["partition"]), int(found["offset"]), index)
    if accession(topic, where.partition, where.offset, where.index) != text:
        raise AccessionInvalid(f"the check character of {text!r} is wrong")
    return where


def _text_sum(text: str) -> int:
    total = 0
    for character in text:
        total = total * 11 + ord(character)
    return total
