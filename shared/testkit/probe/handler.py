"""What the probe does with what it hears: one effect per event, and now and then what it is told to suffer."""

import asyncio
import os
import signal

from sqlalchemy import text

from chassis.cause import Cause, Due
from chassis.database import Database
from chassis.unit_of_work import UnitOfWork
from testkit.spine import Counted, no_facts

KILL = "kill"
FAIL = "fail"
STRIKE = "spine.strike"

_EFFECT = text("insert into effect (key, number, body) values (:key, :number, :body)")
_COUNTER = text(
    "insert into counter (key, number) values (:key, :number) on conflict (key) do update set number = excluded.number"
)


class DefectFound(RuntimeError):
    """A defect of the handler, as far as the consumer can tell."""


class Handler:
    """Writes the event down, in the transaction of its delivery."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pause_s = float(os.environ.get("PROBE_PAUSE_S", "0"))

    async def __call__(self, event: Counted, cause: Cause) -> None:
        """One event, one effect."""
        async with UnitOfWork(self._database, cause, translate=no_facts) as work:
            row = {"key": event.counter, "number": event.number, "body": event.body}
            await work.connection.execute(_EFFECT, row)
            await work.connection.execute(_COUNTER, {"key": event.counter, "number": event.number})
            if event.body == KILL:
                os.kill(os.getpid(), signal.SIGKILL)
            if event.body == FAIL:
                raise DefectFound(event.counter)
            if self._pause_s:
                await asyncio.sleep(self._pause_s)


class DueHandler:
    """Writes down that the clock has struck, in the transaction that takes the row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, due: Due, cause: Cause) -> None:
        """One row, one effect."""
        async with UnitOfWork(self._database, cause, translate=no_facts) as work:
            await work.connection.execute(_EFFECT, {"key": due.key, "number": 1, "body": due.kind})
