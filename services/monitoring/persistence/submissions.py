"""Writing a judged slice: records, states, totals, and what valuation has to look at again."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.application.intake_ports import JudgedSlice, Released
from monitoring.application.slice_counts import DayCount, Totals, add_totals, days_of, stream_totals
from monitoring.domain.accepted_state import COLLATERAL, CONTRACT, BookChanges, KeyParts, KeyRow, content_columns
from monitoring.persistence.bulk import copy_arriving, json_text, prepare_arriving
from monitoring.persistence.slice_content import packed
from monitoring.persistence.tables import intake as tables
from submissions.accession import origin
from submissions.outcome import Outcome, Received

STATE_COLUMNS: Final = ("recorded_on", "sequence", "accession", "ended_on", "merged_into", "is_cancelled")
KEY_COLUMNS: Final = {CONTRACT: ("contract_id",), COLLATERAL: ("contract_id", "line_no")}
TABLES: Final = {CONTRACT: tables.contract, COLLATERAL: tables.collateral_line}
RECORD_COLUMNS: Final = (
    "firm_id",
    "offset",
    "line",
    "record_type",
    "record_key",
    "sequence",
    "content_hash",
    "action",
    "business_date",
    "load_id",
    "appended_at",
    "recorded_at",
    "outcome",
    "findings",
    "reason",
    "first_offset",
    "first_line",
    "frame_sequence",
    "content",
)
_encode = msgspec.json.Encoder().encode


def state_columns(record_type: str) -> tuple[str, ...]:
    """The columns of a state table in the order of `_state_rows`."""
    return ("firm_id", *KEY_COLUMNS[record_type], *STATE_COLUMNS, *content_columns(record_type))


def _moved(table: Table, columns: Sequence[str], keys: Sequence[str]) -> str:
    names = ", ".join(columns)
    changed = ", ".join(f"{one} = excluded.{one}" for one in columns if one not in {"firm_id", *keys})
    return (
        f"insert into {table.name} ({names}) select {names} from arriving_{table.name} "  # noqa: S608  # names of our own tables
        f"on conflict (firm_id, {', '.join(keys)}) do update set {changed}"
    )


_quoted = ", ".join(f'"{one}"' for one in RECORD_COLUMNS)
_RECORDS = text(f"insert into submission_record ({_quoted}) select {_quoted} from arriving_submission_record")  # noqa: S608  # the same
_STATES = {name: text(_moved(TABLES[name], state_columns(name), KEY_COLUMNS[name])) for name in TABLES}
_SLICE = text(
    'insert into intake_slice (firm_id, start, "end", records, frame_sequence, merkle_root, recorded_at, content) '
    "values (:firm_id, :start, :end, :records, :frame_sequence, :merkle_root, :recorded_at, :content)"
)
_DAY = text(
    "insert into intake_day as d (firm_id, day, messages, unreadable, records, first_offset, end_offset) "
    "values (:firm_id, :day, :messages, :unreadable, :records, :first_offset, :end_offset) "
    "on conflict (firm_id, day) do update set "
    "messages = d.messages + excluded.messages, unreadable = d.unreadable + excluded.unreadable, "
    "records = d.records + excluded.records, end_offset = excluded.end_offset"
)
_STREAM_DAYS = text(
    "insert into stream_day as d (firm_id, record_type, business_date, count, amount_sum_fen, quantity_sum_e4) "
    "select cast(:firm_id as text), * from unnest("
    "cast(:types as text[]), cast(:days as date[]), cast(:counts as bigint[]), "
    "cast(:amounts as bigint[]), cast(:quantities as bigint[])) on conflict (firm_id, record_type, business_date) "
    "do update set count = d.count + excluded.count, amount_sum_fen = d.amount_sum_fen + excluded.amount_sum_fen, "
    "quantity_sum_e4 = d.quantity_sum_e4 + excluded.quantity_sum_e4"
)
_TERMS = text(
    "insert into contract_terms (firm_id, contract_id, from_date, principal_fen, rate_e6, accession) "
    "values (:firm_id, :contract_id, :from_date, :principal_fen, :rate_e6, :accession) "
    "on conflict (firm_id, contract_id, from_date) do update set principal_fen = excluded.principal_fen, "
    "rate_e6 = excluded.rate_e6, accession = excluded.accession"
)
_TOUCHED = text(
    "insert into book_change (firm_id, contract_id, accession, slice_end) "
    "select cast(:firm_id as text), key, value, cast(:slice_end as bigint) from json_each_text(cast(:touched as json))"
)
_RELEASE = text(
    "update submission_record set outcome = :outcome, findings = cast(:findings as jsonb), "
    'frame_sequence = :frame_sequence where firm_id = :firm_id and "offset" = :offset and line = :line'
)


class PostgresSubmissions:
    """`Submissions` on Postgres."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, judged: JudgedSlice) -> None:
        """Writes a slice."""
        await prepare_arriving(self._connection)
        if judged.received:
            await copy_arriving(
                self._connection, "submission_record", columns=RECORD_COLUMNS, rows=list(_record_rows(judged))
            )
            await self._connection.execute(_RECORDS)
        firm_id = judged.firm_id
        # In a thread: thousands of rows are counted and packed while the loop goes on.
        counted = await asyncio.to_thread(_counted, judged)
        await self._keep_slice(judged, counted)
        if counted.days:
            await self._connection.execute(_DAY, [{"firm_id": firm_id, **asdict(one)} for one in counted.days])
        await self._keep_stream_days(firm_id, counted.totals)
        await self._keep_changes(firm_id, judged.changes)
        await self._keep_touched(firm_id, counted.touched, slice_end=judged.end)

    async def keep_released(self, released: Released) -> None:
        """Writes the outcomes of records that waited."""
        if released.received:
            await self._connection.execute(
                _RELEASE,
                [
                    {
                        "firm_id": released.firm_id,
                        "offset": one.offset,
                        "line": one.index,
                        "outcome": str(one.outcome),
                        "findings": _findings(one),
                        "frame_sequence": released.frame_sequence,
                    }
                    for one in released.received
                ],
            )
        await prepare_arriving(self._connection)
        last = max((one.offset for one in released.received), default=0)
        await self._keep_changes(released.firm_id, released.changes)
        await self._keep_touched(released.firm_id, released.changes.touched, slice_end=last + 1)

    async def _keep_slice(self, judged: JudgedSlice, counted: "_Counted") -> None:
        await self._connection.execute(
            _SLICE,
            {
                "firm_id": judged.firm_id,
                "start": judged.start,
                "end": judged.end,
                "records": counted.records,
                "frame_sequence": judged.frame_sequence,
                "merkle_root": judged.merkle_root,
                "recorded_at": judged.recorded_at,
                "content": counted.content,
            },
        )

    async def _keep_changes(self, firm_id: str, changes: BookChanges) -> None:
        for record_type, states in changes.states.items():
            if states:
                table = TABLES[record_type].name
                rows = list(_state_rows(firm_id, record_type, states))
                await copy_arriving(self._connection, table, columns=state_columns(record_type), rows=rows)
                await self._connection.execute(_STATES[record_type])
        if changes.terms:
            await self._connection.execute(
                _TERMS, [{"firm_id": firm_id, **one._asdict()} for one in changes.terms.values()]
            )

    async def _keep_touched(self, firm_id: str, touched: Mapping[str, str], *, slice_end: int) -> None:
        if touched:
            await self._connection.execute(
                _TOUCHED, {"firm_id": firm_id, "touched": json_text(touched), "slice_end": slice_end}
            )

    async def _keep_stream_days(self, firm_id: str, sums: Totals) -> None:
        if sums:
            await self._connection.execute(
                _STREAM_DAYS,
                {
                    "firm_id": firm_id,
                    "types": [record_type for record_type, _ in sums],
                    "days": [day for _, day in sums],
                    "counts": [one[0] for one in sums.values()],
                    "amounts": [one[1] for one in sums.values()],
                    "quantities": [one[2] for one in sums.values()],
                },
            )


class _Counted(NamedTuple):
    """What is counted of a slice, and what is kept once for it."""

    records: int
    days: Sequence[DayCount]
    totals: Totals
    touched: Mapping[str, str]
    content: bytes | None


def _counted(judged: JudgedSlice) -> _Counted:
    usual, totals = judged.usual, stream_totals(judged.received)
    if usual is None:
        return _Counted(len(judged.received), days_of(judged.received), totals, judged.changes.touched, None)
    for stream, added in usual.totals().items():
        add_totals(totals, stream, added)
    return _Counted(
        records=len(judged.received) + usual.count,
        days=usual.days(),
        totals=totals,
        touched=judged.changes.touched | usual.touched(),
        content=packed(usual.messages),
    )


def _record_rows(judged: JudgedSlice) -> Iterator[tuple[object, ...]]:
    firm_id, recorded_at, frame = judged.firm_id, judged.recorded_at, judged.frame_sequence
    for one in judged.received:
        first = origin(one.first_accession) if one.first_accession else None
        record = one.record
        yield (
            firm_id,
            one.offset,
            one.index,
            one.record_type,
            one.record_key,
            one.sequence,
            one.content_hash or None,
            one.action,
            one.business_date,
            None if record is None else record.load_id,
            one.appended_at,
            recorded_at,
            str(one.outcome),
            _findings(one) if one.findings else None,
            one.unreadable,
            None if first is None else first.offset,
            None if first is None else first.index,
            frame,
            # A duplicate's bytes are those of its first; everything else is kept unaltered (M20.1).
            None if one.outcome is Outcome.DUPLICATE else one.raw,
        )


def _findings(one: Received) -> str | None:
    return _encode(one.findings).decode() if one.findings else None


def _state_rows(firm_id: str, record_type: str, states: Mapping[KeyParts, KeyRow]) -> Iterator[tuple[object, ...]]:
    parts = len(KEY_COLUMNS[record_type])
    for key, one in states.items():
        yield (
            firm_id,
            *key[:parts],
            one.recorded_on,
            one.sequence,
            one.accession,
            one.ended_on,
            one.merged_into,
            one.is_cancelled,
            *one.values,
        )
