"""Reference rows of review's language become the columns that are kept."""

from datetime import date
from decimal import Decimal

from events.reference.v1 import CalendarRow, CorporateActionRow, PriceRow, SecurityRow
from monitoring.persistence.tables import reference
from monitoring.transport.events.from_reference import projections


def test_each_kind_fills_its_columns_in_their_order() -> None:
    rows = {
        "calendar": CalendarRow(day=date(2026, 3, 31), is_trading_day=True),
        "security": SecurityRow(market="SSE", security="600001", name="n", asset_class="a_share", board="main"),
        "price": PriceRow(market="SSE", security="600001", close=Decimal("9.87")),
        "corporate_action": CorporateActionRow(market="SSE", security="600001", ex_date=date(2026, 3, 31)),
    }

    found = {one.kind: one for one in projections(reference, on_complete=[])}

    assert found.keys() == rows.keys()
    for kind, row in rows.items():
        one = found[kind]
        kept = dict(zip(one.columns, one.to_row(row), strict=True))
        assert kept == {name: getattr(row, name) for name in one.columns}
        assert set(one.columns) | {"snapshot_id"} == set(one.table.columns.keys())
