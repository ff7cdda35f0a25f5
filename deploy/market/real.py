"""Maps the real contracts, master, calendar and prices to the form of the synthetic market, by stated assumptions.

The parts that no real file holds (holdings, listings, mistakes on purpose, the contract at its line) are drawn as in
the synthetic market, on real securities; assumptions say so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from finance.calendar import TradingCalendar
from market.assumptions import ASSUMPTIONS
from market.candidates import candidates
from market.cases import UNREADABLE_MESSAGE, Cases, declare
from market.contracts import Contract, LineTerms, line_contract
from market.days import days_between
from market.expected import levels_of, market_on
from market.files import MarketFolder
from market.holders import crowding, next_day, other_holdings, ready_holdings
from market.master import Security
from market.prices import Closes, Quote
from market.real_contracts import contract_of
from market.real_sources import Pledge, RealPrices, master, pledges, sessions
from market.real_story import cast_of, line_terms, plain
from market.record_types import links_stated, type_stream
from market.records import SHANGHAI, contract_record, line_record
from market.registrations import registrations, stated
from market.story import FIRMS, LINE_BORROWER, LINE_CONTRACT, READY_HOLDERS, Cast, Key
from market.streams import ACCEPTED, QUARANTINED, Stream

DEFAULT_AS_OF = date(2018, 6, 13)
DEFAULT_DAYS = 15
QUIET_DAYS = 12
LOAD_ID = "REAL-2016-2019"
CALENDAR_FROM = date(2014, 1, 1)
REPORTED = time(20, 0)


@dataclass(slots=True)
class RealMarket:
    """What was read and decided, before it is written."""

    calendar: TradingCalendar
    securities: list[Security]
    prices: RealPrices
    quiet: list[date]
    replay: list[date]
    cast: Cast
    line: LineTerms
    books: dict[str, list[Contract]]
    streams: dict[str, Stream]
    later: dict[str, Stream]

    @property
    def reported_on(self) -> date:
        """The firms' business date: the last trading day before the replay."""
        return self.quiet[-1]


def map_real(
    folder: Path, root: Path, *, as_of: date = DEFAULT_AS_OF, days: int = DEFAULT_DAYS, seed: int = 7
) -> dict[str, Any]:
    """Writes the real market; answers the manifest.

    Raises:
        SourceAbsent: a real file is missing.
        NoSuchShare: the days hold no share for a part of the story.
    """
    market = _read(folder, as_of, days, seed)
    target = MarketFolder(root)
    _write_reference(target, market, Random(seed + 1))  # noqa: S311  # a market, not a secret
    manifest = {"source": "real", "seed": seed, "today": market.replay[0], **_manifest(target, market)}
    target.manifest(manifest)
    (root / "submissions" / "unreadable.bin").write_bytes(UNREADABLE_MESSAGE)
    return manifest


def _read(folder: Path, as_of: date, days: int, seed: int) -> RealMarket:
    known, traded = pledges(folder), sessions(folder)
    calendar = TradingCalendar(traded, first=traded[0], last=date(traded[-1].year, 12, 31))
    reported_on = calendar.on_or_before(as_of)
    quiet = calendar.window(reported_on, QUIET_DAYS)
    replay = [calendar.add(reported_on, at) for at in range(1, days + 1)]
    prices = RealPrices(folder, known)
    named = {one.security for one in known}
    securities = master(folder, named)
    cast = cast_of(securities, prices, [*quiet, *replay], named)
    followed = [one for one in securities if one.key in prices.followed]
    line = line_terms(followed, prices, reported_on, replay)
    market = RealMarket(calendar, securities, prices, quiet, replay, cast, line, {}, {}, {})
    _fill(market, known, seed)
    return market


def _fill(market: RealMarket, known: Sequence[Pledge], seed: int) -> None:
    """The firms' streams: the book of the reporting day with its declarations and cases, and what began later."""
    by_key, on = {one.key: one for one in market.securities}, market.reported_on
    contracts = [contract_of(one, by_key[one.security], _business_date(one, market), seed) for one in known]
    closes = dict(plain(market.prices, market.securities, on))
    for firm in FIRMS:
        of_firm = [one for one in contracts if one.firm_id == firm.firm_id]
        book = [one for one in of_firm if one.initial_date <= on]
        if firm is FIRMS[0]:
            book.append(line_contract(market.line, firm.firm_id, on))
        stream = Stream(firm.firm_id)
        for one in book:
            _send(stream, one, closes, on)
        declare(stream, book, closes, on)
        Cases(stream, book, closes, on, unknown=market.cast.unknown_at_first).plant()
        market.books[firm.firm_id], market.streams[firm.firm_id] = book, stream
        later = Stream(firm.firm_id, next_sequence=stream.next_sequence.copy())
        for one in sorted((one for one in of_firm if one.initial_date > on), key=lambda one: one.initial_date):
            day = market.calendar.on_or_after(one.initial_date)
            key = one.lines[0].security.key
            _send(later, one, {key: _price(market.prices, key, day)}, day, action="NEW")
        market.later[firm.firm_id] = later


def _types(market: RealMarket, closes: Mapping[Key, Decimal]) -> Stream:
    """The other record types, of the first firm alone; what it sends later begins where this ends."""
    firm, on = FIRMS[0], market.reported_on
    book, sent = market.books[firm.firm_id], market.streams[firm.firm_id]
    return type_stream(firm, book, closes, on, market.calendar.next_trading_day(on), after=sent)


def _business_date(pledge: Pledge, market: RealMarket) -> date:
    return market.reported_on if pledge.begun <= market.reported_on else market.calendar.on_or_after(pledge.begun)


def _price(prices: RealPrices, key: Key, day: date) -> Decimal:
    found = prices.on(key, day)
    if found is None:
        raise LookupError(f"{key} has no price on {day}")
    return found[0]


def _send(
    stream: Stream, contract: Contract, closes: dict[Key, Decimal], day: date, *, action: str = "SNAPSHOT"
) -> None:
    reported_at = datetime.combine(day, REPORTED, SHANGHAI).isoformat()
    changes = {"load_id": LOAD_ID, "action": action, "reported_at": reported_at}
    stream.send(stream.numbered(contract_record(contract, closes, day) | changes), ACCEPTED)
    for line in contract.lines:
        stream.send(stream.numbered(line_record(contract, line, closes, day) | changes), ACCEPTED)


def _write_reference(target: MarketFolder, market: RealMarket, random: Random) -> None:
    on, today, trading = market.reported_on, market.replay[0], set(market.calendar.trading_days)
    target.calendar(((day, day in trading) for day in days_between(CALENDAR_FROM, market.calendar.last)), on)
    target.securities((one for one in market.securities if one.key != market.cast.unknown_at_first), on)
    target.corporate_actions({}, on)
    for day in (*market.quiet, *market.replay):
        target.prices(_closes(market.securities, market.prices, day), day)
    capital = {one.key: one.a_capital or 0 for one in market.securities}
    holdings = [
        *ready_holdings(market.cast, capital),
        crowding(market.cast, capital),
        *other_holdings(random, market.securities, today),
    ]
    for day in market.quiet[-2:]:
        target.holdings(holdings, day)
    target.holdings(next_day(market.cast, holdings), today)
    listings = candidates(market.cast, plain(market.prices, market.securities, on), today)
    target.registrations(registrations(market.cast, listings, today), today)
    target.securities(market.securities, today, name=f"{today.isoformat()}-revised")


def _closes(securities: Iterable[Security], prices: RealPrices, day: date) -> Closes:
    found = ((one.key, prices.on(one.key, day)) for one in securities)
    return {key: Quote(price[0], price[1], 0) for key, price in found if price is not None}


def _manifest(target: MarketFolder, market: RealMarket) -> dict[str, Any]:
    on, days = market.reported_on, market.replay
    books = [one for book in market.books.values() for one in book]
    closes = {day: plain(market.prices, market.securities, day) for day in (on, *days)}
    line = next(one for one in books if one.contract_id == LINE_CONTRACT)
    return {
        "reported_on": on,
        "quiet_days": market.quiet,
        "fall_days": days,
        "missing_price_day": None,
        "firms": [{name: getattr(one, name) for name in ("firm_id", "name", "uscc", "class_grade")} for one in FIRMS],
        "accounts": [{"user": one.user, "unified_account": one.account} for one in READY_HOLDERS],
        "streams": [target.stream(one) for one in market.streams.values()],
        "type_streams": [target.stream(_types(market, closes[on]), suffix="-types")],
        "links": links_stated(FIRMS[0], market.books[FIRMS[0].firm_id]),
        "later_streams": [target.stream(one, suffix="-later") for one in market.later.values()],
        "unreadable": {"file": "submissions/unreadable.bin", "expected": {QUARANTINED: 1}},
        "pending": dict(zip(("market", "security"), market.cast.unknown_at_first, strict=True)),
        "at_the_line": {
            "firm_id": line.firm_id,
            "contract_id": LINE_CONTRACT,
            "borrower_id": LINE_BORROWER,
            "closes": [closes[day][market.line.security.key] for day in days],
            "levels": levels_of(line, [closes[day] for day in days], days),
        },
        "corporate_actions": [],
        "listings": candidates(market.cast, closes[on], days[0]),
        "registrations": stated(days[0]),
        "indicators": [market_on(books, closes[day], day, reported_on=on, actions={}) for day in (on, *days)],
        "followed": sorted(market.prices.followed),
        "assumptions": [asdict(one) for one in ASSUMPTIONS],
    }
