"""Whose a listing is, and who acts for a participant."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from messaging.persistence import tables


class DirectoryTables:
    """What events have said, as one transaction sees it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def owner_of(self, listing_id: UUID) -> str | None:
        """The participant, if its submission was heard."""
        table = tables.listing_owner
        query = select(table.c.participant_id).where(table.c.listing_id == listing_id)
        owner: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return owner

    async def note_owner(self, listing_id: UUID, participant_id: str) -> None:
        """It was heard now; an owner never changes."""
        row = {"listing_id": listing_id, "participant_id": participant_id}
        await self._connection.execute(insert(tables.listing_owner).values(row).on_conflict_do_nothing())

    async def users_of(self, participant_id: str) -> Sequence[str]:
        """The users heard of, in a stable order."""
        table = tables.participant_user
        query = select(table.c.user_id).where(table.c.participant_id == participant_id).order_by(table.c.user_id)
        return list((await self._connection.execute(query)).scalars())

    async def note_user(self, participant_id: str, user_id: str) -> None:
        """One was heard of now."""
        row = {"participant_id": participant_id, "user_id": user_id}
        await self._connection.execute(insert(tables.participant_user).values(row).on_conflict_do_nothing())
