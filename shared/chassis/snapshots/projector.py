"""One slice of reference records, one transaction: rows, blocks, states, and what completion sets off."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import structlog
from asyncpg import UniqueViolationError
from prometheus_client import Counter
from sqlalchemy import Row, insert, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from chassis.snapshots.decoding import Block, DecodedSlice
from chassis.snapshots.projection import SnapshotPartial, SnapshotProjection, SnapshotWork
from chassis.snapshots.reading import latest_complete
from chassis.snapshots.tables import SnapshotTables
from events.reference.v1 import SnapshotCompleted, SnapshotStarted, add_hashes

log = structlog.get_logger(__name__)

PARTIAL = Counter(
    "pledgeboard_snapshots_partial", "Snapshots whose rows are not what their marker says: page", ["kind"]
)
UNREADABLE = Counter("pledgeboard_reference_records_unreadable", "Reference records nobody could read: page", ["kind"])


@dataclass(frozen=True)
class _Seen:
    rows: int
    hash: int


class SnapshotProjector:
    """Writes decoded slices of one kind. The caller holds the transaction and has moved its fence."""

    def __init__(self, projection: SnapshotProjection, tables: SnapshotTables) -> None:
        self.projection = projection
        self._tables = tables

    async def write(self, work: SnapshotWork, decoded: DecodedSlice) -> None:
        """Applies a slice; a slice applied twice changes nothing the second time."""
        for snapshot_id in decoded.snapshot_ids:
            await self._know(work, snapshot_id)
        for started in decoded.started:
            await self._start(work, started)
        await self._add_blocks(work, decoded.blocks)
        for unreadable in decoded.unreadable:
            await self._count_unreadable(work, unreadable.snapshot_id, unreadable.offset, unreadable.reason)
        for completed in decoded.completed:
            await self._declare(work, completed)
        for snapshot_id in decoded.snapshot_ids:
            await self._settle(work, snapshot_id)

    async def _know(self, work: SnapshotWork, snapshot_id: UUID) -> None:
        row = {"snapshot_id": snapshot_id, "kind": self.projection.kind}
        await work.connection.execute(upsert(self._tables.snapshot).values(row).on_conflict_do_nothing())

    async def _start(self, work: SnapshotWork, started: SnapshotStarted) -> None:
        table = self._tables.snapshot
        await work.connection.execute(
            update(table)
            .where(table.c.snapshot_id == started.snapshot_id)
            .values(business_date=started.business_date, revision=started.revision, started_at=started.started_at)
        )

    async def _declare(self, work: SnapshotWork, completed: SnapshotCompleted) -> None:
        table = self._tables.snapshot
        await work.connection.execute(
            update(table)
            .where(table.c.snapshot_id == completed.snapshot_id)
            .values(
                business_date=completed.business_date,
                revision=completed.revision,
                declared_blocks=completed.block_count,
                declared_rows=completed.row_count,
                declared_hash=int(completed.rows_hash, 16),
            )
        )

    async def _count_unreadable(self, work: SnapshotWork, snapshot_id: UUID | None, offset: int, reason: str) -> None:
        UNREADABLE.labels(self.projection.kind).inc()
        log.error("reference_record_unreadable", kind=self.projection.kind, offset=offset, reason=reason)
        table = self._tables.snapshot
        await work.connection.execute(
            update(table)
            .where(table.c.snapshot_id == snapshot_id)
            .values(unreadable_records=table.c.unreadable_records + 1)
        )

    async def _add_blocks(self, work: SnapshotWork, blocks: Sequence[Block]) -> None:
        new = await self._not_seen(work, blocks)
        if not new:
            return
        arrived = await self._copy(work, new)
        pairs = [{"snapshot_id": one.snapshot_id, "block": one.number} for one in new]
        await work.connection.execute(insert(self._tables.block), pairs)
        for snapshot_id in sorted({one.snapshot_id for one in new}):
            count = sum(1 for one in new if one.snapshot_id == snapshot_id)
            await self._add(work, snapshot_id, blocks=count, seen=arrived[snapshot_id])

    async def _not_seen(self, work: SnapshotWork, blocks: Sequence[Block]) -> list[Block]:
        if not blocks:
            return []
        table = self._tables.block
        ids = {one.snapshot_id for one in blocks}
        numbers = {one.number for one in blocks}
        query = select(table.c.snapshot_id, table.c.block).where(
            table.c.snapshot_id.in_(ids), table.c.block.in_(numbers)
        )
        seen = {(row.snapshot_id, row.block) for row in await work.connection.execute(query)}
        first: dict[tuple[UUID, int], Block] = {}
        for one in blocks:
            if (one.snapshot_id, one.number) not in seen:
                first.setdefault((one.snapshot_id, one.number), one)
        return list(first.values())

    async def _copy(self, work: SnapshotWork, blocks: Sequence[Block]) -> dict[UUID, _Seen]:
        """Copies straight into the table; only a natural key that came twice costs the way round."""
        try:
            async with work.connection.begin_nested():
                await self._copy_into(
                    work, self.projection.table.name, ("snapshot_id", *self.projection.columns), _lines(blocks)
                )
        except (UniqueViolationError, IntegrityError):
            return await self._copy_distinct(work, blocks)
        return _sums([(one.snapshot_id, value) for one in blocks for value in one.hashes])

    async def _copy_distinct(self, work: SnapshotWork, blocks: Sequence[Block]) -> dict[UUID, _Seen]:
        """The first row of a natural key stays; the others count for nothing, so the snapshot will be partial."""
        target, columns = self.projection.table, ("snapshot_id", *self.projection.columns)
        key = ", ".join(("snapshot_id", *self.projection.natural_key))
        names = ", ".join(columns)
        await work.connection.execute(
            text(
                f"create temporary table arriving on commit drop as"  # noqa: S608  # names from our own table, no input
                f" select {names}, 0::numeric as row_hash, 0::bigint as arrival from {target.name} with no data"
            )
        )
        lines = [
            f"{line[:-1]}\t{value}\t{at}\n"
            for at, (line, value) in enumerate(
                pair for one in blocks for pair in zip(one.lines, one.hashes, strict=True)
            )
        ]
        await self._copy_into(work, "arriving", (*columns, "row_hash", "arrival"), lines)
        rows = await work.connection.execute(
            text(
                f"with first as (select distinct on ({key}) * from arriving order by {key}, arrival),"  # noqa: S608
                f" stored as (insert into {target.name} ({names}) select {names} from first"
                f" on conflict do nothing returning {key})"
                f" select snapshot_id, row_hash from first natural join stored"
            )
        )
        arrived = _sums([(row.snapshot_id, int(row.row_hash)) for row in rows])
        await work.connection.execute(text("drop table arriving"))
        return {one.snapshot_id: arrived.get(one.snapshot_id, _Seen(0, 0)) for one in blocks}

    async def _copy_into(self, work: SnapshotWork, table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
        raw = await work.connection.get_raw_connection()
        driver: Any = raw.driver_connection
        await driver.copy_to_table(table, source=_chunks(lines), columns=list(columns), format="text")

    async def _add(self, work: SnapshotWork, snapshot_id: UUID, *, blocks: int, seen: _Seen) -> None:
        table = self._tables.snapshot
        await work.connection.execute(
            update(table)
            .where(table.c.snapshot_id == snapshot_id)
            .values(
                seen_blocks=table.c.seen_blocks + blocks,
                seen_rows=table.c.seen_rows + seen.rows,
                seen_hash=(table.c.seen_hash + Decimal(seen.hash)) % literal_column("18446744073709551616"),
            )
        )

    async def _settle(self, work: SnapshotWork, snapshot_id: UUID) -> None:
        table = self._tables.snapshot
        row = (await work.connection.execute(select(table).where(table.c.snapshot_id == snapshot_id))).one()
        if row.declared_rows is None or row.state == "complete":
            return
        differs = differences(row)
        state = "partial" if differs else "complete"
        if state == row.state:
            return
        await work.connection.execute(
            update(table).where(table.c.snapshot_id == snapshot_id).values(state=state, settled_at=work.now)
        )
        if differs:
            await self._tell_partial(work, row, differs)
        else:
            await self._tell_complete(work, row)

    async def _tell_complete(self, work: SnapshotWork, row: Row[Any]) -> None:
        done = await latest_complete(
            work.connection, self._tables, kind=self.projection.kind, business_date=row.business_date
        )
        log.info("snapshot_complete", kind=row.kind, business_date=str(row.business_date), revision=row.revision)
        # A lower revision than one used is kept for reproduction and decides nothing.
        if done is not None and done.snapshot_id == row.snapshot_id and self.projection.on_complete is not None:
            await self.projection.on_complete(work, done)

    async def _tell_partial(self, work: SnapshotWork, row: Row[Any], differs: tuple[str, ...]) -> None:
        PARTIAL.labels(row.kind).inc()
        log.error("snapshot_partial", kind=row.kind, business_date=str(row.business_date), differs=differs)
        if self.projection.on_partial is not None:
            partial = SnapshotPartial(
                kind=row.kind,
                snapshot_id=row.snapshot_id,
                business_date=row.business_date,
                revision=row.revision,
                differs=differs,
            )
            await self.projection.on_partial(work, partial)


def differences(row: Row[Any]) -> tuple[str, ...]:
    """What differs between the rows of a snapshot and its marker: count, hash, both or (still receiving) nothing."""
    if row.declared_rows is None:
        return ()
    pairs = {"count": (row.seen_rows, row.declared_rows), "hash": (row.seen_hash, row.declared_hash)}
    return tuple(name for name, (seen, declared) in pairs.items() if seen != declared)


def _sums(hashes: Sequence[tuple[UUID, int]]) -> dict[UUID, _Seen]:
    sums: dict[UUID, _Seen] = {}
    for snapshot_id, value in hashes:
        seen = sums.get(snapshot_id, _Seen(0, 0))
        sums[snapshot_id] = _Seen(seen.rows + 1, add_hashes(seen.hash, value))
    return sums


def _lines(blocks: Sequence[Block]) -> list[str]:
    return [line for one in blocks for line in one.lines]


async def _chunks(lines: Sequence[str], *, size: int = 2000) -> AsyncIterator[bytes]:
    for at in range(0, len(lines), size):
        yield "".join(lines[at : at + size]).encode()
