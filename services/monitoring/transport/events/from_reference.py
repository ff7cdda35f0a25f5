"""What the monitor hears of reference data: calendar, security, price, corporate action."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from chassis.snapshots import SnapshotDone, SnapshotProjection
from events.reference.v1 import CalendarRow, CorporateActionRow, PriceRow, SecurityRow

CALENDAR = ("day", "is_trading_day")
SECURITY = ("market", "security", "name", "asset_class", "board", "suspended")
PRICE = ("market", "security", "close", "traded", "accrued_interest")
CORPORATE_ACTION = (
    "market",
    "security",
    "ex_date",
    "bonus",
    "cash",
    "rights",
    "rights_price",
    "published_reference_price",
)
Followed = Callable[[Any, SnapshotDone], Awaitable[None]]


class Tables(Protocol):
    """Where each kind is kept; the tables themselves are persistence's."""

    @property
    def calendar(self) -> Any:
        """Days."""

    @property
    def security(self) -> Any:
        """The security master."""

    @property
    def price(self) -> Any:
        """Closes."""

    @property
    def corporate_action(self) -> Any:
        """Corporate actions."""


def projections(tables: Tables, *, on_complete: Sequence[Followed]) -> list[SnapshotProjection]:
    """One projection for each kind; a complete snapshot sets off what follows, in its own transaction."""

    async def completed(work: Any, done: SnapshotDone) -> None:
        for follow in on_complete:
            await follow(work, done)

    def one(kind: str, columns: tuple[str, ...], to_row: Callable[[Any], Sequence[object]]) -> SnapshotProjection:
        table = getattr(tables, kind)
        return SnapshotProjection(kind=kind, table=table, columns=columns, to_row=to_row, on_complete=completed)

    return [
        one("calendar", CALENDAR, calendar_row),
        one("security", SECURITY, security_row),
        one("price", PRICE, price_row),
        one("corporate_action", CORPORATE_ACTION, corporate_action_row),
    ]


def calendar_row(row: CalendarRow) -> Sequence[object]:
    """One day."""
    return (row.day, row.is_trading_day)


def security_row(row: SecurityRow) -> Sequence[object]:
    """One security, as far as a valuation asks."""
    return (row.market, row.security, row.name, row.asset_class, row.board, row.suspended)


def price_row(row: PriceRow) -> Sequence[object]:
    """One close."""
    return (row.market, row.security, row.close, row.traded, row.accrued_interest)


def corporate_action_row(row: CorporateActionRow) -> Sequence[object]:
    """One action."""
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
