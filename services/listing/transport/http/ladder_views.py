"""What an owner sees of the operator's ladder at a listing (P4)."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from listing.domain.restriction import Demand, Ground, Restriction


class GroundView(BaseModel):
    """Why, in both languages."""

    kind: str = Field(examples=["rule"])
    code: str = Field(examples=["B-AVAIL"])
    version: str
    pointer: str
    message_zh: str
    message_en: str

    @classmethod
    def of(cls, ground: Ground) -> Self:
        """One ground."""
        return cls(**vars(ground))


class DemandView(BaseModel):
    """A notice that stands on the listing; it is answered under `/my/notices`."""

    notice_id: UUID
    ground: GroundView
    deadline_at: datetime | None
    state: str = Field(examples=["open"], description="open or overdue")

    @classmethod
    def of(cls, demand: Demand) -> Self:
        """One demand."""
        return cls(
            notice_id=demand.notice_id,
            ground=GroundView.of(demand.ground),
            deadline_at=demand.deadline_at,
            state=demand.state,
        )


class RestrictionView(BaseModel):
    """A step that hides the listing from others."""

    sanction_id: UUID
    ground: GroundView
    since: datetime
    ends_on: date | None

    @classmethod
    def of(cls, restriction: Restriction) -> Self:
        """One restriction."""
        return cls(
            sanction_id=restriction.sanction_id,
            ground=GroundView.of(restriction.ground),
            since=restriction.since,
            ends_on=restriction.ends_on,
        )
