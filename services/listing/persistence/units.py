"""Units that listings hold. The row of an account, security and class is the lock: it knows the sum, not who holds."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from listing.domain.listing import Listing
from listing.domain.unit_holds import NOTHING, UnitKey, UnitStand
from listing.persistence import tables
from listing.persistence.holdings import any_holding, key_of, latest_snapshot, place_of, positions_at

_LOCK, _HOLD = tables.unit_lock, tables.unit_hold
_PLACE = (_LOCK.c.account_ref, _LOCK.c.market, _LOCK.c.security, _LOCK.c.share_class)
_PLACE_NAMES = ("account_ref", "market", "security", "share_class")


class UnitTable:
    """Holds of one transaction."""

    def __init__(self, connection: AsyncConnection, today: date) -> None:
        self._connection = connection
        self._today = today
        self._stands: dict[UnitKey, UnitStand] = {}

    async def has_any_holding(self, account_refs: Collection[str]) -> bool | None:
        """Whether the accounts hold anything; None while no complete snapshot is known."""
        snapshot = await latest_snapshot(self._connection, self._today)
        return None if snapshot is None else await any_holding(self._connection, snapshot, account_refs)

    async def lock(self, listing_id: UUID, keys: Collection[UnitKey]) -> Mapping[UnitKey, UnitStand]:
        """Locks the keys and those the listing holds already, always in one order, and says how each stands.

        The sum of a locked row is the last committed one: a second submission of the same units waits here.
        """
        places = sorted({place_of(one) for one in {*keys, *await self._held_by(listing_id)}})
        if not places:
            return {}
        rows = [dict(zip(_PLACE_NAMES, place, strict=True)) | {"held_by_listings": NOTHING} for place in places]
        await self._connection.execute(upsert(_LOCK).on_conflict_do_nothing(), rows)
        query = select(_LOCK).where(tuple_(*_PLACE).in_(places)).order_by(*_PLACE).with_for_update()
        sums = {key_of(row): row.held_by_listings for row in await self._connection.execute(query)}
        held = await self._held_by(listing_id)
        available = await self._available(sums.keys())
        self._stands = {
            key: UnitStand(
                key=key,
                available=available.get(key),
                by_this=held.get(key, NOTHING),
                by_others=total - held.get(key, NOTHING),
            )
            for key, total in sums.items()
        }
        return self._stands

    async def hold(self, listing: Listing, quantities: Mapping[UnitKey, Decimal]) -> None:
        """Makes exactly these the listing's holds; the keys are locked."""
        changes = {
            key: change
            for key, stand in self._stands.items()
            if (change := quantities.get(key, NOTHING) - stand.by_this)
        }
        if not changes:
            return
        for key, change in changes.items():
            row = tuple_(*_PLACE) == place_of(key)
            raised = _LOCK.c.held_by_listings + change
            await self._connection.execute(update(_LOCK).where(row).values(held_by_listings=raised))
        await self._connection.execute(delete(_HOLD).where(_HOLD.c.listing_id == listing.id))
        if quantities:
            await self._connection.execute(insert(_HOLD), [_row(listing, *one) for one in quantities.items()])

    async def _held_by(self, listing_id: UUID) -> dict[UnitKey, Decimal]:
        query = select(_HOLD).where(_HOLD.c.listing_id == listing_id)
        return {key_of(row): row.quantity for row in await self._connection.execute(query)}

    async def _available(self, keys: Collection[UnitKey]) -> dict[UnitKey, Decimal]:
        snapshot = await latest_snapshot(self._connection, self._today)
        if snapshot is None:
            return {}
        positions = await positions_at(self._connection, snapshot, keys)
        return {key: positions[key].available if key in positions else NOTHING for key in keys}


def _row(listing: Listing, key: UnitKey, quantity: Decimal) -> dict[str, object]:
    place = dict(zip(_PLACE_NAMES, place_of(key), strict=True))
    return {"listing_id": listing.id, "participant_id": listing.participant_id, "quantity": quantity, **place}
