"""Looks at the cases that wait, a bounded number in each transaction, when a snapshot completes or a day begins."""

from dataclasses import dataclass

from chassis.cause import Cause
from review.application.deciding import Deciding
from review.application.ports import Begin

BATCH = 50
WAITING = "review.waiting"


@dataclass(frozen=True, kw_only=True)
class DecideWaiting:
    """One run over the waiting cases; `run` names what set it off, so that each case is looked at once."""

    run: str


class DecideWaitingHandler:
    """Decides those whose snapshot has come; the others wait on, and say for which day."""

    def __init__(self, *, begin: Begin, deciding: Deciding) -> None:
        self._begin = begin
        self._deciding = deciding

    async def __call__(self, command: DecideWaiting, cause: Cause) -> int:
        """Decides a batch and asks for the next; returns how many cases it looked at."""
        async with self._begin(cause) as work:
            cases = await work.cases.waiting(untried_in=command.run, limit=BATCH)
            for case in cases:
                case.tried = command.run
                await self._deciding.settle(work, case)
                await work.cases.save(case)
            if len(cases) == BATCH:
                work.schedule(kind=WAITING, key=command.run, due_at=work.now)
            work.note(run=command.run, looked_at=len(cases))
            return len(cases)
