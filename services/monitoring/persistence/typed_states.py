"""States of every record type without columns of its own, as JSON by column name."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.application.record_ports import NOTHING_KNOWN, Asked, KnownRecords
from monitoring.domain.typed_state import TypedState
from monitoring.persistence.bulk import json_text
from monitoring.persistence.record_lookups import look_up
from submissions.book import Key, KeyState, State
from submissions.dictionary import LISTS, field_of_column
from submissions.wire import wire_types

_COLUMNS: Final = ", ".join(("record_type", "record_key", *TypedState._fields))
_CHANGED = ", ".join(f"{one} = excluded.{one}" for one in TypedState._fields)
_KEEP = text(
    f"insert into record_state (firm_id, {_COLUMNS}) select cast(:firm_id as text), {_COLUMNS} "  # noqa: S608  # our own columns
    "from json_to_recordset(cast(:states as json)) as s (record_type text, record_key text, belongs_to text, "
    "recorded_on date, sequence bigint, accession text, ended_on date, merged_into text, is_cancelled boolean, "
    f"content jsonb) on conflict (firm_id, record_type, record_key) do update set {_CHANGED}"
)
_HELD = text(
    "select record_type, record_key, belongs_to, recorded_on, sequence, accession, ended_on, merged_into, "
    "is_cancelled, content::text as content from record_state "
    "join json_to_recordset(cast(:keys as json)) as asked (record_type text, record_key text) "
    "using (record_type, record_key) where firm_id = :firm_id"
)


class PostgresTypedStates:
    """`TypedStates` on Postgres. The caller holds the firm's row."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, firm_id: str, states: Mapping[Key, TypedState]) -> None:
        """Writes the states of keys."""
        if states:
            rows = [
                {"record_type": record_type, "record_key": record_key, **one._asdict()}
                for (record_type, record_key), one in states.items()
            ]
            await self._connection.execute(_KEEP, {"firm_id": firm_id, "states": json_text(rows)})

    async def known(self, firm_id: str, asked: Asked) -> KnownRecords:
        """The answers to what rules ask about other records."""
        return NOTHING_KNOWN if asked.nothing else await look_up(self._connection, firm_id, asked)


async def typed_states(connection: AsyncConnection, firm_id: str, keys: Collection[Key]) -> dict[Key, TypedState]:
    """What is held of these keys."""
    if not keys:
        return {}
    asked = json_text([{"record_type": record_type, "record_key": key} for record_type, key in keys])
    rows = await connection.execute(_HELD, {"firm_id": firm_id, "keys": asked})
    return {(row.record_type, row.record_key): _typed_state(row) for row in rows}


def key_state(record_type: str, held: TypedState) -> KeyState:
    """A state as the rules see it: with the whole content, as a record of its type."""
    state: State = "open"
    if held.is_cancelled:
        state = "cancelled"
    elif held.merged_into is not None:
        state = "merged"
    elif held.ended_on is not None:
        state = "closed"
    wire = wire_types()[record_type]
    record = wire.struct(**{**wire.blank, **held.content})
    return KeyState(held.sequence, state, record, held.ended_on, held.merged_into)


def _typed_state(row: Row[Any]) -> TypedState:
    return TypedState(
        recorded_on=row.recorded_on,
        sequence=row.sequence,
        accession=row.accession,
        ended_on=row.ended_on,
        merged_into=row.merged_into,
        is_cancelled=row.is_cancelled,
        belongs_to=row.belongs_to,
        content=content_from(row.record_type, row.content),
    )


def content_from(record_type: str, stored: str) -> dict[str, Any]:
    """The canonical values that were stored as JSON."""
    read = _readers(record_type)
    members: dict[str, Any] = msgspec.json.decode(stored)
    return {name: read[name](value) if name in read else value for name, value in members.items()}


@cache
def _readers(record_type: str) -> dict[str, Callable[[Any], Any]]:
    """What JSON does not tell apart: days, moments and lists."""
    by_kind: dict[str, Callable[[Any], Any]] = {"date": date.fromisoformat, "time": datetime.fromisoformat}
    by_kind |= dict.fromkeys(LISTS, tuple)
    return {column: by_kind[one.kind] for column, one in field_of_column(record_type).items() if one.kind in by_kind}
