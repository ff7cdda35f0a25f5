"""What is held of each record type, what is open, and whether streams are complete. Personal fields are masked."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from chassis.http import Page, PageRequest, QueryCause, Routes, encode_cursor
from finance.units import decimal_text
from monitoring.application.queries.read_records import ReadOpenItems, ReadRecords, ReadStreams
from monitoring.application.record_reading import HeldRecord, Link, OpenItem, OpenKind, OpenPlace, StreamDay, Totals
from monitoring.application.records import Records
from monitoring.domain.typed_state import TypedState
from monitoring.transport.http.firms import READ, Environment, FirmId
from monitoring.transport.http.numbers import Decimal, Money, defined, place
from monitoring.transport.http.submissions import MASK
from submissions.dictionary import PLACES, Due, field_of_column, types, value_text

RecordType = Literal[
    "firm", "borrower", "lender", "account", "position", "trade", "disposal", "firm_financials", "incident",
    "explanation", "declaration", "header", "trailer",
]  # fmt: skip
State = Literal["open", "ended", "merged", "cancelled"]
_MONEY: Final = "money"
_QUANTITY: Final = "quantity"


class RecordShown(BaseModel):
    """The state of one key: values as the firm writes them."""

    record_type: str
    record_key: str
    state: State
    recorded_on: date
    sequence: Annotated[int, place()]
    accession: str
    ended_on: date | None
    merged_into: str | None
    link: Link | None = Field(description="null until linking has come to its last record; control records have none")
    waits_for: list[str]
    content: dict[str, str]

    @classmethod
    def of(cls, one: HeldRecord) -> "RecordShown":
        """From what is held."""
        held = one.state
        return cls(
            record_type=one.record_type,
            record_key=one.record_key,
            state=_state(held),
            recorded_on=held.recorded_on,
            sequence=held.sequence,
            accession=held.accession,
            ended_on=held.ended_on,
            merged_into=held.merged_into,
            link=None if one.link is None else one.link.link,
            waits_for=[] if one.link is None else list(one.link.waits_for),
            content=_texts(one.record_type, held.content),
        )


class OpenItemShown(BaseModel):
    """A record that waits (for another one of the firm, or for reference data), or sequences that are missing."""

    kind: OpenKind
    record_type: str
    since: datetime
    record_key: str | None
    accession: str | None
    business_date: date | None
    first: Annotated[int | None, place(description="First missing sequence of a gap")]
    last: Annotated[int | None, place(description="Last missing sequence of a gap")]
    waits_for: list[str]

    @classmethod
    def of(cls, one: OpenItem) -> "OpenItemShown":
        """From what is kept."""
        return cls(
            kind=one.kind,
            record_type=one.record_type,
            since=one.since,
            record_key=one.record_key,
            accession=one.accession,
            business_date=one.business_date,
            first=one.place.first if one.kind == "GAP" else None,
            last=one.last,
            waits_for=list(one.waits_for),
        )


class OpenCountsShown(BaseModel):
    """How many open items there are of each kind."""

    unlinked: Annotated[int, defined("open_items.unlinked")]
    pending_reference: Annotated[int, defined("open_items.pending_reference")]
    gaps: Annotated[int, defined("open_items.gaps")]


class OpenItemsShown(Page[OpenItemShown]):
    """Open items of one kind, and how many there are of each."""

    counts: OpenCountsShown


class TotalsShown(BaseModel):
    """Count and sums of a stream's records."""

    count: Annotated[int, defined("stream.count")]
    amount_sum: Annotated[Money, defined("stream.amount_sum")]
    quantity_sum: Annotated[Decimal, defined("stream.quantity_sum")]

    @classmethod
    def of(cls, one: Totals) -> "TotalsShown":
        """From integers."""
        return cls(
            count=one.count,
            amount_sum=decimal_text(one.amount_fen, PLACES[_MONEY]),
            quantity_sum=decimal_text(one.quantity_e4, PLACES[_QUANTITY]),
        )


class StreamShown(BaseModel):
    """One stream on a business date. Complete: declared, the declaration agrees, and no sequence is missing."""

    stream: str
    due: Literal["daily", "monthly", "on_event"]
    received: TotalsShown
    declared: TotalsShown | None
    declaration: str | None = Field(description="The accession of the declaration")
    agrees: bool
    open_gaps: Annotated[int, defined("stream.open_gaps")]
    unlinked: Annotated[int, defined("stream.unlinked")]
    complete: bool

    @classmethod
    def of(cls, one: StreamDay) -> "StreamShown":
        """From what is kept."""
        return cls(
            stream=one.stream,
            due=_DUE[types()[one.stream].due],
            received=TotalsShown.of(one.received),
            declared=None if one.declared is None else TotalsShown.of(one.declared),
            declaration=one.declaration,
            agrees=one.declared == one.received,
            open_gaps=one.open_gaps,
            unlinked=one.unlinked,
            complete=one.is_complete,
        )


class StreamsShown(BaseModel):
    """Every stream of a firm on a business date."""

    firm_id: str
    business_date: date
    items: list[StreamShown]
    as_of: datetime


def record_routes(records: Records) -> Routes:
    """The routes of states, open items and streams."""
    routes = Routes(service="monitoring", tags=["submissions"])

    @routes.get("/firms/{firm_id}/records", operation=READ)
    async def read_records(
        cause: QueryCause,
        page: PageRequest,
        firm_id: FirmId,
        record_type: Annotated[RecordType, Query()],
        environment: Environment = "PROD",
    ) -> Page[RecordShown]:
        """What is held of a record type, by key; contracts and their lines have routes of their own."""
        question = ReadRecords(
            firm_id=firm_id,
            environment=environment,
            record_type=record_type,
            after=page.after(str),
            most=page.limit,
        )
        found = await records.read_records(question, cause)
        return Page(
            items=[RecordShown.of(one) for one in found.records],
            next_cursor=encode_cursor(found.records[-1].record_key) if found.more else None,
            as_of=found.as_of,
        )

    @routes.get("/firms/{firm_id}/open-items", operation=READ)
    async def read_open_items(
        cause: QueryCause,
        page: PageRequest,
        firm_id: FirmId,
        kind: Annotated[OpenKind, Query()] = "UNLINKED",
        environment: Environment = "PROD",
    ) -> OpenItemsShown:
        """Records that wait for another record or for reference data, and sequences that are missing."""
        question = ReadOpenItems(
            firm_id=firm_id, environment=environment, kind=kind, after=page.after(OpenPlace), most=page.limit
        )
        found = await records.read_open_items(question, cause)
        return OpenItemsShown(
            items=[OpenItemShown.of(one) for one in found.items],
            next_cursor=encode_cursor(found.items[-1].place) if found.more else None,
            as_of=found.as_of,
            counts=OpenCountsShown(
                unlinked=found.counts["UNLINKED"],
                pending_reference=found.counts["PENDING_REFERENCE"],
                gaps=found.counts["GAP"],
            ),
        )

    @routes.get("/firms/{firm_id}/streams", operation=READ)
    async def read_streams(
        cause: QueryCause,
        firm_id: FirmId,
        day: Annotated[date, Query(description="Business date")],
        environment: Environment = "PROD",
    ) -> StreamsShown:
        """What arrived and what was declared of every stream on a business date."""
        found = await records.read_streams(ReadStreams(firm_id=firm_id, environment=environment, day=day), cause)
        return StreamsShown(
            firm_id=firm_id,
            business_date=day,
            items=[StreamShown.of(one) for one in found.streams],
            as_of=found.as_of,
        )

    return routes


_DUE: Final[Mapping[Due, Literal["daily", "monthly", "on_event"]]] = {"d": "daily", "m": "monthly", "": "on_event"}


def _state(held: TypedState) -> State:
    if held.is_cancelled:
        return "cancelled"
    if held.merged_into is not None:
        return "merged"
    return "open" if held.ended_on is None else "ended"


def _texts(record_type: str, content: Mapping[str, Any]) -> dict[str, str]:
    known = field_of_column(record_type)
    return {
        known[column].name: MASK if known[column].personal else value_text(known[column], value)
        for column, value in content.items()
    }
