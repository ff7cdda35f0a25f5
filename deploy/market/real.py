"""Maps the real contracts, master, calendar and prices to the form of the synthetic market, by stated assumptions."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from hashlib import blake2b
from math import exp, log
from pathlib import Path
from typing import Any

from finance.boards import segment_of
from finance.calendar import TradingCalendar, add_months
from finance.units import half_up_places, yuan
from market.assumptions import ASSUMPTIONS
from market.contracts import SHANGHAI, Contract, Line, contract_record, line_record
from market.days import days_between
from market.files import MarketFolder
from market.master import Security
from market.prices import Closes, Quote
from market.real_sources import Pledge, RealPrices, master, pledges, sessions
from market.story import FIRMS, Key
from market.streams import ACCEPTED, Stream

DEFAULT_AS_OF = date(2018, 6, 1)
RATE = Decimal("0.065")
WARNING, LIQUIDATION = Decimal("1.5"), Decimal("1.3")
PLEDGE_RATES = {"main": Fraction(525, 1000), "former_sme": Fraction(425, 1000), "chinext": Fraction(325, 1000)}
AMOUNT_LEAST, AMOUNT_MOST = 5_000_000, 200_000_000
TERM_MONTHS, TERMS_MAX = 12, 3
LOAD_ID = "REAL-2016-2019"
CALENDAR_FROM = date(2014, 1, 1)


def map_real(folder: Path, root: Path, *, as_of: date = DEFAULT_AS_OF, days: int = 60, seed: int = 7) -> dict[str, Any]:
    """Writes the real market; answers the manifest.

    Raises:
        SourceAbsent: a real file is missing.
    """
    known = pledges(folder)
    traded = sessions(folder)
    calendar = TradingCalendar(traded, first=traded[0], last=date(traded[-1].year, 12, 31))
    reported_on = calendar.on_or_before(as_of)
    replay = [reported_on, *(calendar.add(reported_on, at) for at in range(1, days + 1))]
    prices = RealPrices(folder, known)
    securities = master(folder, {one.security for one in known})
    streams = _streams(known, securities, prices, calendar, reported_on, seed)
    target = MarketFolder(root)
    _write_reference(target, securities, prices, calendar, replay)
    manifest = {
        "source": "real",
        "seed": seed,
        "reported_on": reported_on,
        "today": replay[1] if days else reported_on,
        "replay_days": replay,
        "firms": [{name: getattr(one, name) for name in ("firm_id", "name", "uscc", "class_grade")} for one in FIRMS],
        "followed": sorted(prices.followed),
        "streams": [target.stream(one) for one in streams],
        "assumptions": [asdict(one) for one in ASSUMPTIONS],
    }
    target.manifest(manifest)
    return manifest


def _write_reference(
    target: MarketFolder,
    securities: list[Security],
    prices: RealPrices,
    calendar: TradingCalendar,
    replay: list[date],
) -> None:
    trading = set(calendar.trading_days)
    target.calendar(((day, day in trading) for day in days_between(CALENDAR_FROM, calendar.last)), replay[0])
    target.securities(securities, replay[0])
    for day in replay:
        target.prices(_closes(securities, prices, day), day)


def _closes(securities: Iterable[Security], prices: RealPrices, day: date) -> Closes:
    found = ((one.key, prices.on(one.key, day)) for one in securities)
    return {key: Quote(price[0], price[1], 0) for key, price in found if price is not None}


def _streams(
    known: list[Pledge],
    securities: list[Security],
    prices: RealPrices,
    calendar: TradingCalendar,
    reported_on: date,
    seed: int,
) -> list[Stream]:
    by_key = {one.key: one for one in securities}
    streams = {one.firm_id: Stream(one.firm_id) for one in FIRMS}
    dated = sorted(((_business_date(one, calendar, reported_on), one) for one in known), key=lambda one: one[0])
    for day, pledge in dated:
        contract = contract_of(pledge, by_key[pledge.security], day, seed)
        _send(streams[contract.firm_id], contract, prices, day, first_day=day == reported_on)
    return list(streams.values())


def _business_date(pledge: Pledge, calendar: TradingCalendar, reported_on: date) -> date:
    return reported_on if pledge.begun <= reported_on else calendar.on_or_after(pledge.begun)


def contract_of(pledge: Pledge, security: Security, on: date, seed: int) -> Contract:
    """A real pledge as a contract on a day: what the source lacks follows from its number and the seed."""
    drawn = _drawn(pledge, seed)
    amount = int(exp(log(AMOUNT_LEAST) + drawn[0] * (log(AMOUNT_MOST) - log(AMOUNT_LEAST)))) // 10_000 * 10_000
    segment = segment_of(*pledge.security, on) or "main"
    rate = PLEDGE_RATES.get(segment, PLEDGE_RATES["main"])
    lots = Fraction(amount) / (rate * Fraction(pledge.price)) / 100
    quantity = max(1, round(lots)) * 100
    closed = pledge.released is not None and pledge.released <= on
    maturity, extensions = _maturity(pledge.begun, on)
    contract = Contract(
        contract_id=f"R-{pledge.number:05}",
        firm_id="F001" if drawn[1] < float(FIRMS[0].share_of_contracts) else "F002",
        borrower_id=f"B-{pledge.security[1]}-{int(drawn[2] * 3) + 1}",
        lender_id="L-OWN",
        initial_date=pledge.begun,
        initial_amount_fen=amount * 100,
        pledge_rate=half_up_places(Fraction(amount) / (quantity * Fraction(pledge.price)), 6),
        maturity=maturity,
        initial_maturity=add_months(pledge.begun, TERM_MONTHS),
        extension_count=extensions,
        rate=RATE,
        interest_paid_to=_quarter(pledge.begun, min(on, pledge.released) if closed and pledge.released else on),
        warning_line=WARNING,
        liquidation_line=LIQUIDATION,
        lines=(Line(line_no=1, security=security, quantity=quantity, released=quantity if closed else 0),),
        status="closed" if closed else "active" if maturity >= on else "matured_unsettled",
        ended=_ending(pledge, maturity) if closed else _extended(pledge, extensions),
    )
    if closed and pledge.released is not None:
        paid = str(yuan(contract.debt_fen(pledge.released)))
        return _with_ended(contract, {"close_amount": paid})
    return contract


def _with_ended(contract: Contract, more: dict[str, Any]) -> Contract:
    values = {name: getattr(contract, name) for name in contract.__slots__}
    return Contract(**(values | {"ended": {**contract.ended, **more}}))


def _ending(pledge: Pledge, maturity: date) -> dict[str, Any]:
    released = pledge.released or maturity
    return {"close_date": released.isoformat(), "close_reason": "early" if released < maturity else "maturity"}


def _extended(pledge: Pledge, extensions: int) -> dict[str, Any]:
    if not extensions:
        return {}
    return {"last_extension": add_months(pledge.begun, TERM_MONTHS * extensions).isoformat()}


def _maturity(begun: date, on: date) -> tuple[date, int]:
    for terms in range(1, TERMS_MAX + 1):
        maturity = add_months(begun, TERM_MONTHS * terms)
        if maturity >= on or terms == TERMS_MAX:
            return maturity, terms - 1
    raise AssertionError("a contract has at least one term")


def _quarter(begun: date, on: date) -> date:
    quarters = 0
    while add_months(begun, 3 * (quarters + 1)) <= on:
        quarters += 1
    return add_months(begun, 3 * quarters)


def _drawn(pledge: Pledge, seed: int) -> tuple[float, float, float]:
    """Three numbers from 0 to below 1 that depend on the row and the seed alone."""
    digest = blake2b(f"{seed}/{pledge.number}/{pledge.security}".encode(), digest_size=24).digest()
    parts = [int.from_bytes(digest[at : at + 8], "big") / 2**64 for at in (0, 8, 16)]
    return parts[0], parts[1], parts[2]


def _send(stream: Stream, contract: Contract, prices: RealPrices, day: date, *, first_day: bool) -> None:
    security = contract.lines[0].security
    found = prices.on(security.key, day)
    if found is None:
        raise LookupError(f"{contract.contract_id} has no price on {day}")
    closes: dict[Key, Decimal] = {security.key: found[0]}
    changes = {"load_id": LOAD_ID, "action": "SNAPSHOT" if first_day else "NEW", "reported_at": _reported(day)}
    stream.send(stream.numbered(contract_record(contract, closes, day) | changes), ACCEPTED)
    stream.send(stream.numbered(line_record(contract, contract.lines[0], closes, day) | changes), ACCEPTED)


def _reported(day: date) -> str:
    return (datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=20)).isoformat()
