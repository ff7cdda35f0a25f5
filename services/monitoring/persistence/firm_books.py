"""What is held of a firm, as far as the records of one slice ask for it."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, Final

import msgspec
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from monitoring.application.intake_ports import HeldBook
from monitoring.domain.accepted_state import (
    COLLATERAL,
    CONTRACT,
    STATEFUL,
    WHOLE_ACTIONS,
    KeyParts,
    KeyRow,
    Terms,
    content_columns,
    key_parts,
)
from monitoring.domain.firm import FirmCounters, FirmEnvironment, submissions_topic
from monitoring.persistence.bulk import json_text
from monitoring.persistence.intake_tables import TAKEN
from monitoring.persistence.slice_content import Place, kept_lines
from monitoring.persistence.submissions import STATE_COLUMNS
from monitoring.persistence.typed_states import key_state, typed_states
from submissions.accession import AccessionInvalid, Accessions, origin
from submissions.book import Book, Key, KeyState, Slot, State, Used
from submissions.decode import decode, hash_of
from submissions.judge import needs
from submissions.outcome import Finding, Message, Outcome, Received

_COMPARED: Final = frozenset({"SNAPSHOT", "CORRECT"})
_STATE = ", ".join(STATE_COLUMNS)
_CONTRACTS = text(
    f"select contract_id, {_STATE}, initial_amount_fen - principal_repaid_fen as principal_fen, rate_e6 "  # noqa: S608  # our own columns
    "from contract where firm_id = :firm_id "
    "and contract_id = any(array(select json_array_elements_text(cast(:ids as json))))"
)
_LINES = text(
    f"select l.contract_id, l.line_no, {', '.join('l.' + one for one in STATE_COLUMNS)} from collateral_line l "  # noqa: S608  # the same
    "join json_to_recordset(cast(:asked as json)) as asked (contract_id text, line_no integer) "
    "using (contract_id, line_no) where l.firm_id = :firm_id"
)
_USED_BY = (
    'select r.record_type, r.sequence, r.record_key, r.content_hash, r."offset", r.line, r.outcome, '
    "r.content is null as with_slice from asked "
    "join submission_record r on r.record_type = asked.record_type and r.sequence = asked.sequence "
    "where r.firm_id = :firm_id and r."
)
_USED = text(
    "with asked (record_type, sequence) as materialized "  # noqa: S608  # our own constants
    "(select * from unnest(cast(:types as text[]), cast(:sequences as bigint[]))) "
    f"{_USED_BY}{TAKEN} union all {_USED_BY}outcome = 'REJECTED' "
    'order by "offset", line'
)
_CORRECTED = text(
    'select r."offset", r.line, r.record_type, r.record_key from submission_record r '
    "join unnest(cast(:offsets as bigint[]), cast(:lines as integer[])) as asked (at, line) "
    'on asked.at = r."offset" and asked.line = r.line '
    "where r.firm_id = :firm_id and r.outcome in ('ACCEPTED', 'ACCEPTED_WARN', 'SUPERSEDED')"
)
_PENDING_KEYS = text(
    "select record_type, record_key, count(*) as waiting from submission_record "
    "where firm_id = :firm_id and outcome = 'PENDING_REFERENCE' and record_key = any(:keys) "
    "group by record_type, record_key"
)
_WAITING = text(
    'select "offset", line, appended_at, content, findings::text as findings from submission_record '
    "where firm_id = :firm_id and outcome = 'PENDING_REFERENCE' order by \"offset\", line limit :most"
)
_GAPS = text("select record_type, first, last from sequence_gap where firm_id = :firm_id order by record_type, first")
_CLOSE_GAPS = text("delete from sequence_gap where firm_id = :firm_id and record_type = any(:types)")
_OPEN_GAPS = text(
    "insert into sequence_gap (firm_id, record_type, first, last, opened_at) "
    "values (:firm_id, :record_type, :first, :last, :opened_at)"
)
_TOTALS = text(
    "select record_type, business_date, count as records, amount_sum_fen, quantity_sum_e4 from stream_day "
    "join unnest(cast(:types as text[]), cast(:days as date[])) as asked (record_type, business_date) "
    "using (record_type, business_date) where firm_id = :firm_id"
)


class PostgresFirmBooks:
    """`FirmBooks` on Postgres. The caller holds the firm's row."""

    def __init__(self, connection: AsyncConnection, environment: FirmEnvironment = "PROD") -> None:
        self._connection = connection
        self._environment = environment

    async def held(self, counters: FirmCounters, received: Sequence[Received]) -> HeldBook:
        """What the rules need to know for these records."""
        asked = needs(received)
        book = Book(last_sequence=dict(counters.last_sequences))
        firm_id = counters.firm_id
        # A sequence beyond the last one was never used: only what comes late or twice is looked up.
        late = [slot for slot in asked.slots if slot[1] <= counters.last_sequences.get(slot[0], 0)]
        if late:
            book.used = await self._used(firm_id, late)
        if counters.open_gaps:
            book.gaps = await self._gaps(firm_id)
        if counters.pending_records:
            book.pending = await self._pending(firm_id, asked.keys)
        if asked.accessions:
            book.accessions = await self._corrected(firm_id, asked.accessions)
        return await self._with_states(firm_id, book, asked.keys, received)

    async def keep_gaps(self, firm_id: str, book: Book, *, at: datetime) -> None:
        """Keeps the open gaps of every stream in the book."""
        await self._connection.execute(_CLOSE_GAPS, {"firm_id": firm_id, "types": list(book.gaps)})
        rows = [
            {"firm_id": firm_id, "record_type": stream, "first": first, "last": last, "opened_at": at}
            for stream, runs in book.gaps.items()
            for first, last in runs
        ]
        if rows:
            await self._connection.execute(_OPEN_GAPS, rows)

    async def waiting(self, firm_id: str, *, most: int) -> list[Received]:
        """Records that wait for reference data, in order of arrival."""
        accessions = Accessions(submissions_topic(firm_id, self._environment), 0)
        rows = await self._connection.execute(_WAITING, {"firm_id": firm_id, "most": most})
        return [_waiting(row, accessions) for row in rows]

    async def totals(self, firm_id: str, streams: Sequence[tuple[str, date]]) -> dict[tuple[str, date], list[int]]:
        """Count, amounts and quantities received, for streams and business dates."""
        if not streams:
            return {}
        parameters = {
            "firm_id": firm_id,
            "types": [record_type for record_type, _ in streams],
            "days": [day for _, day in streams],
        }
        rows = await self._connection.execute(_TOTALS, parameters)
        return {
            (row.record_type, row.business_date): [row.records, row.amount_sum_fen, row.quantity_sum_e4] for row in rows
        }

    async def _used(self, firm_id: str, slots: Sequence[Slot]) -> dict[Slot, Used]:
        accessions = Accessions(submissions_topic(firm_id, self._environment), 0)
        parameters = {"firm_id": firm_id, "types": [one for one, _ in slots], "sequences": [one for _, one in slots]}
        rows = (await self._connection.execute(_USED, parameters)).all()
        hashes = await self._hashes(firm_id, [(row.offset, row.line) for row in rows if row.with_slice])
        used: dict[Slot, Used] = {}
        for row in rows:
            found = hashes.get((row.offset, row.line), row.content_hash or b"")
            first = Used(row.record_key, found, accessions.of(row.offset, row.line), Outcome(row.outcome))
            used.setdefault((row.record_type, row.sequence), first)
        return used

    async def _hashes(self, firm_id: str, places: Collection[Place]) -> dict[Place, bytes]:
        """The content hashes of usual records: made when their sequence comes again, of the bytes their slice keeps."""
        return await asyncio.to_thread(_hashed, await kept_lines(self._connection, firm_id, places)) if places else {}

    async def _gaps(self, firm_id: str) -> dict[str, list[tuple[int, int]]]:
        gaps: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in await self._connection.execute(_GAPS, {"firm_id": firm_id}):
            gaps[row.record_type].append((row.first, row.last))
        return dict(gaps)

    async def _pending(self, firm_id: str, keys: Iterable[Key]) -> dict[Key, int]:
        parameters = {"firm_id": firm_id, "keys": [key for _, key in keys]}
        rows = await self._connection.execute(_PENDING_KEYS, parameters)
        return {(row.record_type, row.record_key): row.waiting for row in rows}

    async def _corrected(self, firm_id: str, accessions: Iterable[str]) -> dict[str, Key]:
        named = Accessions(submissions_topic(firm_id, self._environment), 0)
        asked = []
        for one in accessions:
            with suppress(AccessionInvalid):  # what is no accession corrects nothing: V023 says so
                asked.append(origin(one))
        parameters = {
            "firm_id": firm_id,
            "offsets": [one.offset for one in asked],
            "lines": [one.index for one in asked],
        }
        rows = await self._connection.execute(_CORRECTED, parameters)
        return {named.of(row.offset, row.line): (row.record_type, row.record_key) for row in rows}

    async def _with_states(
        self, firm_id: str, book: Book, keys: Iterable[Key], received: Sequence[Received]
    ) -> HeldBook:
        rows = await self._minimal_rows(firm_id, keys)
        partly = {one: asked & rows[one].keys() for one, asked in _keys_changed_in_part(received).items()}
        full = {one: await self._full_rows(firm_id, one, partly[one]) for one in STATEFUL if partly[one]}
        terms: dict[str, Terms] = {}
        for record_type, found in rows.items():
            whole = full.get(record_type, {})
            for key, row in found.items():
                values = whole.get(key)
                book.keys[record_type, _record_key(key)] = _key_state(record_type, key, row, values)
                if record_type == CONTRACT:
                    terms[key.contract_id] = Terms(
                        key.contract_id, row.recorded_on, row.principal_fen, row.rate_e6, row.accession
                    )
        states = {one: full.get(one, {}) for one in STATEFUL}
        typed = await typed_states(self._connection, firm_id, [one for one in keys if one[0] not in STATEFUL])
        book.keys.update({key: key_state(key[0], one) for key, one in typed.items()})
        return HeldBook(book=book, states=states, terms=terms, typed=typed)

    async def _minimal_rows(self, firm_id: str, keys: Iterable[Key]) -> Mapping[str, dict[KeyParts, Row[Any]]]:
        contracts = [key for record_type, key in keys if record_type == CONTRACT]
        lines = [parts for record_type, key in keys if record_type == COLLATERAL and (parts := _line_parts(key))]
        found: dict[str, dict[KeyParts, Row[Any]]] = {CONTRACT: {}, COLLATERAL: {}}
        if contracts:
            rows = await self._connection.execute(_CONTRACTS, {"firm_id": firm_id, "ids": json_text(contracts)})
            found[CONTRACT] = {KeyParts(row.contract_id): row for row in rows}
        if lines:
            asked = json_text([one._asdict() for one in lines])
            rows = await self._connection.execute(_LINES, {"firm_id": firm_id, "asked": asked})
            found[COLLATERAL] = {KeyParts(row.contract_id, row.line_no): row for row in rows}
        return found

    async def _full_rows(self, firm_id: str, record_type: str, keys: Iterable[KeyParts]) -> dict[KeyParts, KeyRow]:
        is_line = record_type == COLLATERAL
        table, key = ("collateral_line", "contract_id, line_no") if is_line else ("contract", "contract_id")
        columns = content_columns(record_type)
        query = text(
            f"select {key}, {_STATE}, {', '.join(columns)} from {table} "  # noqa: S608  # our own names
            "where firm_id = :firm_id and contract_id = any(:ids)"
        )
        ids = list({one.contract_id for one in keys})
        rows = await self._connection.execute(query, {"firm_id": firm_id, "ids": ids})
        first_value = 1 + is_line + len(STATE_COLUMNS)
        return {
            KeyParts(row.contract_id, row.line_no if is_line else None): KeyRow(
                recorded_on=row.recorded_on,
                sequence=row.sequence,
                accession=row.accession,
                ended_on=row.ended_on,
                merged_into=row.merged_into,
                is_cancelled=row.is_cancelled,
                values=tuple(row[first_value:]),
            )
            for row in rows
        }


def _keys_changed_in_part(received: Iterable[Received]) -> dict[str, set[KeyParts]]:
    """Keys of which the present values matter: changed in part, corrected, or compared with a snapshot (V032)."""
    partly: dict[str, set[KeyParts]] = {one: set() for one in STATEFUL}
    for one in received:
        record, record_type = one.record, one.record_type
        if record is None or record_type not in partly:
            continue
        if (one.action not in WHOLE_ACTIONS or one.action in _COMPARED) and record.contract_id is not None:
            partly[record_type].add(key_parts(record_type, record))
    return partly


def _record_key(key: KeyParts) -> str:
    return key.contract_id if key.line_no is None else f"{key.contract_id}/{key.line_no}"


def _line_parts(record_key: str) -> KeyParts | None:
    contract_id, _, line = record_key.rpartition("/")
    return KeyParts(contract_id, int(line)) if contract_id and line.isdecimal() and len(line) < 10 else None  # noqa: PLR2004  # fits an integer


def _key_state(record_type: str, key: KeyParts, row: Row[Any], held: KeyRow | None) -> KeyState:
    state: State = "open"
    if row.is_cancelled:
        state = "cancelled"
    elif row.merged_into is not None:
        state = "merged"
    elif row.ended_on is not None:
        state = "closed"
    record: SimpleNamespace | None = None
    if held is not None:
        values = dict(zip(content_columns(record_type), held.values, strict=True))
        record = SimpleNamespace(**values, contract_id=key.contract_id, line_no=key.line_no)
    return KeyState(row.sequence, state, record, row.ended_on, row.merged_into)


def _waiting(row: Row[Any], accessions: Accessions) -> Received:
    (one,) = decode([Message(row.offset, row.content, row.appended_at)], accessions)
    one.accession, one.index = accessions.of(row.offset, row.line), row.line
    # It took its place in the sequence when it came; the rules are asked again.
    stored = msgspec.json.decode(row.findings or "[]", type=list[Finding])
    one.findings = [*one.findings, *(finding for finding in stored if finding.rule == "V019")]
    return one


def _hashed(lines: Mapping[Place, bytes]) -> dict[Place, bytes]:
    return {place: hash_of(raw) for place, raw in lines.items()}
