"""Tables of what follows from the book: valuations, firms' sums, borrowers' levels, alerts.

The *current* tables are kept by increments; the tables of days hold what was at the end of each business date and
never change.
"""

from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from monitoring.domain.sums import SUM_NAMES


@dataclass(frozen=True)
class ValuationTables:
    """Everything that is derived from the accepted records and the reference data."""

    valuation: Table
    valuation_day: Table
    aggregate: Table
    aggregate_day: Table
    borrower_level: Table
    alert: Table
    alert_change: Table


def valuation_tables(metadata: MetaData) -> ValuationTables:
    """Declares them on the service's metadata."""
    return ValuationTables(
        valuation=_valuation(metadata),
        valuation_day=_valuation_day(metadata),
        aggregate=_aggregate(metadata),
        aggregate_day=_aggregate_day(metadata),
        borrower_level=_borrower_level(metadata),
        alert=_alert(metadata),
        alert_change=_alert_change(metadata),
    )


def _valuation(metadata: MetaData) -> Table:
    table = Table(
        "contract_valuation",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("contract_id", Text, primary_key=True),
        *_valued_columns(),
    )
    Index("contract_valuation_borrower", table.c.firm_id, table.c.borrower_id)
    Index(
        "contract_valuation_group",
        table.c.firm_id,
        table.c.merge_group_id,
        postgresql_where=text("merge_group_id is not null"),
    )
    return table


def _valuation_day(metadata: MetaData) -> Table:
    return Table(
        "contract_valuation_day",
        metadata,
        Column("business_date", Date, primary_key=True),
        Column("firm_id", Text, primary_key=True),
        Column("contract_id", Text, primary_key=True),
        *_valued_columns(),
    )


def _valued_columns() -> list[Column[object]]:
    """The fields of `ValuedContract` after the contract's id, in their order."""
    return [
        Column("borrower_id", Text, nullable=False),
        Column("merge_group_id", Text),
        Column("initial_fen", BigInteger, nullable=False),
        Column("interest_fen", BigInteger),
        Column("debt_fen", BigInteger),
        Column("collateral_fen", BigInteger),
        Column("cash_fen", BigInteger, nullable=False),
        Column("other_fen", BigInteger, nullable=False),
        Column("group_cover_fen", BigInteger),
        Column("group_debt_fen", BigInteger),
        Column("warning_e6", BigInteger, nullable=False),
        Column("liquidation_e6", BigInteger, nullable=False),
        Column("lines_reported", Boolean, nullable=False),
        Column("level_code", SmallInteger),
        Column("unknown", Text),
        Column("missing", ARRAY(Text), nullable=False),
        Column("stale_days", Integer, nullable=False),
        Column("accessions", ARRAY(Text), nullable=False),
    ]


def _aggregate(metadata: MetaData) -> Table:
    return Table(
        "firm_aggregate",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("business_date", Date),
        Column("closed_date", Date),
        Column("changed_since_close", Boolean, nullable=False, server_default=text("true")),
        Column("incremental", Boolean, nullable=False, server_default=text("false")),
        *_reference_columns(),
        Column("valued_at", DateTime(timezone=True)),
        *_sum_columns(),
    )


def _aggregate_day(metadata: MetaData) -> Table:
    return Table(
        "firm_aggregate_day",
        metadata,
        Column("business_date", Date, primary_key=True),
        Column("firm_id", Text, primary_key=True),
        *_reference_columns(),
        Column("closed_at", DateTime(timezone=True), nullable=False),
        Column("differences", Integer, nullable=False),
        *_sum_columns(),
    )


def _reference_columns() -> list[Column[object]]:
    """Which snapshot of each input was used (I5)."""
    columns: list[Column[object]] = []
    for kind in ("price", "corporate_action", "calendar", "security"):
        columns += [Column(f"{kind}_snapshot_id", Uuid), Column(f"{kind}_revision", Integer)]
    return columns


def _sum_columns() -> list[Column[object]]:
    return [Column(name, BigInteger, nullable=False, server_default=text("0")) for name in SUM_NAMES]


def _borrower_level(metadata: MetaData) -> Table:
    return Table(
        "borrower_level",
        metadata,
        Column("firm_id", Text, primary_key=True),
        Column("borrower_id", Text, primary_key=True),
        Column("level_code", SmallInteger),
        Column("partial", Boolean, nullable=False),
        Column("business_date", Date, nullable=False),
    )


def _alert(metadata: MetaData) -> Table:
    table = Table(
        "alert",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("indicator_id", Text, nullable=False),
        Column("entity_kind", Text, nullable=False),
        Column("entity_id", Text, nullable=False),
        Column("firm_id", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("provisional", Boolean, nullable=False),
        Column("partial", Boolean, nullable=False),
        Column("raised_on", Date, nullable=False),
        Column("raised_at", DateTime(timezone=True), nullable=False),
        Column("since", Date, nullable=False),
        Column("changed_at", DateTime(timezone=True), nullable=False),
        Column("cleared_on", Date),
        Column("cleared_at", DateTime(timezone=True)),
        Column("version", Integer, nullable=False),
    )
    # One alert per letter and entity (AL1), whatever two writers believe.
    Index(
        "alert_open_once",
        table.c.indicator_id,
        table.c.entity_id,
        unique=True,
        postgresql_where=text("cleared_at is null"),
    )
    Index("alert_of_firm", table.c.firm_id, table.c.indicator_id, postgresql_where=text("cleared_at is null"))
    Index("alert_changed", table.c.changed_at, table.c.id)
    return table


def _alert_change(metadata: MetaData) -> Table:
    return Table(
        "alert_change",
        metadata,
        Column("alert_id", Uuid, primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("firm_id", Text, nullable=False),
        Column("change", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("provisional", Boolean, nullable=False),
        Column("business_date", Date, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
    )
