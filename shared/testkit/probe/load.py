"""Commands without end, each until it is done; and the account that must balance when they stop."""

import asyncio
import os
from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar

from sqlalchemy import text

from chassis.cause import Cause, Idempotency, Subject
from chassis.database import Database
from chassis.failures import is_transient
from chassis.unit_of_work import AlreadyDone, UnitOfWork
from events.base import Event
from testkit.eventually import eventually
from testkit.spine import HEARS, SAYS, Counted, SpineWorld, no_facts

KEYS_PER_WORKER = 3
WORKERS = 3
PAUSE_S = 0.03
RETRY_S = 0.1
# A test that must turn red need not wait as long as one that may be slow.
PATIENCE_S = float(os.environ.get("FAULTS_WITHIN", "60"))
CLIENT = Subject(user_id="load", roles=frozenset({"PL"}))

_COUNT = text(
    "insert into counter as c (key, number) values (:key, 1) on conflict (key) do update set number = c.number + 1 "
    "returning number"
)


async def count_up(database: Database, command: str, key: str, *, body: str = "") -> int:
    """One command: counts a key up and says so. Repeated until it is done, under one idempotency key."""
    while True:
        cause = Cause(
            subject=CLIENT, operation="spine.count", idempotency=Idempotency(key=command, request_hash=key + body)
        )
        try:
            async with UnitOfWork(database, cause, translate=no_facts) as work:
                number = int((await work.connection.execute(_COUNT, {"key": key})).scalar_one())
                work.outbox.say(Counted(counter=key, number=number, body=body))
                return work.answer(number)
        except AlreadyDone as done:
            return int(bytes(done.result))
        except Exception as error:
            if not is_transient(error):
                raise
            await asyncio.sleep(RETRY_S)


async def say_unreadable(database: Database, key: str) -> None:
    """Says an event of a known type whose body nobody can read."""
    async with UnitOfWork(database, Cause(subject=CLIENT, operation="spine.break"), translate=no_facts) as work:
        work.outbox.say(Unreadable(counter=key))


class Unreadable(Event, frozen=True, kw_only=True):
    """Bears the type of `Counted` and lacks its number."""

    topic: ClassVar[str] = Counted.topic
    type: ClassVar[str] = Counted.type
    key_field: ClassVar[str] = "counter"

    counter: str


@dataclass
class Load:
    """Clients that never give a command up. `done` holds how many commands each key has seen."""

    database: Database
    name: str = "c"
    done: Counter[str] = field(default_factory=Counter)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _clients: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> "Load":
        """Starts the clients."""
        self._clients = [asyncio.create_task(self._client(number)) for number in range(WORKERS)]
        return self

    async def stop(self) -> "Counter[str]":
        """Lets every client finish its command; says how many there were by key."""
        self._stopping.set()
        await asyncio.gather(*self._clients)
        return self.done

    async def abandon(self) -> None:
        """Ends what a failed test has left running."""
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _client(self, number: int) -> None:
        turn = 0
        while not self._stopping.is_set():
            key = f"{self.name}{number}-{turn % KEYS_PER_WORKER}"
            await count_up(self.database, f"{self.name}-{number}-{turn}", key)
            self.done[key] += 1
            turn += 1
            await asyncio.sleep(PAUSE_S)


async def balance(spine: SpineWorld, done: "Counter[str]", *, within: float = PATIENCE_S) -> None:
    """Waits until everything has arrived, then checks: lost 0, duplicates 0, order kept, no gap.

    Raises:
        AssertionError: the account does not balance.
    """

    async def arrived() -> int:
        async with spine.admin(HEARS) as admin:
            return int(await admin.fetchval("select count(*) from effect where key = any($1)", list(done)))

    expected = {key: list(range(1, count + 1)) for key, count in sorted(done.items())}
    total = sum(done.values())
    try:
        await eventually(arrived, within=within, until=lambda count: count >= total, what=f"{total} effects", every=0.2)
    except AssertionError as lost:
        lost.add_note(await _whereabouts(spine))
        raise
    async with spine.admin(SAYS) as admin:
        rows = await admin.fetch("select key, array_agg(sequence order by id) as said from outbox group by key")
    said = {row["key"]: row["said"] for row in rows if row["key"] in expected}
    assert said == expected, "commands done once, numbered without a gap"
    async with spine.admin(HEARS) as admin:
        rows = await admin.fetch("select key, array_agg(number order by id) as heard from effect group by key")
    heard = {row["key"]: row["heard"] for row in rows if row["key"] in expected}
    assert heard == expected, "effects once each, in order"


async def _whereabouts(spine: SpineWorld) -> str:
    """Where records may be that have not arrived."""
    async with spine.admin(SAYS) as admin:
        unsent = await admin.fetchval("select count(*) from outbox where sent_at is null")
        held = await admin.fetch("select * from outbox_parked_key")
    async with spine.admin(HEARS) as admin:
        parked = await admin.fetch("select key, reason, detail from parked_key")
        offsets = await admin.fetch("select partition, next, suspect_offset, attempts from consumer_offset")
    told = {"unsent": unsent, "held": held, "parked": parked, "offsets": offsets}
    return "\n".join(f"{name}: {value}" for name, value in told.items())
