"""Participants, their users, and what they say about themselves."""

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from chassis.unit_of_work import VersionConflict
from listing.domain.business_information import BusinessInformation, BusinessInformationVersion
from listing.domain.participant import Account, BasicInformation, Participant
from listing.domain.user import Status, User
from listing.persistence import tables
from listing.persistence.codec import from_json, to_json


async def load_participant(connection: AsyncConnection, participant_id: str) -> Participant | None:
    """The participant with its users, if it is in scope."""
    table = tables.participant
    row = (await connection.execute(select(table).where(table.c.id == participant_id))).one_or_none()
    if row is None:
        return None
    users = tables.participant_user
    found = await connection.execute(select(users).where(users.c.participant_id == participant_id))
    return _participant(row, [*found])


async def load_business_information(
    connection: AsyncConnection, participant_id: str
) -> BusinessInformationVersion | None:
    """The latest version, if it is in scope."""
    table = tables.business_information
    query = select(table).where(table.c.participant_id == participant_id).order_by(table.c.version.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return BusinessInformationVersion(
        version=row.version,
        information=from_json(row.information, BusinessInformation),
        changed_at=local(row.changed_at),
        changed_by=row.changed_by,
        confirmed_at=local(row.confirmed_at) if row.confirmed_at else None,
    )


class ParticipantTable:
    """Participants of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, participant_id: str) -> Participant | None:
        """The participant, if it was ever registered."""
        return await load_participant(self._connection, participant_id)

    async def take(self, participant_id: str) -> Participant | None:
        """The same, with every other registration of it waiting: a row that is not there yet cannot be locked."""
        key = func.hashtextextended(f"participant:{participant_id}", 0)
        await self._connection.execute(select(func.pg_advisory_xact_lock(key)))
        return await self.get(participant_id)

    async def status(self, participant_id: str) -> Status:
        """What the operator's steps leave it; whoever changes that waits for this transaction, or came before it."""
        key = func.hashtextextended(f"participant:{participant_id}", 0)
        await self._connection.execute(select(func.pg_advisory_xact_lock_shared(key)))
        table = tables.participant
        found: Status | None = await self._connection.scalar(select(table.c.status).where(table.c.id == participant_id))
        return found or "active"

    async def save(self, participant: Participant) -> None:
        """Keeps it, guarded by its revision."""
        table = tables.participant
        values = {
            "kind": participant.kind,
            "access": participant.access,
            "closed": participant.closed,
            "status": participant.status,
            "basic": to_json(participant.basic),
            "accounts": to_json(participant.accounts),
            "registered_at": participant.registered_at,
            "informed_at": participant.informed_at,
            "revision": participant.revision + 1,
        }
        if participant.revision == 0:
            await self._connection.execute(insert(table).values(id=participant.id, **values))
        else:
            guarded = update(table).where(table.c.id == participant.id, table.c.revision == participant.revision)
            if (await self._connection.execute(guarded.values(**values))).rowcount != 1:
                raise VersionConflict
        participant.revision += 1
        await self._save_users(participant)

    async def _save_users(self, participant: Participant) -> None:
        if not participant.users:
            return
        statement = upsert(tables.participant_user)
        changing = ("function", "joined_at", "state", "assigned", "status")
        statement = statement.on_conflict_do_update(
            index_elements=["participant_id", "user_id"], set_={name: statement.excluded[name] for name in changing}
        )
        rows = [
            {"participant_id": participant.id, **to_json(one), "joined_at": one.joined_at}
            for one in participant.users.values()
        ]
        await self._connection.execute(statement, rows)


class BusinessInformationTable:
    """Business information, version by version."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def current(self, participant_id: str) -> BusinessInformationVersion | None:
        """The latest version."""
        return await load_business_information(self._connection, participant_id)

    async def add(self, participant_id: str, version: BusinessInformationVersion) -> None:
        """Keeps a new version; of two writers of one number the later is told."""
        statement = upsert(tables.business_information).values(
            participant_id=participant_id,
            version=version.version,
            information=to_json(version.information),
            changed_at=version.changed_at,
            changed_by=version.changed_by,
        )
        if (await self._connection.execute(statement.on_conflict_do_nothing())).rowcount != 1:
            raise VersionConflict

    async def confirm(self, participant_id: str, version: BusinessInformationVersion) -> None:
        """Keeps when a version was last confirmed."""
        table = tables.business_information
        kept = update(table).where(table.c.participant_id == participant_id, table.c.version == version.version)
        await self._connection.execute(kept.values(confirmed_at=version.confirmed_at))


def _participant(row: Row[tuple[object, ...]], users: list[Row[tuple[object, ...]]]) -> Participant:
    return Participant(
        id=row.id,
        kind=row.kind,
        registered_at=row.registered_at,
        informed_at=row.informed_at,
        access=row.access,
        closed=row.closed,
        status=row.status,
        basic=from_json(row.basic, BasicInformation),
        accounts=from_json(row.accounts, tuple[Account, ...]),
        users={one.user_id: _user(one) for one in users},
        revision=row.revision,
    )


def _user(row: Row[tuple[object, ...]]) -> User:
    return User(
        user_id=row.user_id,
        function=row.function,
        joined_at=row.joined_at,
        state=row.state,
        assigned=row.assigned,
        status=row.status,
    )
