"""What the operator's ladder does to a listing: corrections demanded of it, and steps that hide it (P4)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from chassis.kernel import Fact, Refusal

DemandState = Literal["open", "overdue"]


class OnlyWhatANoticeDemands(Refusal):
    """A suspended participant edits and submits what a notice demands, and nothing else (P4.2)."""

    denial = True
    slug = "only-what-a-notice-demands"
    title_zh = "暂停使用期间只能修改并提交催告所要求更正的信息"
    title_en = "While suspended, only a listing that a notice is about can be edited and submitted"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Why, in the words review stated it in."""

    kind: str
    code: str
    version: str
    pointer: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """A step that hides the listing from others; its owner sees why."""

    sanction_id: UUID
    ground: Ground
    since: datetime
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Demand:
    """A notice that stands on the listing: what has to be corrected, and until when."""

    notice_id: UUID
    listing_id: UUID
    participant_id: str
    ground: Ground
    deadline_at: datetime | None
    state: DemandState = "open"


@dataclass(frozen=True, kw_only=True)
class ListingRestricted(Fact):
    """Hidden from others."""

    listing_id: UUID
    sanction_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ListingUnrestricted(Fact):
    """No step hides it any more."""

    listing_id: UUID
    sanction_id: UUID
    at: datetime
