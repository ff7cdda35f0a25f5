"""Reference data as snapshots, version 1: started, blocks of rows, completed (count, hash, revision).

Rows travel in blocks of up to `BLOCK_ROWS_MAX` so that a market of ten million positions is ten thousand records.
A snapshot is complete for a reader when the distinct natural keys it holds and their hash equal the marker's (P11.4).
"""

from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import ClassVar, Literal, cast
from uuid import UUID

import msgspec

from events.base import Event

BLOCK_ROWS_MAX = 1000
Kind = Literal["calendar", "security", "price", "corporate_action", "holding", "registration"]
KINDS: tuple[Kind, ...] = ("calendar", "security", "price", "corporate_action", "holding", "registration")
_HASH_MODULUS = 1 << 64


class CalendarRow(msgspec.Struct, frozen=True, kw_only=True):
    """One calendar day of the market."""

    day: date
    is_trading_day: bool

    @property
    def natural_key(self) -> str:
        """Unique within a snapshot."""
        return self.day.isoformat()


class SecurityRow(msgspec.Struct, frozen=True, kw_only=True):
    """One security of the master. Capital and float in shares; `industry` as the source names it."""

    market: str
    security: str
    name: str
    asset_class: Literal[
        "a_share", "b_share", "neeq_share", "depositary_receipt", "bond", "etf", "fund_unit", "plan_unit"
    ]
    board: str
    industry: str | None = None
    listed_on: date | None = None
    a_capital: int | None = None
    a_float: int | None = None
    special_treatment: Literal["st", "star_st"] | None = None
    suspended: bool = False
    net_income_last_year: Decimal | None = None

    @property
    def natural_key(self) -> str:
        """Unique within a snapshot."""
        return f"{self.market}/{self.security}"


class PriceRow(msgspec.Struct, frozen=True, kw_only=True):
    """The price of one security at the end of the snapshot's day, in CNY per share or unit.

    `traded` is false when the close is carried from an earlier day (FIN4).
    """

    market: str
    security: str
    close: Decimal
    traded: bool = True
    volume: int | None = None
    accrued_interest: Decimal | None = None

    @property
    def natural_key(self) -> str:
        """Unique within a snapshot."""
        return f"{self.market}/{self.security}"


class CorporateActionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One corporate action per old share (FIN6): it acts on `ex_date`."""

    market: str
    security: str
    ex_date: date
    bonus: Decimal = Decimal(0)
    cash: Decimal = Decimal(0)
    rights: Decimal = Decimal(0)
    rights_price: Decimal = Decimal(0)
    published_reference_price: Decimal | None = None

    @property
    def natural_key(self) -> str:
        """Unique within a snapshot."""
        return f"{self.market}/{self.security}/{self.ex_date.isoformat()}"


class HoldingRow(msgspec.Struct, frozen=True, kw_only=True):
    """End-of-day holding of one account in one security and class, with its restrictions (P10.1)."""

    account_ref: str
    market: str
    security: str
    share_class: str | None
    held: Decimal
    frozen_quantity: Decimal = Decimal(0)
    pledged: Decimal = Decimal(0)
    settlement_collateral: Decimal = Decimal(0)
    other_restricted: Decimal = Decimal(0)
    release_date: date | None = None

    @property
    def natural_key(self) -> str:
        """Unique within a snapshot."""
        return f"{self.account_ref}/{self.market}/{self.security}/{self.share_class or '-'}"


class RegistrationRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a pledge registration that was set up, changed or released on the snapshot's day (P12.3).

    A snapshot holds the registrations of its day, on and off exchange: a later day's line of the same number says how
    it stands then. `account_ref` is the pledgor's account. `quantity` in shares, or units with decimals by product;
    what is released has `released_on`.
    """

    number: str
    venue: Literal["on_exchange", "off_exchange"]
    account_ref: str
    market: str
    security: str
    share_class: str | None
    quantity: Decimal
    pledgee_ref: str
    registered_on: date
    released_on: date | None = None

    @property
    def natural_key(self) -> str:
        """Unique within a snapshot."""
        return f"{self.number}/{self.account_ref}/{self.market}/{self.security}/{self.share_class or '-'}"


Row = CalendarRow | SecurityRow | PriceRow | CorporateActionRow | HoldingRow | RegistrationRow
ROW_CLASSES: dict[str, type[Row]] = {
    "calendar": CalendarRow,
    "security": SecurityRow,
    "price": PriceRow,
    "corporate_action": CorporateActionRow,
    "holding": HoldingRow,
    "registration": RegistrationRow,
}
_BLOCK_DECODERS: dict[str, msgspec.json.Decoder[list[Row]]] = {
    "calendar": cast("msgspec.json.Decoder[list[Row]]", msgspec.json.Decoder(list[CalendarRow])),
    "security": cast("msgspec.json.Decoder[list[Row]]", msgspec.json.Decoder(list[SecurityRow])),
    "price": cast("msgspec.json.Decoder[list[Row]]", msgspec.json.Decoder(list[PriceRow])),
    "corporate_action": cast("msgspec.json.Decoder[list[Row]]", msgspec.json.Decoder(list[CorporateActionRow])),
    "holding": cast("msgspec.json.Decoder[list[Row]]", msgspec.json.Decoder(list[HoldingRow])),
    "registration": cast("msgspec.json.Decoder[list[Row]]", msgspec.json.Decoder(list[RegistrationRow])),
}
_RAW_ROWS = msgspec.json.Decoder(list[msgspec.Raw])
_encoder = msgspec.json.Encoder(decimal_format="string", order="deterministic")


def row_hash(row: Row) -> int:
    """64 bits of one row, whatever the order of its members."""
    return int.from_bytes(blake2b(_encoder.encode(row), digest_size=8).digest(), "big")


def row_hashes(rows: msgspec.Raw) -> list[int]:
    """The hash of each row of a block as it travels: members that a newer writer added count as well.

    Raises `msgspec.DecodeError` when the block is no list.
    """
    return [int.from_bytes(blake2b(row, digest_size=8).digest(), "big") for row in _RAW_ROWS.decode(rows)]


def add_hashes(left: int, right: int) -> int:
    """The hash of a set of rows is the sum of its rows' hashes modulo 2**64: blocks may be hashed in any order."""
    return (left + right) % _HASH_MODULUS


class SnapshotStarted(Event, frozen=True, kw_only=True):
    """A load began; none of its rows counts before it is complete."""

    topic: ClassVar[str] = "reference.{kind}.v1"
    type: ClassVar[str] = "reference.snapshot_started.v1"
    key_field: ClassVar[str] = "snapshot_id"

    snapshot_id: UUID
    kind: Kind
    business_date: date
    revision: int
    loaded_by: str
    started_at: datetime


class SnapshotRows(Event, frozen=True, kw_only=True):
    """One block of rows, numbered from 0. `rows` stay undecoded until the kind is known (`decode_rows`)."""

    topic: ClassVar[str] = "reference.{kind}.v1"
    type: ClassVar[str] = "reference.rows.v1"
    key_field: ClassVar[str] = "snapshot_id"

    snapshot_id: UUID
    kind: Kind
    block: int
    rows: msgspec.Raw


class SnapshotCompleted(Event, frozen=True, kw_only=True):
    """The load's marker: how many rows it holds, their hash in hexadecimal, and how many blocks they came in."""

    topic: ClassVar[str] = "reference.{kind}.v1"
    type: ClassVar[str] = "reference.snapshot_completed.v1"
    key_field: ClassVar[str] = "snapshot_id"

    snapshot_id: UUID
    kind: Kind
    business_date: date
    revision: int
    block_count: int
    row_count: int
    rows_hash: str
    completed_at: datetime


def encode_rows(rows: list[Row]) -> msgspec.Raw:
    """A block's rows as they travel."""
    return msgspec.Raw(_encoder.encode(rows))


def decode_rows(kind: str, rows: msgspec.Raw) -> list[Row]:
    """A block's rows, typed by kind. Raises `msgspec.ValidationError` on a row that is not of the kind."""
    return _BLOCK_DECODERS[kind].decode(rows)
