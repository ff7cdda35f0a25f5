"""The ground floor: what a rule may use without knowing any technology."""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """One thing wrong with one field: where (JSON pointer), which rule, what, and the way out, in both languages."""

    pointer: str
    rule: str
    message_zh: str
    message_en: str


class Refusal(Exception):
    """A business no. Subclasses stand beside the rule that refuses and name themselves.

    `slug` is the stable type of the problem; `details` are added to the answer (for example the allowed moves).
    """

    slug: ClassVar[str]
    title_zh: ClassVar[str]
    title_en: ClassVar[str]

    def __init__(self, *, errors: Sequence[FieldError] = (), **details: object) -> None:
        super().__init__(self.slug)
        self.errors: tuple[FieldError, ...] = tuple(errors)
        self.details: Mapping[str, object] = details


class Fact:
    """Base of what a domain object records: past tense, a frozen dataclass, in the service's own words."""


def new_id() -> UUID:
    """A UUID of version 7: unique, and ordered by the time it was made."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62
    return UUID(int=value | secrets.randbits(62))
