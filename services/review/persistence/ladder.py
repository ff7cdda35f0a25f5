"""Parties, notices and steps as they are kept."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Table, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import local
from chassis.unit_of_work import VersionConflict
from review.application.ladder_ports import NoticeSearch, Party, SanctionSearch
from review.domain.appeal import Appeal
from review.domain.ladder import Ground, Matter, Term
from review.domain.notice import Answer, Notice, NoticeNotFound
from review.domain.sanction import LiftProposed, Sanction, SanctionNotFound
from review.persistence.ladder_tables import notice, party, party_user, sanction
from review.persistence.stored import from_json, to_json

_PLAIN_NOTICE = (
    "notice_id", "evidence", "issued_by", "issued_at", "deadline_at", "state", "overdue_since", "closed_at",
    "closed_by", "close_reason", "row_version",
)  # fmt: skip
_PLAIN_SANCTION = (
    "sanction_id", "notice_id", "notice_by", "step", "statement", "proposed_by", "proposed_at", "ends_on", "state",
    "decided_by", "decided_at", "decision_reason", "appeal_until", "lifted_by", "ended_at", "ended_by", "row_version",
)  # fmt: skip
# What a participant sees of its own: what was only proposed, or rejected, never concerned it.
_TOLD = ("in_force", "ended")


class StoredParties:
    """Parties of this transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, participant_id: str) -> Party | None:
        """A participant, if its registration was heard."""
        row = (await self._connection.execute(select(party).where(party.c.participant_id == participant_id))).first()
        if row is None:
            return None
        users = select(party_user.c.user_id).where(party_user.c.participant_id == participant_id)
        return Party(
            participant_id=participant_id,
            account_refs=frozenset(row.account_refs),
            user_ids=frozenset((await self._connection.execute(users)).scalars()),
        )

    async def note_participant(self, participant_id: str, account_refs: Collection[str]) -> None:
        """It was heard now."""
        values = {"participant_id": participant_id, "account_refs": sorted(account_refs)}
        query = upsert(party).values(values).on_conflict_do_update(index_elements=["participant_id"], set_=values)
        await self._connection.execute(query)

    async def note_user(self, participant_id: str, user_id: str) -> None:
        """A login was heard of now."""
        values = {"participant_id": participant_id, "user_id": user_id}
        await self._connection.execute(upsert(party_user).values(values).on_conflict_do_nothing())


class StoredNotices:
    """Notices of this transaction; a save is guarded by the version that was read."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, one: Notice) -> None:
        """Keeps a new notice."""
        one.row_version = 1
        await self._connection.execute(insert(notice).values(_notice_values(one)))

    async def get(self, notice_id: UUID) -> Notice:
        """One in scope.

        Raises:
            NoticeNotFound: there is none in sight.
        """
        row = (await self._connection.execute(select(notice).where(notice.c.notice_id == notice_id))).first()
        if row is None:
            raise NoticeNotFound
        return _notice(row)

    async def standing_on(self, listing_ids: Collection[UUID]) -> Sequence[Notice]:
        """Those that stand on any of these listings, oldest first."""
        query = (
            select(notice)
            .where(
                notice.c.subject_kind == "listing",
                notice.c.state != "closed",
                notice.c.subject_id.in_([str(one) for one in listing_ids]),
            )
            .order_by(notice.c.issued_at, notice.c.notice_id)
        )
        return [_notice(row) for row in await self._connection.execute(query)]

    async def save(self, one: Notice) -> None:
        """Keeps what changed.

        Raises:
            VersionConflict: somebody was faster.
        """
        await _save(self._connection, notice, "notice_id", one, _notice_values)


class StoredSanctions:
    """Steps of this transaction; a save is guarded by the version that was read."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, one: Sanction) -> None:
        """Keeps a new proposal."""
        one.row_version = 1
        await self._connection.execute(insert(sanction).values(_sanction_values(one)))

    async def get(self, sanction_id: UUID) -> Sanction:
        """One in scope.

        Raises:
            SanctionNotFound: there is none in sight.
        """
        row = (await self._connection.execute(select(sanction).where(sanction.c.sanction_id == sanction_id))).first()
        if row is None:
            raise SanctionNotFound
        return _sanction(row)

    async def in_force_on(self, matter: Matter) -> Sequence[Sanction]:
        """Those that bind exactly this subject now; whoever asks for the same subject waits for this transaction."""
        key = func.hashtextextended(f"ladder:{matter.kind}:{matter.id}", 0)
        await self._connection.execute(select(func.pg_advisory_xact_lock(key)))
        query = select(sanction).where(
            sanction.c.subject_kind == matter.kind, sanction.c.subject_id == matter.id, sanction.c.state == "in_force"
        )
        return [_sanction(row) for row in await self._connection.execute(query)]

    async def save(self, one: Sanction) -> None:
        """Keeps what changed.

        Raises:
            VersionConflict: somebody was faster.
        """
        await _save(self._connection, sanction, "sanction_id", one, _sanction_values)


async def find_notices(connection: AsyncConnection, search: NoticeSearch) -> Sequence[Notice]:
    """Notices, the newest first."""
    query = _page(select(notice), notice.c.issued_at, notice.c.notice_id, search)
    return [_notice(row) for row in await connection.execute(query)]


async def find_sanctions(connection: AsyncConnection, search: SanctionSearch) -> Sequence[Sanction]:
    """Steps, the newest first; a participant's own are those it was told of."""
    query = _page(select(sanction), sanction.c.proposed_at, sanction.c.sanction_id, search)
    if search.participant_id is not None:
        query = query.where(sanction.c.state.in_(_TOLD))
    return [_sanction(row) for row in await connection.execute(query)]


def _page(query: Select[Any], at: Any, identity: Any, search: NoticeSearch | SanctionSearch) -> Select[Any]:
    table = at.table
    if search.state is not None:
        query = query.where(table.c.state == search.state)
    if search.participant_id is not None:
        query = query.where(table.c.participant_id == search.participant_id)
    if search.after is not None:
        query = query.where(tuple_(at, identity) < search.after)
    return query.order_by(at.desc(), identity.desc()).limit(search.limit)


async def _save(connection: AsyncConnection, table: Table, key: str, one: Any, values_of: Any) -> None:
    read = one.row_version
    one.row_version = read + 1
    query = update(table).where(table.c[key] == getattr(one, key), table.c.row_version == read)
    if (await connection.execute(query.values(values_of(one)))).rowcount != 1:
        raise VersionConflict


def _plain(row: Row[Any], names: Sequence[str]) -> dict[str, Any]:
    """Columns as they are, moments as Shanghai's clocks show them: deadlines are read by people."""
    values = ((name, getattr(row, name)) for name in names)
    return {name: local(value) if isinstance(value, datetime) else value for name, value in values}


def _matter_values(matter: Matter) -> dict[str, Any]:
    return {
        "subject_kind": matter.kind,
        "subject_id": matter.id,
        "participant_id": matter.participant_id,
        "account_refs": sorted(matter.account_refs),
    }


def _matter(row: Row[Any]) -> Matter:
    return Matter(
        kind=row.subject_kind,
        id=row.subject_id,
        participant_id=row.participant_id,
        account_refs=frozenset(row.account_refs),
    )


def _notice_values(one: Notice) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in _PLAIN_NOTICE},
        **_matter_values(one.matter),
        "ground": to_json(one.ground),
        "term": to_json(one.term),
        "answers": to_json(one.answers),
    }


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        **_plain(row, _PLAIN_NOTICE),
        matter=_matter(row),
        ground=from_json(row.ground, Ground),
        term=from_json(row.term, Term),
        answers=from_json(row.answers, tuple[Answer, ...]),
    )


def _sanction_values(one: Sanction) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in _PLAIN_SANCTION},
        **_matter_values(one.matter),
        "ground": to_json(one.ground),
        "lift": to_json(one.lift) if one.lift else None,
        "appeal": to_json(one.appeal) if one.appeal else None,
    }


def _sanction(row: Row[Any]) -> Sanction:
    return Sanction(
        **_plain(row, _PLAIN_SANCTION),
        matter=_matter(row),
        ground=from_json(row.ground, Ground),
        lift=from_json(row.lift, LiftProposed) if row.lift else None,
        appeal=from_json(row.appeal, Appeal) if row.appeal else None,
    )
