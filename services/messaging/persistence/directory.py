"""What listings there are, whose they are, and who acts for a participant."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.standings import PARTICIPANT_ITSELF
from messaging.domain.board_listing import Area, BoardListing
from messaging.domain.conversation import VIEWER
from messaging.persistence import tables

_LISTING = tables.board_listing
_STANDING = tables.login_standing
_USER = tables.participant_user


class DirectoryTables:
    """What events have said, as one transaction sees it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def owner_of(self, listing_id: UUID) -> str | None:
        """The participant, if its submission was heard."""
        query = select(_LISTING.c.participant_id).where(_LISTING.c.listing_id == listing_id)
        owner: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return owner

    async def listing(self, listing_id: UUID) -> BoardListing | None:
        """One, if it is in the scope of this transaction."""
        query = _listings().where(_LISTING.c.listing_id == listing_id)
        row = (await self._connection.execute(query)).one_or_none()
        return _listing(row) if row else None

    async def listings_of(self, participant_id: str) -> Sequence[BoardListing]:
        """A participant's listings that are published and not deleted."""
        query = (
            _listings()
            .where(_LISTING.c.participant_id == participant_id, _LISTING.c.state.is_not(None), ~_LISTING.c.deleted)
            .order_by(_LISTING.c.listing_id)
        )
        return [_listing(row) for row in await self._connection.execute(query)]

    async def note_listing(self, listing_id: UUID, *, participant_id: str, area: Area) -> None:
        """It was heard now; owner and area never change."""
        row = {"listing_id": listing_id, "participant_id": participant_id, "area": area}
        await self._connection.execute(insert(_LISTING).values(row).on_conflict_do_nothing())

    async def follow(self, listing: BoardListing) -> None:
        """It stands so from now on."""
        standing = {
            "state": listing.state,
            "valid_until": listing.valid_until,
            "restricted": listing.restricted,
            "deleted": listing.deleted,
        }
        await self._connection.execute(update(_LISTING).where(_LISTING.c.listing_id == listing.id).values(standing))

    async def users_of(self, participant_id: str) -> Sequence[str]:
        """The users heard of, in a stable order."""
        query = select(_USER.c.user_id).where(_USER.c.participant_id == participant_id).order_by(_USER.c.user_id)
        return list((await self._connection.execute(query)).scalars())

    async def members_of(self, participant_id: str) -> Sequence[str]:
        """Those of them who may take part in talk: everybody but viewers."""
        query = select(_USER.c.user_id).where(_USER.c.participant_id == participant_id, _USER.c.function != VIEWER)
        return list((await self._connection.execute(query.order_by(_USER.c.user_id))).scalars())

    async def note_user(self, participant_id: str, user_id: str, function: str) -> None:
        """One was heard of now, or of its new function."""
        row = {"participant_id": participant_id, "user_id": user_id, "function": function}
        noted = insert(_USER).values(row)
        await self._connection.execute(
            noted.on_conflict_do_update(constraint="participant_user_pkey", set_={"function": function})
        )

    async def forget_user(self, participant_id: str, user_id: str) -> None:
        """It acts for the participant no more."""
        gone = delete(_USER).where(_USER.c.participant_id == participant_id, _USER.c.user_id == user_id)
        await self._connection.execute(gone)


def _listings() -> Select[Any]:
    """Listings, each with whether any word of its owner's standing speaks against it (its own row has no login)."""
    stands = or_(_STANDING.c.status.is_(None), _STANDING.c.status == "active")
    of_owner = and_(_STANDING.c.participant_id == _LISTING.c.participant_id, _STANDING.c.user_id == PARTICIPANT_ITSELF)
    return select(_LISTING, stands.label("owner_stands")).select_from(_LISTING.outerjoin(_STANDING, of_owner))


def _listing(row: Row[Any]) -> BoardListing:
    return BoardListing(
        id=row.listing_id,
        participant_id=row.participant_id,
        area=row.area,
        state=row.state,
        valid_until=row.valid_until,
        restricted=row.restricted,
        deleted=row.deleted,
        owner_stands=row.owner_stands,
    )
