"""The synthetic market: one seed, one set of files, the same everywhere."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from market.candidates import candidates
from market.cases import UNREADABLE_MESSAGE, Cases, declare
from market.contracts import Contract, contracts_of
from market.days import calendar, calendar_rows
from market.expected import market_on
from market.files import MarketFolder
from market.holders import crowding, next_day, other_holdings, ready_holdings
from market.master import Security, securities
from market.prices import Closes, closes
from market.record_types import links_stated, type_stream
from market.records import contract_record, line_record
from market.registrations import registrations, stated
from market.story import (
    AT_THE_LINE,
    CAST,
    FIRMS,
    LINE_BORROWER,
    LINE_CONTRACT,
    LINE_FALL,
    PLAIN,
    READY_HOLDERS,
    UNKNOWN_AT_FIRST,
    Firm,
    Key,
    actions,
    line_path,
)
from market.streams import ACCEPTED, QUARANTINED, Stream

DEFAULT_TODAY = date(2026, 4, 1)
SNAPSHOTS_BEFORE = 2
MISSING_DAYS_BACK = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How large the market is: trading days before and from today on, and contracts of both firms together."""

    quiet_days: int = 45
    fall_days: int = 12
    contracts: int = 500


@dataclass(slots=True)
class Market:
    """Everything that was drawn, before it is written."""

    quiet: list[date]
    fall: list[date]
    master: list[Security]
    closes: dict[date, Closes]
    books: dict[str, list[Contract]]
    streams: dict[str, Stream]

    @property
    def reported_on(self) -> date:
        """The firms' business date: the last trading day before today."""
        return self.quiet[-1]

    @property
    def without_prices(self) -> date | None:
        """The quiet day whose price file is missing on purpose, where there are enough days before and after."""
        return self.quiet[-MISSING_DAYS_BACK] if len(self.quiet) > MISSING_DAYS_BACK else None

    def plain_closes(self, day: date) -> dict[Key, Decimal]:
        """A day's closes alone."""
        return {key: one.close for key, one in self.closes[day].items()}


def draw(seed: int, *, today: date = DEFAULT_TODAY, size: Size | None = None) -> Market:
    """Draws a market.

    Raises:
        CalendarEnded: the days asked for run past the calendar's end.
    """
    size, random, days = size or Size(), Random(seed), calendar()  # noqa: S311  # a market, not a secret
    quiet = days.window(days.previous_trading_day(today), size.quiet_days)
    fall = [days.add(quiet[-1], at) for at in range(1, size.fall_days + 1)]
    master = securities(random, today, plain=PLAIN)
    found = closes(
        random,
        master,
        [*quiet, *fall],
        falls_from=fall[0],
        actions=actions(tuple(fall)),
        paths={AT_THE_LINE: line_path(tuple(quiet), tuple(fall))},
    )
    market = Market(quiet, fall, master, found, {}, {})
    last = market.plain_closes(market.reported_on)
    as_closed = [replace(one, close=last[one.key]) for one in master]
    for firm in FIRMS:
        count = int(size.contracts * firm.share_of_contracts)
        market.books[firm.firm_id] = contracts_of(random, firm, count, as_closed, market.reported_on)
        market.streams[firm.firm_id] = _stream(firm, market)
    return market


def _stream(firm: Firm, market: Market) -> Stream:
    """The clean load with its declarations, then the cases."""
    stream, on, book = Stream(firm.firm_id), market.reported_on, market.books[firm.firm_id]
    last = market.plain_closes(on)
    for one in book:
        stream.send(stream.numbered(contract_record(one, last, on)), ACCEPTED)
    lines = [(one, line) for one in book for line in one.lines]
    for one, line in lines:
        stream.send(stream.numbered(line_record(one, line, last, on)), ACCEPTED)
    declare(stream, book, last, on)
    Cases(stream, book, last, on, unknown=CAST.unknown_at_first).plant()
    return stream


def _types(market: Market) -> Stream:
    """The other record types, of the first firm alone."""
    firm, on = FIRMS[0], market.reported_on
    book, sent = market.books[firm.firm_id], market.streams[firm.firm_id]
    return type_stream(firm, book, market.plain_closes(on), on, market.fall[0], after=sent)


def generate(seed: int, root: Path, *, today: date = DEFAULT_TODAY, size: Size | None = None) -> dict[str, Any]:
    """Draws a market and writes it; answers the manifest."""
    market = draw(seed, today=today, size=size)
    folder = MarketFolder(root)
    _write_reference(folder, market, seed)
    manifest = {"source": "synthetic", "seed": seed, "today": today, **_manifest(folder, market)}
    folder.manifest(manifest)
    (root / "submissions" / "unreadable.bin").write_bytes(UNREADABLE_MESSAGE)
    return manifest


def _write_reference(folder: MarketFolder, market: Market, seed: int) -> None:
    today, random = market.fall[0], Random(seed + 1)  # noqa: S311  # a market, not a secret
    folder.calendar(calendar_rows(), market.reported_on)
    folder.securities((one for one in market.master if one.key != UNKNOWN_AT_FIRST), market.reported_on)
    folder.corporate_actions(actions(tuple(market.fall)), market.reported_on)
    for day in (*market.quiet, *market.fall):
        if day != market.without_prices:
            folder.prices(market.closes[day], day)
    capital = {one.key: one.a_capital or 0 for one in market.master}
    holdings = [
        *ready_holdings(CAST, capital),
        crowding(CAST, capital),
        *other_holdings(random, market.master, today),
    ]
    for day in market.quiet[-SNAPSHOTS_BEFORE:]:
        folder.holdings(holdings, day)
    folder.holdings(next_day(CAST, holdings), today)
    folder.registrations(registrations(CAST, _listings(market), today), today)
    folder.securities(market.master, today, name=f"{today.isoformat()}-revised")


def _manifest(folder: MarketFolder, market: Market) -> dict[str, Any]:
    planned = actions(tuple(market.fall))
    books = [one for book in market.books.values() for one in book]
    return {
        "reported_on": market.reported_on,
        "quiet_days": market.quiet,
        "fall_days": market.fall,
        "missing_price_day": market.without_prices,
        "firms": [_firm(one) for one in FIRMS],
        "accounts": [{"user": one.user, "unified_account": one.account} for one in READY_HOLDERS],
        "streams": [folder.stream(one) for one in market.streams.values()],
        "type_streams": [folder.stream(_types(market), suffix="-types")],
        "links": links_stated(FIRMS[0], market.books[FIRMS[0].firm_id]),
        "unreadable": {"file": "submissions/unreadable.bin", "expected": {QUARANTINED: 1}},
        "pending": {"market": UNKNOWN_AT_FIRST[0], "security": UNKNOWN_AT_FIRST[1]},
        "at_the_line": {
            "firm_id": FIRMS[0].firm_id,
            "contract_id": LINE_CONTRACT,
            "borrower_id": LINE_BORROWER,
            "closes": list(LINE_FALL[: len(market.fall)]),
            "levels": ["NORMAL", "NORMAL", "NORMAL", "WARNING", "WARNING", "TRIGGERED", "WARNING", "NORMAL"],
        },
        "corporate_actions": [{"market": key[0], "security": key[1], "ex_date": day} for key, day in sorted(planned)],
        "listings": _listings(market),
        "registrations": stated(market.fall[0]),
        "indicators": [
            market_on(books, market.plain_closes(day), day, reported_on=market.reported_on, actions=planned)
            for day in (market.reported_on, *market.fall)
        ],
        "assumptions": [],
    }


def _listings(market: Market) -> list[dict[str, Any]]:
    return candidates(CAST, market.plain_closes(market.reported_on), market.fall[0])


def _firm(firm: Firm) -> dict[str, Any]:
    names = ("firm_id", "name", "uscc", "class_grade", "net_capital", "licences")
    return {name: getattr(firm, name) for name in names}
