"""Positions as of the latest complete snapshot: the projection of `reference.holding`."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Row, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.snapshots import SnapshotDone, latest_complete_until
from listing.domain.unit_holds import Holding, UnitKey
from listing.persistence import tables

NO_CLASS = "-"
_TABLE = tables.holding


def key_of(row: Row[Any]) -> UnitKey:
    """The key of a row that names an account, a security and a class."""
    share_class = None if row.share_class == NO_CLASS else row.share_class
    return UnitKey(account_ref=row.account_ref, market=row.market, security=row.security, share_class=share_class)


def place_of(key: UnitKey) -> tuple[str, str, str, str]:
    """The same as a primary key."""
    return key.account_ref, key.market, key.security, key.share_class or NO_CLASS


def holding_of(row: Row[Any]) -> Holding:
    """A position of the snapshot."""
    return Holding(
        key=key_of(row),
        held=row.held,
        frozen=row.frozen_quantity,
        pledged=row.pledged,
        settlement_collateral=row.settlement_collateral,
        other_restricted=row.other_restricted,
    )


async def latest_snapshot(connection: AsyncConnection, until: date) -> SnapshotDone | None:
    """The newest complete end of day up to a day."""
    return await latest_complete_until(connection, tables.snapshots, kind="holding", until=until)


async def positions_at(
    connection: AsyncConnection, snapshot: SnapshotDone, keys: Collection[UnitKey]
) -> dict[UnitKey, Holding]:
    """The positions of some keys; a key without a row holds nothing (P11.4)."""
    columns = tuple_(_TABLE.c.account_ref, _TABLE.c.market, _TABLE.c.security, _TABLE.c.share_class)
    query = select(_TABLE).where(
        _TABLE.c.snapshot_id == snapshot.snapshot_id, columns.in_([place_of(one) for one in keys])
    )
    return {key_of(row): holding_of(row) for row in await connection.execute(query)}


async def any_holding(connection: AsyncConnection, snapshot: SnapshotDone, account_refs: Collection[str]) -> bool:
    """Whether the accounts hold anything at all."""
    held = exists().where(
        _TABLE.c.snapshot_id == snapshot.snapshot_id, _TABLE.c.account_ref.in_(account_refs), _TABLE.c.held > 0
    )
    return bool((await connection.execute(select(held))).scalar_one())
