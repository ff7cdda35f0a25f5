"""Registration cases; row security shows one to its two participants."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from chassis.unit_of_work import VersionConflict
from listing.domain.registration_case import (
    Agreement,
    RegistrationCase,
    RegistrationCaseNotFound,
    RegistrationNumberTaken,
    Side,
    Tick,
)
from listing.persistence.codec import from_json, to_json
from listing.persistence.registration_tables import registration_case as table


class RegistrationCaseTable:
    """Cases of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, case: RegistrationCase) -> bool:
        """Keeps a new case; says whether its terms had none yet."""
        case.revision = 1
        statement = upsert(table).values(id=case.id, **_columns(case))
        statement = statement.on_conflict_do_nothing(index_elements=["term_sheet_id"])
        return (await self._connection.execute(statement)).rowcount == 1

    async def get(self, case_id: UUID) -> RegistrationCase:
        """One in scope.

        Raises:
            RegistrationCaseNotFound: there is none in sight.
        """
        return await load_registration_case(self._connection, case_id)

    async def by_number(self, number: str) -> RegistrationCase | None:
        """The one case that carries a number."""
        query = select(table).where(table.c.number == number, table.c.stage != "abandoned")
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _case(row)

    async def save(self, case: RegistrationCase) -> None:
        """Keeps what changed.

        Raises:
            RegistrationNumberTaken: another case carries its number; whose it is, is not said.
            VersionConflict: somebody was faster.
        """
        read = case.revision
        case.revision = read + 1
        guarded = update(table).where(table.c.id == case.id, table.c.revision == read)
        try:
            saved = await self._connection.execute(guarded.values(_columns(case)))
        except IntegrityError as error:
            if "registration_case_number" in str(error.orig):
                raise RegistrationNumberTaken(number=case.number) from error
            raise
        if saved.rowcount != 1:
            raise VersionConflict(case_id=case.id)


async def load_registration_case(connection: AsyncConnection, case_id: UUID) -> RegistrationCase:
    """One in scope.

    Raises:
        RegistrationCaseNotFound: there is none in sight.
    """
    row = (await connection.execute(select(table).where(table.c.id == case_id))).one_or_none()
    if row is None:
        raise RegistrationCaseNotFound(case_id=case_id)
    return _case(row)


async def load_registration_cases(
    connection: AsyncConnection, participant_id: str, *, after: UUID | None, limit: int
) -> Sequence[RegistrationCase]:
    """A participant's, the newest first: ids grow with time."""
    query = select(table).where(or_(table.c.pledgor_id == participant_id, table.c.pledgee_id == participant_id))
    if after is not None:
        query = query.where(table.c.id < after)
    return [_case(row) for row in await connection.execute(query.order_by(table.c.id.desc()).limit(limit))]


def _columns(case: RegistrationCase) -> dict[str, object]:
    return {
        "conversation_id": case.agreement.conversation_id,
        "term_sheet_id": case.agreement.term_sheet_id,
        "round": case.agreement.round,
        "pledgor_id": case.pledgor.participant_id,
        "pledgor_listing_id": case.pledgor.listing_id,
        "pledgee_id": case.pledgee.participant_id,
        "pledgee_listing_id": case.pledgee.listing_id,
        "variant": case.variant,
        "stage": case.stage,
        "number": case.number,
        "number_by": case.number_by,
        "ticks": to_json(case.ticks),
        "opened_at": case.opened_at,
        "registered_on": case.registered_on,
        "released_on": case.released_on,
        "revision": case.revision,
    }


def _case(row: Row[Any]) -> RegistrationCase:
    return RegistrationCase(
        id=row.id,
        agreement=Agreement(conversation_id=row.conversation_id, term_sheet_id=row.term_sheet_id, round=row.round),
        pledgor=Side(participant_id=row.pledgor_id, listing_id=row.pledgor_listing_id),
        pledgee=Side(participant_id=row.pledgee_id, listing_id=row.pledgee_listing_id),
        variant=row.variant,
        opened_at=local(row.opened_at),
        stage=row.stage,
        number=row.number,
        number_by=row.number_by,
        ticks=from_json(row.ticks, dict[str, Tick]),
        registered_on=row.registered_on,
        released_on=row.released_on,
        revision=row.revision,
    )
