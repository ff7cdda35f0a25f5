"""A registered load is said in blocks, several in each of its bounded transactions, and then its marker.

Every transaction begins where the last one ended: a load that was interrupted goes on when the same file is sent again
under the same key, and never completes without its last row.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from uuid import UUID

from chassis.cause import Cause, Ticket
from review.application.commands.register_load import LOAD_STALLED
from review.application.ports import Begin, EncodeBlock, UploadedFile
from review.domain.reference_columns import Row
from review.domain.reference_files import Fault, read_rows
from review.domain.reference_load import STALLED_AFTER, EncodedBlock, LoadMoved, ReferenceLoad

BLOCK_ROWS = 1000
BLOCKS_PER_TRANSACTION = 20


@dataclass(frozen=True, kw_only=True)
class SayLoad:
    """A registered load and its file."""

    load_id: UUID
    file: UploadedFile


class SayLoadHandler:
    """Opens one unit of work for each group of blocks."""

    def __init__(self, *, begin: Begin, encode: EncodeBlock) -> None:
        self._begin = begin
        self._encode = encode

    async def __call__(self, command: SayLoad, cause: Cause) -> ReferenceLoad:
        """Says what has not been said yet; returns the load as it stands then."""
        load = await self._current(command, cause)
        if load.state == "completed":
            return load
        rows = self._rows(command.file, load)
        while True:
            blocks = await asyncio.to_thread(self._next_blocks, load.kind, rows)
            load = await self._say(load, blocks, cause)
            if load.state == "completed":
                return load

    async def _current(self, command: SayLoad, cause: Cause) -> ReferenceLoad:
        async with self._begin(_a_further(cause)) as work:
            load = await work.loads.get(command.load_id)
            if load.file_hash != command.file.digest:
                raise LoadMoved(load_id=str(load.load_id))
            return load

    async def _say(self, load: ReferenceLoad, blocks: list[EncodedBlock], cause: Cause) -> ReferenceLoad:
        async with self._begin(_a_further(cause)) as work:
            stored = await work.loads.get(load.load_id)
            for at, block in enumerate(blocks, start=load.said_blocks):
                stored.say(at, block, now=work.now)
            if len(blocks) < BLOCKS_PER_TRANSACTION:
                stored.complete(now=work.now)
                work.unschedule(kind=LOAD_STALLED, key=str(load.load_id))
            else:
                work.schedule(kind=LOAD_STALLED, key=str(load.load_id), due_at=work.now + STALLED_AFTER)
            work.record(*stored.facts)
            stored.facts.clear()
            await work.loads.save(stored)
            work.note(kind=stored.kind, said_blocks=stored.said_blocks, said_rows=stored.said_rows)
            return stored

    def _next_blocks(self, kind: str, rows: Iterator[Row]) -> list[EncodedBlock]:
        blocks = []
        for _ in range(BLOCKS_PER_TRANSACTION):
            block = list(islice(rows, BLOCK_ROWS))
            if not block:
                break
            blocks.append(self._encode(kind, block))
        return blocks

    def _rows(self, file: UploadedFile, load: ReferenceLoad) -> Iterator[Row]:
        every = (_checked(one) for one in read_rows(load.kind, file.lines(), file.file_format))
        return islice(every, load.said_rows, None)


def _checked(one: object) -> Row:
    if isinstance(one, Fault) or not isinstance(one, tuple):
        raise TypeError("a file that was checked has changed since")
    row: Row = one[1]
    return row


def _a_further(cause: Cause) -> Cause:
    """A cause of its own for one more transaction of the same request."""
    return replace(cause, operation=f"{cause.operation}.say", idempotency=None, ticket=Ticket())
