"""Registrations as complete snapshots say them, and what owners are asked about them."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, exists, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from listing.domain.registration import Question, Registration
from listing.domain.states import LIVE
from listing.domain.unit_holds import UnitKey
from listing.persistence import tables
from listing.persistence.holdings import key_of, place_of
from listing.persistence.registration_tables import (
    registration,
    registration_case,
    registration_match,
    registration_question,
)

_HOLD = tables.unit_hold
_PLACE = ("account_ref", "market", "security", "share_class")


class RegistrationTable:
    """Registrations of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def numbers(self, snapshot_id: UUID, *, after: str, limit: int) -> Sequence[str]:
        """Numbers of a snapshot, in order, that concern a live listing's units or a case.

        Most of a market's registrations concern nobody here: the database leaves them out.
        """
        same_units = and_(*(_HOLD.c[name] == registration.c[name] for name in _PLACE))
        held = exists().where(same_units, _HOLD.c.listing_id == tables.listing.c.id, tables.listing.c.state.in_(LIVE))
        recorded = exists().where(registration_case.c.number == registration.c.number)
        query = (
            select(registration.c.number)
            .distinct()
            .where(registration.c.snapshot_id == snapshot_id, registration.c.number > after, or_(held, recorded))
            .order_by(registration.c.number)
            .limit(limit)
        )
        return list((await self._connection.execute(query)).scalars())

    async def of_snapshot(self, snapshot_id: UUID, number: str) -> Registration:
        """One registration as a snapshot says it."""
        query = select(registration).where(registration.c.snapshot_id == snapshot_id, registration.c.number == number)
        return _registration((await self._connection.execute(query)).all())

    async def newest(self, number: str) -> Registration | None:
        """One registration as the newest complete snapshot that names it says it."""
        snapshot = tables.snapshots.snapshot
        query = (
            select(snapshot.c.snapshot_id)
            .join(registration, registration.c.snapshot_id == snapshot.c.snapshot_id)
            .where(registration.c.number == number, snapshot.c.state == "complete")
            .order_by(snapshot.c.business_date.desc(), snapshot.c.revision.desc())
            .limit(1)
        )
        snapshot_id = (await self._connection.execute(query)).scalar_one_or_none()
        return None if snapshot_id is None else await self.of_snapshot(snapshot_id, number)

    async def candidates(self, keys: Collection[UnitKey]) -> Sequence[UUID]:
        """Live listings that hold any of these units, in one order."""
        columns = [_HOLD.c[name] for name in _PLACE]
        query = (
            select(_HOLD.c.listing_id)
            .distinct()
            .join(tables.listing, tables.listing.c.id == _HOLD.c.listing_id)
            .where(tuple_(*columns).in_([place_of(one) for one in keys]), tables.listing.c.state.in_(LIVE))
            .order_by(_HOLD.c.listing_id)
        )
        return list((await self._connection.execute(query)).scalars())

    async def is_settled(self, number: str) -> bool:
        """Whether a listing was moved by it already."""
        query = select(exists().where(registration_match.c.number == number))
        return bool((await self._connection.execute(query)).scalar_one())

    async def settle(self, number: str, *, listing_id: UUID, participant_id: str) -> None:
        """A listing was moved by it: it means no other."""
        values = {"number": number, "listing_id": listing_id, "participant_id": participant_id}
        await self._connection.execute(upsert(registration_match).values(values).on_conflict_do_nothing())


class QuestionTable:
    """Questions of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, listing_id: UUID) -> Sequence[Question]:
        """A listing's, the oldest first."""
        return await load_questions(self._connection, listing_id)

    async def ask(self, question: Question) -> bool:
        """Keeps a new one; says whether it was not asked before."""
        statement = upsert(registration_question).values(vars(question)).on_conflict_do_nothing()
        return (await self._connection.execute(statement)).rowcount == 1

    async def save(self, question: Question) -> None:
        """Keeps its answer."""
        table = registration_question
        same = update(table).where(table.c.listing_id == question.listing_id, table.c.number == question.number)
        answer = {name: getattr(question, name) for name in ("answer", "answered_by", "answered_at")}
        await self._connection.execute(same.values(answer))


async def load_questions(connection: AsyncConnection, listing_id: UUID) -> Sequence[Question]:
    """What the owner of a listing in scope is asked, the oldest first."""
    table = registration_question
    query = select(table).where(table.c.listing_id == listing_id).order_by(table.c.asked_at, table.c.number)
    return [_question(row) for row in await connection.execute(query)]


def _registration(rows: Sequence[Row[Any]]) -> Registration:
    released = [row.released_on for row in rows]
    standing = [row for row in rows if row.released_on is None]
    return Registration(
        number=rows[0].number,
        registered_on=min(row.registered_on for row in rows),
        # Part of it may be released: it stands until nothing is left of it.
        released_on=None if standing else max(released),
        quantities={key_of(row): row.quantity for row in standing},
    )


def _question(row: Row[Any]) -> Question:
    return Question(
        listing_id=row.listing_id,
        participant_id=row.participant_id,
        number=row.number,
        registered_on=row.registered_on,
        coverage=row.coverage,
        asked_at=local(row.asked_at),
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=local(row.answered_at) if row.answered_at else None,
    )
