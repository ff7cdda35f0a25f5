"""The quarantine over HTTP: what cannot be read is told by its size, its hash and its reason."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from chassis.http import Page, PageRequest, QueryCause, Routes, encode_cursor
from monitoring.application.intake import Intake
from monitoring.application.quarantine_reading import Quarantined, QuarantinePlace
from monitoring.application.queries.read_quarantine import ReadQuarantine
from monitoring.transport.http.firms import Environment
from monitoring.transport.http.numbers import defined
from monitoring.transport.http.onboarding import FIRM_ID

OPERATION = "quarantine.read"


class QuarantinedShown(BaseModel):
    """One quarantined record or unreadable message."""

    accession: str = Field(examples=["F001-0-1234-M-K"])
    firm_id: str
    appended_at: datetime
    recorded_at: datetime
    content_bytes: Annotated[int | None, defined("submission.content_bytes")]
    content_sha256: str | None
    reason: str = Field(examples=["UNREADABLE:codec"], description="Why it was not read, or the rule it breaks")

    @classmethod
    def of(cls, one: Quarantined) -> "QuarantinedShown":
        """From what is kept."""
        return cls(
            accession=one.accession,
            firm_id=one.place.firm_id,
            appended_at=one.appended_at,
            recorded_at=one.place.recorded_at,
            content_bytes=one.content_bytes,
            content_sha256=one.content_sha256,
            reason=one.reason,
        )


def quarantine_routes(intake: Intake) -> Routes:
    """The route of the quarantine."""
    routes = Routes(service="monitoring", tags=["submissions"])

    @routes.get("/quarantine", operation=OPERATION)
    async def read_quarantine(
        cause: QueryCause,
        page: PageRequest,
        firm_id: Annotated[str | None, Query(pattern=FIRM_ID)] = None,
        environment: Environment = "PROD",
    ) -> Page[QuarantinedShown]:
        """What is quarantined, the latest first."""
        question = ReadQuarantine(
            firm_id=firm_id, environment=environment, after=page.after(QuarantinePlace), most=page.limit
        )
        found = await intake.read_quarantine(question, cause)
        last = found.items[-1] if found.more else None
        return Page(
            items=[QuarantinedShown.of(one) for one in found.items],
            next_cursor=None if last is None else encode_cursor(last.place),
            as_of=found.as_of,
        )

    return routes
