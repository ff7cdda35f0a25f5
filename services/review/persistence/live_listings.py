"""Published listings and their lines, as the daily check and the queue for units read them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from review.domain.listing_content import ListingContent
from review.domain.live_listing import Checked, LiveListing, Shortfall
from review.persistence.projections import NO_CLASS
from review.persistence.stored import from_json, to_json
from review.persistence.tables import live_line, live_listing

_NEVER = date(1, 1, 1)


class StoredLiveListings:
    """Live listings of this transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, listing_id: UUID) -> LiveListing | None:
        """One listing."""
        query = select(live_listing).where(live_listing.c.listing_id == listing_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else _listing(row)

    async def put(self, listing: LiveListing) -> None:
        """Keeps a listing with its lines, new or changed."""
        values = _values(listing)
        query = upsert(live_listing).values(values)
        await self._connection.execute(query.on_conflict_do_update(index_elements=["listing_id"], set_=values))
        await self._connection.execute(delete(live_line).where(live_line.c.listing_id == listing.listing_id))
        lines = _lines(listing)
        if lines:
            await self._connection.execute(insert(live_line), lines)

    async def remove(self, listing_id: UUID) -> None:
        """Forgets a listing."""
        for table in (live_line, live_listing):
            await self._connection.execute(delete(table).where(table.c.listing_id == listing_id))

    async def behind(self, snapshot_date: date, revision: int, *, limit: int) -> Sequence[LiveListing]:
        """Live pledgors' listings whose last check is of an earlier end of day or revision; locked."""
        query = (
            select(live_listing)
            .where(
                live_listing.c.area == "pledgor",
                live_listing.c.state.in_(("open", "negotiating")),
                tuple_(live_listing.c.checked_date, live_listing.c.checked_revision) < tuple_(snapshot_date, revision),
            )
            .order_by(live_listing.c.checked_date, live_listing.c.checked_revision, live_listing.c.listing_id)
            .limit(limit)
            .with_for_update()
        )
        return [_listing(row) for row in await self._connection.execute(query)]

    async def save_checked(self, listings: Sequence[LiveListing]) -> None:
        """Keeps the last checks and shortfalls of several."""
        if not listings:
            return
        query = (
            update(live_listing)
            .where(live_listing.c.listing_id == bindparam("of"))
            .values(
                checked_date=bindparam("checked_date"),
                checked_revision=bindparam("checked_revision"),
                check_result=bindparam("check_result"),
                check_decision_id=bindparam("check_decision_id"),
                shortfall=bindparam("shortfall"),
            )
        )
        await self._connection.execute(query, [{"of": one.listing_id, **_check_values(one)} for one in listings])


def _values(listing: LiveListing) -> dict[str, Any]:
    return {
        "listing_id": listing.listing_id,
        "case_id": listing.case_id,
        "version": listing.version,
        "participant_id": listing.participant_id,
        "area": listing.content.area,
        "content": to_json(listing.content),
        "published_at": listing.published_at,
        "state": listing.state,
        **_check_values(listing),
    }


def _check_values(listing: LiveListing) -> dict[str, Any]:
    checked = listing.checked
    return {
        "checked_date": checked.snapshot_date if checked else _NEVER,
        "checked_revision": checked.revision if checked else 0,
        "check_result": checked.result if checked else None,
        "check_decision_id": checked.decision_id if checked else None,
        "shortfall": to_json(listing.shortfall) if listing.shortfall else None,
    }


def _lines(listing: LiveListing) -> list[dict[str, Any]]:
    return [
        {
            "listing_id": listing.listing_id,
            "line_no": line.line_no,
            "participant_id": listing.participant_id,
            "account_ref": line.account_ref,
            "market": line.market,
            "security": line.security,
            "share_class": line.share_class or NO_CLASS,
            "quantity": line.quantity,
            "published_at": listing.published_at,
            "is_live": listing.is_live,
        }
        for line in listing.content.lines
    ]


def _listing(row: Row[Any]) -> LiveListing:
    checked = None
    if row.check_result:
        checked = Checked(
            snapshot_date=row.checked_date,
            revision=row.checked_revision,
            result=row.check_result,
            decision_id=row.check_decision_id,
        )
    return LiveListing(
        listing_id=row.listing_id,
        case_id=row.case_id,
        version=row.version,
        participant_id=row.participant_id,
        content=from_json(row.content, ListingContent),
        published_at=row.published_at,
        state=row.state,
        checked=checked,
        shortfall=from_json(row.shortfall, Shortfall) if row.shortfall else None,
    )
