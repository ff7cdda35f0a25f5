"""The last day of a step is over (P4.3)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.cause import Cause
from review.application.laddering import keep_sanction, remaining_on
from review.application.ports import Begin


@dataclass(frozen=True, kw_only=True)
class EndStep:
    """The step whose date may have come."""

    sanction_id: UUID


class EndStepHandler:
    """Ends by the clock, once, unless it was lifted before."""

    def __init__(self, *, begin: Begin) -> None:
        self._begin = begin

    async def __call__(self, command: EndStep, cause: Cause) -> None:
        """Ends it."""
        async with self._begin(cause) as work:
            sanction = await work.sanctions.get(command.sanction_id)
            remaining = await remaining_on(work, sanction.matter, without=sanction)
            work.note(ended=sanction.end_by_date(remaining=remaining, today=work.today, at=work.now))
            await keep_sanction(work, sanction)
