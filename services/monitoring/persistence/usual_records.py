"""Usual records on Postgres: columns go to a temporary table as ready-made text, and on in few statements."""

import asyncio
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Final, NamedTuple

import polars as pl
from sqlalchemy import BigInteger, Boolean, Date, Integer, Table, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.application.usual_slice import Keys, UsualSlice
from monitoring.domain.accepted_state import content_columns
from monitoring.persistence.bulk import driver
from monitoring.persistence.submissions import KEY_COLUMNS, TABLES
from submissions.columnar.items import ACCESSION
from submissions.columnar.values import APPENDED_AT, LINE, OFFSET
from submissions.outcome import Outcome

_TYPES: Final = {Date: "integer", BigInteger: "bigint", Integer: "integer", Boolean: "boolean"}
_DAY: Final = "date '1970-01-01' + {}"
_MOMENT: Final = "timestamp '1970-01-01' at time zone 'Asia/Shanghai' + {} * interval '1 microsecond'"
_WAITING = text(
    "select distinct record_type, record_key from submission_record "
    "where firm_id = :firm_id and outcome = 'PENDING_REFERENCE' and record_type = any(:types)"
)


class _Column(NamedTuple):
    """A column on its way: its name in the frame and in the temporary table, its type there."""

    frame: str
    name: str
    type: str


# What a record bears beside its content; the first ones are where it stands.
_OF_RECORD: Final = (
    _Column(OFFSET, "at_offset", "bigint"),
    _Column(LINE, "at_line", "integer"),
    _Column(APPENDED_AT, "appended_us", "bigint"),
    _Column(ACCESSION, "accession", "text"),
    _Column("sequence", "sequence", "bigint"),
    _Column("record_key", "record_key", "text"),
    _Column("action", "action", "text"),
    _Column("business_date", "business_day", "integer"),
    _Column("load_id", "load_id", "text"),
)


class _Statements(NamedTuple):
    """What is done with the usual records of one type."""

    table: str
    create: str
    add: TextClause
    held: TextClause
    keep: TextClause


class PostgresUsualRecords:
    """`UsualRecords` on Postgres."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def waiting(self, firm_id: str) -> Keys:
        """The record keys that wait for reference data."""
        rows = (await self._connection.execute(_WAITING, {"firm_id": firm_id, "types": list(TABLES)})).all()
        return {name: frozenset(row.record_key for row in rows if row.record_type == name) for name in TABLES}

    async def add(self, firm_id: str, usual: UsualSlice) -> Keys:
        """Adds the states of new keys."""
        connection = await driver(self._connection)
        bodies = await asyncio.to_thread(_bodies, usual)
        async with self._connection.begin_nested() as attempt:
            taken: dict[str, frozenset[str]] = {}
            for name, frame in usual.frames.items():
                statements = _statements(name)
                await connection.execute(statements.create)
                columns, body = bodies[name]
                await connection.copy_to_table(statements.table, source=BytesIO(body), columns=columns)
                added = await self._connection.execute(statements.add, {"firm_id": firm_id})
                if added.rowcount != frame.height:
                    held = await self._connection.execute(statements.held, {"firm_id": firm_id})
                    taken[name] = frozenset(held.scalars())
            if taken:
                await attempt.rollback()
        return taken

    async def keep(self, firm_id: str, usual: UsualSlice, *, frame_sequence: int, recorded_at: datetime) -> None:
        """Writes the records of what was added."""
        told = {"firm_id": firm_id, "frame_sequence": frame_sequence, "recorded_at": recorded_at}
        for name in usual.frames:
            await self._connection.execute(_statements(name).keep, told)


def _bodies(usual: UsualSlice) -> dict[str, tuple[list[str], bytes]]:
    """The frames as `COPY` takes them, without the columns that nobody filled.

    Their texts hold no escape and no control character: they were read so.
    """
    bodies: dict[str, tuple[list[str], bytes]] = {}
    for name, frame in usual.frames.items():
        columns = [one for one in _columns(name) if frame[one.frame].null_count() < frame.height]
        body = BytesIO()
        frame.select([_sent(one, frame.schema[one.frame]) for one in columns]).write_csv(
            body, include_header=False, separator="\t", null_value="\\N", quote_style="never"
        )
        bodies[name] = [one.name for one in columns], body.getvalue()
    return bodies


def _sent(column: _Column, dtype: pl.DataType) -> pl.Expr:
    value = pl.col(column.frame)
    return value.to_physical().alias(column.name) if dtype.is_temporal() else value.alias(column.name)


@cache
def _columns(record_type: str) -> tuple[_Column, ...]:
    table = TABLES[record_type]
    names = (*KEY_COLUMNS[record_type], *content_columns(record_type))
    return (*_OF_RECORD, *(_Column(name, name, _type(table, name)) for name in names))


def _type(table: Table, column: str) -> str:
    return _TYPES.get(type(table.c[column].type), "text")


def _value(table: Table, column: str) -> str:
    return _DAY.format(column) if isinstance(table.c[column].type, Date) else column


@cache
def _statements(record_type: str) -> _Statements:
    table = TABLES[record_type]
    keys = KEY_COLUMNS[record_type]
    arriving = f"arriving_usual_{table.name}"
    own = (*keys, *content_columns(record_type))
    declared = ", ".join(f"{one.name} {one.type}" for one in _columns(record_type))
    values = ", ".join(_value(table, one) for one in own)
    matched = ", ".join(keys)
    return _Statements(
        table=arriving,
        create=f"create temporary table if not exists {arriving} ({declared}) on commit delete rows",
        add=text(
            f"insert into {table.name} (firm_id, recorded_on, sequence, accession, {', '.join(own)}) "  # noqa: S608  # names of our own tables
            f"select cast(:firm_id as text), {_DAY.format('business_day')}, sequence, accession, {values} "
            f"from {arriving} on conflict do nothing"
        ),
        held=text(
            f"select a.record_key from {arriving} a join {table.name} t using ({matched}) "  # noqa: S608  # the same
            "where t.firm_id = :firm_id and t.accession <> a.accession"
        ),
        keep=text(_keep(record_type, arriving)),
    )


def _keep(record_type: str, arriving: str) -> str:
    return (
        'insert into submission_record (firm_id, "offset", line, record_type, record_key, sequence, action, '  # noqa: S608  # the same
        "business_date, load_id, appended_at, recorded_at, outcome, frame_sequence) "
        f"select cast(:firm_id as text), at_offset, at_line, '{record_type}', record_key, sequence, action, "
        f"{_DAY.format('business_day')}, load_id, {_MOMENT.format('appended_us')}, "
        f"cast(:recorded_at as timestamptz), '{Outcome.ACCEPTED}', cast(:frame_sequence as bigint) from {arriving}"
    )
