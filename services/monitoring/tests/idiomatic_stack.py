"""What many would write first: FastStream in batches, pydantic models, SQLAlchemy Core. The benchmark's second measure.

It writes the rows that the intake writes: the typed state, and each record with its bytes. It checks less: types,
lengths and codes, but no rule across fields, no sequence and no duplicate beyond the keys; and it says no receipt.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from time import perf_counter
from typing import Annotated, Any, Literal, Union

from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from faststream.security import SASLScram512
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, create_model
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.kafka_connection import KafkaConnection
from chassis.kernel import new_id
from monitoring.domain.accepted_state import content_columns
from monitoring.persistence.submissions import KEY_COLUMNS, TABLES
from monitoring.persistence.tables import intake as tables
from submissions.accession import Accessions
from submissions.dictionary import PLACES, code_list, fields
from submissions.dictionary import Field as DictionaryField
from submissions.outcome import Outcome

Row = dict[str, object]
_KINDS: Mapping[str, Any] = {"date": date, "time": AwareDatetime, "flag": bool, "map": dict[str, str]}


def _annotation(one: DictionaryField) -> Any:  # a type, made at run time
    if one.name == "record_type":
        return Literal[one.record_type]
    if one.kind == "text":
        return Annotated[str, Field(min_length=1, max_length=int(one.limit))]
    if one.kind == "code":
        return Literal[tuple(code.code for code in code_list(one.limit))]
    if one.kind == "integer":
        return Annotated[int, Field(ge=0)]
    if one.kind in PLACES:
        return Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=PLACES[one.kind])]
    return _KINDS[one.kind]


def _model(record_type: str) -> type[BaseModel]:
    members: dict[str, Any] = {}
    for one in fields(record_type):
        kind = Literal[record_type] if one.name == "record_type" else _annotation(one)
        members[one.name] = (kind, ...) if one.presence == "M" else (kind | None, None)
    made: type[BaseModel] = create_model(record_type, __config__=ConfigDict(extra="forbid"), **members)
    return made


MODELS = {name: _model(name) for name in TABLES}
Submitted = Annotated[Union[tuple(MODELS.values())], Field(discriminator="record_type")]  # type: ignore[valid-type]  # noqa: UP007  # made at run time


def _canonical(record_type: str, record: BaseModel) -> Row:
    return {
        one.column: int(value.scaleb(PLACES[one.kind])) if isinstance(value, Decimal) else value
        for one in fields(record_type)
        if (value := getattr(record, one.name)) is not None or one.column
    }


def _state(record_type: str, values: Row, accession: str) -> Row:
    kept = {name: values[name] for name in (*KEY_COLUMNS[record_type], *content_columns(record_type))}
    own = {"firm_id": values["firm_id"], "recorded_on": values["business_date"], "sequence": values["sequence"]}
    return kept | own | {"accession": accession}


def _record(record_type: str, values: Row, raw: Any) -> Row:  # the client library's record
    taken = ("firm_id", "record_key", "sequence", "action", "business_date", "load_id")
    return {name: values[name] for name in taken} | {
        "record_type": record_type,
        "offset": raw.offset,
        "line": 0,
        "appended_at": datetime.fromtimestamp(raw.timestamp / 1000, UTC),
        "recorded_at": datetime.now(UTC),  # noqa: TID251  # as anybody would
        "outcome": str(Outcome.ACCEPTED),
        "frame_sequence": 0,
        "content": raw.value,
    }


def _write(connection: Connection, rows: Mapping[str, Sequence[Row]]) -> None:
    for name, table in {**TABLES, "submission_record": tables.record}.items():
        if rows.get(name):
            connection.execute(insert(table).on_conflict_do_nothing(), list(rows[name]))


def _rows(records: Sequence[BaseModel], raws: Sequence[Any], firm_of: Callable[[str], str]) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {"submission_record": []}
    for record, raw in zip(records, raws, strict=True):
        record_type = type(record).__name__
        values = _canonical(record_type, record)
        accession = Accessions(f"submissions.{firm_of(raw.topic)}", 0).of(raw.offset, 0)
        rows.setdefault(record_type, []).append(_state(record_type, values, accession))
        rows["submission_record"].append(_record(record_type, values, raw))
    return rows


async def idiomatic_rate(
    *, kafka: KafkaConnection, database_url: str, topics: Sequence[str], records: int, batch: int
) -> float:
    """Records per second, from the first batch until so many are committed and acknowledged."""
    url = database_url.replace("postgresql://", "postgresql+asyncpg://")
    engine = create_async_engine(url, connect_args={"server_settings": {"search_path": "monitoring"}})
    security = SASLScram512(username=kafka.username or "", password=kafka.password or "", use_ssl=False)
    broker = KafkaBroker(kafka.bootstrap, security=security, logger=None)
    seen, started, done = 0, 0.0, asyncio.Event()

    async def handle(sent: list[Submitted], message: KafkaMessage) -> None:  # type: ignore[valid-type]  # the same
        nonlocal seen, started
        started = started or perf_counter()
        rows = _rows(sent, message.raw_message, lambda topic: topic.rpartition(".")[2])
        async with engine.begin() as connection:
            await connection.run_sync(_write, rows)
        seen += len(sent)
        if seen >= records:
            done.set()

    broker.subscriber(
        *topics,
        batch=True,
        max_records=batch,
        group_id=str(new_id()),
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.ACK,
    )(handle)
    try:
        await broker.start()
        await asyncio.wait_for(done.wait(), 120)
        return seen / (perf_counter() - started)
    finally:
        await broker.stop()
        await engine.dispose()
