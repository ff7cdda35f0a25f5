"""Which reference data review keeps: a table per kind, and a row for what each of its rows becomes."""

from collections.abc import Sequence
from typing import Any

from chassis.snapshots import SnapshotProjection
from chassis.snapshots.projection import OnComplete, OnPartial
from review.persistence import tables

NO_CLASS = ""


def projections(*, on_complete: OnComplete, on_partial: OnPartial | None = None) -> list[SnapshotProjection]:
    """All kinds; each tells of a completed snapshot in the transaction that completes it."""
    return [
        SnapshotProjection(
            kind=kind,
            table=table,
            columns=tuple(column.name for column in table.columns if column.name != "snapshot_id"),
            to_row=to_row,
            on_complete=on_complete,
            on_partial=on_partial,
        )
        for kind, table, to_row in (
            ("holding", tables.holding, _holding),
            ("security", tables.security, _security),
            ("price", tables.price, _price),
            ("corporate_action", tables.corporate_action, _corporate_action),
            ("calendar", tables.calendar_day, _calendar_day),
        )
    ]


def _holding(row: Any) -> Sequence[object]:
    return (
        row.market,
        row.security,
        row.account_ref,
        row.share_class or NO_CLASS,
        row.held,
        row.frozen_quantity,
        row.pledged,
        row.settlement_collateral,
        row.other_restricted,
        row.release_date,
    )


def _security(row: Any) -> Sequence[object]:
    return (
        row.market,
        row.security,
        row.asset_class,
        row.board,
        row.a_capital,
        row.special_treatment,
        row.suspended,
        row.net_income_last_year,
    )


def _price(row: Any) -> Sequence[object]:
    return row.market, row.security, row.close, row.traded, row.accrued_interest


def _corporate_action(row: Any) -> Sequence[object]:
    return (
        row.market,
        row.security,
        row.ex_date,
        row.bonus,
        row.cash,
        row.rights,
        row.rights_price,
        row.published_reference_price,
    )


def _calendar_day(row: Any) -> Sequence[object]:
    return row.day, row.is_trading_day
