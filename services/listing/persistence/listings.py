"""Listings and their versions; every save is guarded by the revision that was read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from chassis.unit_of_work import VersionConflict
from listing.domain.declaration import Declaration
from listing.domain.eligibility import Instrument
from listing.domain.listing import Listing
from listing.domain.restriction import Restriction
from listing.domain.states import IN_FORCE
from listing.domain.version import Reason, Version
from listing.persistence import tables
from listing.persistence.codec import form_from_json, from_json, to_json

_TABLE, _VERSIONS = tables.listing, tables.listing_version


class ListingTable:
    """Listings of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, listing_id: UUID) -> Listing | None:
        """The listing, if it is in scope."""
        found = await load_listings(self._connection, [listing_id])
        return found[0] if found else None

    async def take(self, listing_id: UUID) -> Listing | None:
        """The same, with its row locked."""
        await self._connection.execute(select(_TABLE.c.id).where(_TABLE.c.id == listing_id).with_for_update())
        return await self.get(listing_id)

    async def unended_of(self, participant_id: str, *, limit: int) -> Sequence[Listing]:
        """A participant's listings that are in force or under review, their rows locked."""
        published = and_(_TABLE.c.publication == "published", _TABLE.c.state.in_(IN_FORCE))
        query = (
            select(_TABLE.c.id)
            .where(
                _TABLE.c.participant_id == participant_id,
                _TABLE.c.publication != "deleted",
                or_(published, _TABLE.c.review_version.is_not(None)),
            )
            .order_by(_TABLE.c.id)
            .limit(limit)
            .with_for_update()
        )
        return await load_listings(self._connection, list((await self._connection.execute(query)).scalars()))

    async def save(self, listing: Listing) -> None:
        """Keeps it if nobody changed it since it was read, and raises its revision.

        Raises:
            VersionConflict: somebody did.
        """
        values = _columns(listing)
        if listing.revision == 0:
            await self._connection.execute(insert(_TABLE).values(id=listing.id, **values))
        else:
            guarded = update(_TABLE).where(_TABLE.c.id == listing.id, _TABLE.c.revision == listing.revision)
            if (await self._connection.execute(guarded.values(**values))).rowcount != 1:
                raise VersionConflict(listing_id=listing.id)
        listing.revision += 1
        # Versions that ended go first: a listing has one public version and one under review at any moment.
        for version in (*listing.settled, listing.public, listing.under_review):
            if version is not None:
                await self._save_version(listing, version)
        listing.settled.clear()

    async def _save_version(self, listing: Listing, version: Version) -> None:
        progress = {
            "status": version.status,
            "progress": version.progress,
            "waits_for": version.waits_for,
            "reasons": to_json(version.reasons),
            "snapshot_date": version.snapshot_date,
            "snapshot_revision": version.snapshot_revision,
            "settled_at": version.settled_at,
        }
        statement = upsert(_VERSIONS).values(
            listing_id=listing.id,
            number=version.number,
            participant_id=listing.participant_id,
            form=to_json(version.form),
            instruments=to_json(version.instruments),
            declaration=to_json(version.declaration),
            submitted_at=version.submitted_at,
            **progress,
        )
        # What was submitted never changes; how its review stands does.
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["listing_id", "number"], set_=progress)
        )


async def load_listings(connection: AsyncConnection, ids: list[UUID]) -> list[Listing]:
    """Listings in scope with the versions that stand, in the order asked for."""
    if not ids:
        return []
    rows = {row.id: row for row in await connection.execute(select(_TABLE).where(_TABLE.c.id.in_(ids)))}
    standing = select(_VERSIONS).join(_TABLE, _TABLE.c.id == _VERSIONS.c.listing_id)
    standing = standing.where(
        _TABLE.c.id.in_(ids),
        _VERSIONS.c.number.in_([_TABLE.c.public_version, _TABLE.c.review_version, _TABLE.c.returned_version]),
    )
    versions: dict[UUID, dict[int, Row[Any]]] = {}
    for row in await connection.execute(standing):
        versions.setdefault(row.listing_id, {})[row.number] = row
    return [_listing(rows[one], versions.get(one, {})) for one in ids if one in rows]


def _columns(listing: Listing) -> dict[str, object]:
    return {
        "participant_id": listing.participant_id,
        "area": listing.area,
        "publication": listing.publication,
        "state": listing.state,
        "visibility": listing.visibility,
        "restrictions": to_json(listing.restrictions),
        "revision": listing.revision + 1,
        "replaces": listing.replaces,
        "draft": None if listing.draft is None else to_json(listing.draft),
        "last_version": listing.last_version,
        "public_version": listing.public.number if listing.public else None,
        "review_version": listing.under_review.number if listing.under_review else None,
        "returned_version": listing.returned.number if listing.returned else None,
        "valid_until": listing.public.valid_until if listing.public else None,
        "created_at": listing.created_at,
        "published_at": listing.published_at,
        "ended_at": listing.ended_at,
        "deleted_at": listing.deleted_at,
    }


def _listing(row: Row[Any], versions: dict[int, Row[Any]]) -> Listing:
    def version(number: int | None) -> Version | None:
        return None if number is None else _version(row, versions[number])

    return Listing(
        id=row.id,
        participant_id=row.participant_id,
        area=row.area,
        created_at=local(row.created_at),
        publication=row.publication,
        state=row.state,
        restrictions=from_json(row.restrictions, tuple[Restriction, ...]),
        revision=row.revision,
        replaces=row.replaces,
        draft=None if row.draft is None else form_from_json(row.area, row.draft),
        under_review=version(row.review_version),
        public=version(row.public_version),
        returned=version(row.returned_version),
        last_version=row.last_version,
        published_at=local(row.published_at) if row.published_at else None,
        ended_at=local(row.ended_at) if row.ended_at else None,
        deleted_at=local(row.deleted_at) if row.deleted_at else None,
    )


def _version(row: Row[Any], version: Row[Any]) -> Version:
    return Version(
        number=version.number,
        form=form_from_json(row.area, version.form),
        instruments=from_json(version.instruments, tuple[Instrument, ...]),
        declaration=from_json(version.declaration, Declaration),
        submitted_at=local(version.submitted_at),
        status=version.status,
        progress=version.progress,
        waits_for=version.waits_for,
        reasons=from_json(version.reasons, tuple[Reason, ...]),
        snapshot_date=version.snapshot_date,
        snapshot_revision=version.snapshot_revision,
        settled_at=local(version.settled_at) if version.settled_at else None,
    )
