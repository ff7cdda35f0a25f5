"""Something was reported: its case waits for a moderator (P16.2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.cause import Cause
from chassis.kernel import new_id
from review.application.ports import Begin
from review.domain.moderation import ModerationCase, Reported


@dataclass(frozen=True, kw_only=True)
class OpenModeration:
    """A report, as the service that keeps its evidence said it."""

    report_id: UUID
    reported: Reported
    category: str
    sides: tuple[str, ...]
    reported_at: datetime


class OpenModerationHandler:
    """One case for each report: the event is applied once."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: OpenModeration, cause: Cause) -> None:
        """Opens it."""
        async with self._begin(cause) as work:
            case = ModerationCase(
                case_id=new_id(),
                report_id=command.report_id,
                reported=command.reported,
                category=command.category,
                sides=command.sides,
                opened_at=command.reported_at,
            )
            case.open()
            await work.moderations.add(case)
            work.record(*case.facts)
