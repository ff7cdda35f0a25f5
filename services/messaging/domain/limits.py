"""How much may be written, and how often: dated data (P15.4), and what is said to who goes beyond."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import ClassVar, Literal

from chassis.kernel import SHANGHAI, Refusal
from messaging.domain.dated_tables import rows_in_force

Name = Literal[
    "message_characters",
    "messages",
    "conversations",
    "administrator_messages",
    "reports",
    "report_note_characters",
    "reported_messages",
]
Counted = Literal["messages", "conversations", "administrator_messages", "reports"]
_PER_MINUTE: frozenset[Counted] = frozenset({"messages", "administrator_messages"})
_MINUTE = timedelta(minutes=1)


class TooMany(Refusal):
    """The limit of the minute or the day is used up; `retry_after` says in how many seconds it begins anew."""

    slug: ClassVar[str] = "too-many"
    title_zh: ClassVar[str] = "已达到次数上限，请稍后再试"
    title_en: ClassVar[str] = "The limit is used up; try again later"


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What one user or participant may do from `begins` until `ends`."""

    counted: Counted
    limit: int
    begins: datetime
    ends: datetime

    def require(self, used: int, *, now: datetime) -> None:
        """Refuses the use that is one too many.

        Raises:
            TooMany: with the limit and the seconds until it begins anew.
        """
        if used > self.limit:
            seconds = max(1, int((self.ends - now).total_seconds()))
            raise TooMany(limit=self.limit, counted=self.counted, retry_after=seconds)


def limit_of(name: Name, on: date) -> int:
    """The limit in force on a day."""
    return _limits(on)[name]


def allowance(counted: Counted, now: datetime) -> Allowance:
    """The minute or the business day in Shanghai that `now` lies in, and its limit."""
    local = now.astimezone(SHANGHAI)
    if counted in _PER_MINUTE:
        begins, ends = local.replace(second=0, microsecond=0), local.replace(second=0, microsecond=0) + _MINUTE
    else:
        begins = datetime.combine(local.date(), time.min, tzinfo=SHANGHAI)
        ends = begins + timedelta(days=1)
    return Allowance(counted=counted, limit=limit_of(counted, local.date()), begins=begins, ends=ends)


@lru_cache(maxsize=32)
def _limits(on: date) -> Mapping[str, int]:
    return {row["name"]: int(row["limit"]) for row in rows_in_force("limits.csv", on)}
