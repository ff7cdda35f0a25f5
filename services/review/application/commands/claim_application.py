"""A reviewer claims an application for half an hour, or renews (P6.3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from review.application.ports import Begin
from review.domain.reviewer import Reviewer


@dataclass(frozen=True, kw_only=True)
class ClaimApplication:
    """Who claims what."""

    application_id: UUID
    reviewer: Reviewer


@dataclass(frozen=True, kw_only=True)
class ApplicationClaimed:
    """The claim as it stands; it lapses by itself."""

    application_id: UUID
    until: datetime


class ClaimApplicationHandler:
    """One reviewer at a time: of two racing ones exactly one wins."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: ClaimApplication, cause: Cause) -> ApplicationClaimed:
        """Claims or renews."""
        async with self._begin(cause) as work:
            await work.scope(everything=True)
            application = await work.applications.get(command.application_id)
            claim = application.claim_for(command.reviewer, now=work.now)
            await work.applications.save(application)
            return work.answer(ApplicationClaimed(application_id=application.application_id, until=claim.until))
