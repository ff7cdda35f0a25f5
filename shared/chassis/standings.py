"""What a service has heard of logins: the board says it whole, and it is asked at every request (`chassis.standing`).

For services that are not the board. Ids and words of the matrix only: no row security, no personal data.
"""

from collections.abc import Sequence

from alembic.operations import Operations
from sqlalchemy import Boolean, Column, MetaData, PrimaryKeyConstraint, Table, Text, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import LoginStanding, Status, Subject
from chassis.database import Database
from chassis.standing import Standing

# The row of the participant itself, for logins it has not been heard of together with.
PARTICIPANT_ITSELF = ""
_CREATE = """
create table login_standing (
    participant_id text not null,
    user_id text not null,
    no_access text,
    status text not null,
    function text,
    ended boolean not null,
    constraint login_standing_pkey primary key (participant_id, user_id)
)
"""


def create_standing_table(op: Operations) -> None:
    """Creates the table; called by a revision of each service that keeps one."""
    op.execute(_CREATE)


def drop_standing_table(op: Operations) -> None:
    """Undoes it."""
    op.execute("drop table login_standing")


def standing_table(metadata: MetaData) -> Table:
    """The same table as queries see it."""
    return Table(
        "login_standing",
        metadata,
        Column("participant_id", Text, nullable=False),
        Column("user_id", Text, nullable=False),
        Column("no_access", Text),
        Column("status", Text, nullable=False),
        Column("function", Text),
        Column("ended", Boolean, nullable=False),
        PrimaryKeyConstraint("participant_id", "user_id", name="login_standing_pkey"),
    )


class StandingRows:
    """What was heard, as one transaction sees it."""

    def __init__(self, connection: AsyncConnection, table: Table) -> None:
        self._connection = connection
        self._table = table

    async def put(
        self, participant_id: str, *, no_access: str | None, status: Status, logins: Sequence[LoginStanding]
    ) -> None:
        """Takes the board's word in the place of what it said before."""
        await self._connection.execute(delete(self._table).where(self._table.c.participant_id == participant_id))
        itself = LoginStanding(user_id=PARTICIPANT_ITSELF, function=None, status=status, ended=False)
        rows = [
            {
                "participant_id": participant_id,
                "user_id": one.user_id,
                "no_access": no_access,
                "status": one.status,
                "function": one.function,
                "ended": one.ended,
            }
            for one in (itself, *logins)
        ]
        await self._connection.execute(insert(self._table), rows)


class HeardStandings:
    """Answers from what was heard so far: within a second or so of the board's own word."""

    def __init__(self, database: Database, table: Table) -> None:
        self._database = database
        self._table = table

    async def of(self, subject: Subject, authorization: str) -> Standing | None:  # noqa: ARG002  # nobody else is asked
        """The login's standing; None for a participant never heard of."""
        table = self._table
        query = (
            select(table)
            .where(
                table.c.participant_id == subject.participant_id,
                table.c.user_id.in_([subject.user_id, PARTICIPANT_ITSELF]),
            )
            .order_by(table.c.user_id.desc())
            .limit(1)
        )
        async with self._database.engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        return Standing(no_access=row.no_access, status=row.status, function=row.function, ended=row.ended)
