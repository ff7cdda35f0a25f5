"""Questions about states, links and streams in one traced snapshot."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.application.record_reading import (
    HeldRecord,
    LinkState,
    OpenItem,
    OpenKind,
    OpenPlace,
    Place,
    StreamDay,
    Totals,
)
from monitoring.domain.firm import FirmEnvironment, FirmNotFound, submissions_topic
from monitoring.domain.typed_state import TypedState
from monitoring.persistence.bulk import json_text
from monitoring.persistence.typed_states import content_from, typed_states
from submissions.accession import Accessions, origin
from submissions.dictionary import code_list, types

_FIRM = text("select 1 from firm where firm_id = :firm_id")
_STATES = text(
    "select record_key, belongs_to, recorded_on, sequence, accession, ended_on, merged_into, is_cancelled, "
    "content::text as content from record_state where firm_id = :firm_id and record_type = :record_type "
    "and record_key > :after order by record_key limit :most"
)
_OPEN: Final[Mapping[OpenKind, str]] = {
    "UNLINKED": """
        select '' as stream, u."offset" as first, u.line, u.record_type, u.record_key, u.business_date, u.since,
            null::bigint as last, array(
                select wanted from awaited_record a where a.firm_id = u.firm_id and a.record_type = u.record_type
                and a.record_key = u.record_key order by wanted) as waits_for
        from unlinked_record u where u.firm_id = :firm_id and u.linked_at is null
            and (u."offset", u.line) > (:first, :line) order by u."offset", u.line limit :most
    """,
    "PENDING_REFERENCE": """
        select '' as stream, r."offset" as first, r.line, r.record_type, r.record_key, r.business_date,
            r.recorded_at as since, null::bigint as last, array[]::text[] as waits_for
        from submission_record r where r.firm_id = :firm_id and r.outcome = 'PENDING_REFERENCE'
            and (r."offset", r.line) > (:first, :line) order by r."offset", r.line limit :most
    """,
    "GAP": """
        select g.record_type as stream, g.first, 0 as line, g.record_type, null as record_key,
            null::date as business_date, g.opened_at as since, g.last, array[]::text[] as waits_for
        from sequence_gap g where g.firm_id = :firm_id
            and (g.record_type, g.first) > (:stream, :first) order by g.record_type, g.first limit :most
    """,
}
_COUNTS = text(
    """
    select (select count(*) from unlinked_record where firm_id = :firm_id and linked_at is null) as unlinked,
        pending_records, open_gaps from firm where firm_id = :firm_id
    """
)
_RECEIVED = text(
    "select record_type, count as records, amount_sum_fen, quantity_sum_e4 from stream_day "
    "where firm_id = :firm_id and business_date = :day"
)
_GAPS = text("select record_type, count(*) as gaps from sequence_gap where firm_id = :firm_id group by record_type")
_WAITING = text(
    "select record_type, count(*) as records from unlinked_record "
    "where firm_id = :firm_id and linked_at is null and business_date = :day group by record_type"
)
_LINKS = text(
    """
    select r."offset", r.line, coalesce(p.next_offset, 0) > r."offset" and g.firm_id is null as passed,
        u.firm_id is not null and u.linked_at is null as waits, array(
            select wanted from awaited_record a where a.firm_id = r.firm_id and a.record_type = r.record_type
            and a.record_key = r.record_key order by wanted) as waits_for
    from submission_record r
    join json_to_recordset(cast(:places as json)) as asked (at bigint, line integer)
        on asked.at = r."offset" and asked.line = r.line
    left join unlinked_record u on u.firm_id = r.firm_id and u."offset" = r."offset" and u.line = r.line
    left join link_again g on g.firm_id = r.firm_id and g."offset" = r."offset" and g.line = r.line
    left join link_progress p on p.firm_id = r.firm_id
    where r.firm_id = :firm_id and r.outcome in ('ACCEPTED', 'ACCEPTED_WARN') and r.record_type <> all(:controls)
    """
)
_FROM_THE_FIRST: Final = OpenPlace(first=-1, line=-2)


class PostgresRecordReads:
    """`RecordReads` on Postgres."""

    def __init__(self, connection: AsyncConnection, environment: FirmEnvironment) -> None:
        self._connection = connection
        self._environment = environment

    async def states(self, firm_id: str, record_type: str, *, after: str | None, most: int) -> list[HeldRecord]:
        """States of a type, in the order of their keys."""
        await self._require(firm_id)
        parameters = {"firm_id": firm_id, "record_type": record_type, "after": after or "", "most": most}
        rows = (await self._connection.execute(_STATES, parameters)).all()
        places = {row.record_key: _place_of(row.accession) for row in rows}
        links = await self.links(firm_id, list(places.values()))
        return [
            HeldRecord(
                record_type=record_type,
                record_key=row.record_key,
                state=_state(record_type, row),
                link=links.get(places[row.record_key]),
            )
            for row in rows
        ]

    async def open_items(self, firm_id: str, kind: OpenKind, *, after: OpenPlace | None, most: int) -> list[OpenItem]:
        """Open items of a kind, the oldest first."""
        await self._require(firm_id)
        place = after or _FROM_THE_FIRST
        where = {"firm_id": firm_id, "most": most, "first": place.first}
        where |= {"stream": place.stream} if kind == "GAP" else {"line": place.line}
        accessions = Accessions(submissions_topic(firm_id, self._environment), 0)
        return [
            OpenItem(
                kind=kind,
                place=OpenPlace(stream=row.stream, first=row.first, line=row.line),
                record_type=row.record_type,
                since=row.since,
                record_key=row.record_key,
                accession=None if kind == "GAP" else accessions.of(row.first, row.line),
                business_date=row.business_date,
                last=row.last,
                waits_for=row.waits_for,
            )
            for row in await self._connection.execute(text(_OPEN[kind]), where)
        ]

    async def open_counts(self, firm_id: str) -> Mapping[OpenKind, int]:
        """How many there are of each kind."""
        row = (await self._connection.execute(_COUNTS, {"firm_id": firm_id})).one()
        return {"UNLINKED": row.unlinked, "PENDING_REFERENCE": row.pending_records, "GAP": row.open_gaps}

    async def stream_days(self, firm_id: str, day: date) -> list[StreamDay]:
        """Every stream on a business date."""
        await self._require(firm_id)
        firm = {"firm_id": firm_id}
        received = {
            row.record_type: Totals(count=row.records, amount_fen=row.amount_sum_fen, quantity_e4=row.quantity_sum_e4)
            for row in await self._connection.execute(_RECEIVED, firm | {"day": day})
        }
        gaps = {row.record_type: row.gaps for row in await self._connection.execute(_GAPS, firm)}
        waiting = {
            row.record_type: row.records for row in await self._connection.execute(_WAITING, firm | {"day": day})
        }
        streams = [one.code for one in code_list("stream")]
        keys = {one: ("declaration", f"{one}/{day.isoformat()}") for one in streams}
        declared = await typed_states(self._connection, firm_id, list(keys.values()))
        return [
            StreamDay(
                stream=one,
                received=received.get(one, Totals()),
                declared=_declared(declared.get(keys[one])),
                declaration=declared[keys[one]].accession if keys[one] in declared else None,
                open_gaps=gaps.get(one, 0),
                unlinked=waiting.get(one, 0),
            )
            for one in streams
        ]

    async def links(self, firm_id: str, places: Sequence[Place]) -> Mapping[Place, LinkState]:
        """The link states of accepted records, where linking has come to them."""
        if not places:
            return {}
        parameters = {
            "firm_id": firm_id,
            "places": json_text([{"at": offset, "line": line} for offset, line in places]),
            "controls": [name for name, one in types().items() if one.is_control],
        }
        return {
            (row.offset, row.line): LinkState(link="UNLINKED", waits_for=row.waits_for)
            if row.waits
            else LinkState(link="LINKED")
            for row in await self._connection.execute(_LINKS, parameters)
            if row.passed
        }

    async def _require(self, firm_id: str) -> None:
        if (await self._connection.execute(_FIRM, {"firm_id": firm_id})).one_or_none() is None:
            raise FirmNotFound(firm_id=firm_id)


def _place_of(accession: str) -> Place:
    where = origin(accession)
    return where.offset, where.index


def _state(record_type: str, row: Row[Any]) -> TypedState:
    return TypedState(
        recorded_on=row.recorded_on,
        sequence=row.sequence,
        accession=row.accession,
        ended_on=row.ended_on,
        merged_into=row.merged_into,
        is_cancelled=row.is_cancelled,
        belongs_to=row.belongs_to,
        content=content_from(record_type, row.content),
    )


def _declared(state: TypedState | None) -> Totals | None:
    if state is None:
        return None
    content = state.content
    return Totals(
        count=content.get("count", 0),
        amount_fen=content.get("amount_sum_fen", 0),
        quantity_e4=content.get("quantity_sum_e4", 0),
    )
