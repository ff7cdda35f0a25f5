"""Reads the real files of `PLEDGEBOARD_DATA` as they are."""

import csv
import gzip
import io
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median

from finance.units import half_up_places
from market.master import Security
from market.story import Key

CONTRACTS = "pledge/contracts_2016_2019.csv"
BASICS = "securities/stock_basics_2018-08.csv"
QUOTES = "securities/quotes_2018-08-13.csv"
ADJUSTED = "prices/adjclose_2015-12_2019-12.csv.gz"
SESSIONS = "calendar/xshg_sessions_1990_2026.txt"
_MARKETS = {"SH": "SSE", "SZ": "SZSE"}
_SHARES_OF_100_MILLION = 100_000_000


class SourceAbsent(LookupError):
    """A file of the real data is not where it should be."""


@dataclass(frozen=True, slots=True)
class Pledge:
    """One row of the contracts' file; `number` is its line."""

    number: int
    security: Key
    begun: date
    released: date | None
    price: Decimal


def pledges(folder: Path) -> list[Pledge]:
    """Every contract, in the file's order; a release before its start is taken for absent."""
    found = []
    for number, row in enumerate(_rows(folder / CONTRACTS), 1):
        begun = date.fromisoformat(row["start_date"])
        released = date.fromisoformat(row["release_date"]) if row["release_date"] else None
        price = half_up_places(Fraction(row["pledge_price"]), 4)
        sound = released if released is None or released >= begun else None
        found.append(Pledge(number, _key(row["ts_code"]), begun, sound, price))
    return found


def sessions(folder: Path) -> list[date]:
    """The trading days of Shanghai."""
    return [date.fromisoformat(line) for line in _text(folder / SESSIONS).split()]


def master(folder: Path, named: set[Key]) -> list[Security]:
    """The security master of August 2018, and a bare row for what a contract names beside it."""
    suspended = {row["code"] for row in _rows(folder / QUOTES) if Fraction(row["price"] or "0") == 0}
    found: dict[Key, Security] = {}
    for row in _rows(folder / BASICS):
        key = _market_of(row["code"]), row["code"]
        found[key] = _security(key, row, suspended=row["code"] in suspended)
    for key in named - found.keys():
        found[key] = _security(key, {"name": key[1]}, suspended=False)
    return [found[key] for key in sorted(found)]


def _security(key: Key, row: dict[str, str], *, suspended: bool) -> Security:
    listed, earnings = row.get("timeToMarket", ""), row.get("esp")
    capital = _shares(row.get("totals"))
    name = row["name"]
    return Security(
        market=key[0],
        code=key[1],
        name=name,
        asset_class="a_share",
        board="chinext" if key[1].startswith("30") else "main",
        industry=row.get("industry") or None,
        listed_on=date(int(listed[:4]), int(listed[4:6]), int(listed[6:])) if len(listed) == 8 else date(2016, 1, 1),  # noqa: PLR2004  # YYYYMMDD
        close=Decimal(0),
        beta=1.0,
        a_capital=capital,
        a_float=_shares(row.get("outstanding")),
        special_treatment="star_st" if name.startswith("*ST") else "st" if "ST" in name else None,
        suspended=suspended,
        net_income_last_year=half_up_places(Fraction(earnings) * capital, 2) if earnings and capital else None,
    )


class RealPrices:
    """Prices in the contracts' own adjustment basis.

    A share with a series follows it, scaled by the median of contract price to series at the starts; any other keeps
    the latest contract price (it did not trade, as far as the files tell).
    """

    def __init__(self, folder: Path, known: list[Pledge]) -> None:
        self._observed: dict[Key, list[tuple[date, Decimal]]] = defaultdict(list)
        for one in sorted(known, key=lambda one: one.begun):
            self._observed[one.security].append((one.begun, one.price))
        series: dict[Key, dict[date, Fraction]] = defaultdict(dict)
        for row in _rows(folder / ADJUSTED):
            series[_key(row["code"])][date.fromisoformat(row["date"])] = Fraction(row["adj_close"])
        self._series = {key: self._scaled(key, closes) for key, closes in series.items()}

    def on(self, key: Key, day: date) -> tuple[Decimal, bool] | None:
        """The price of a day and whether it was traded; None before the first one."""
        traded = self._series.get(key, {}).get(day)
        if traded is not None:
            return traded, True
        observed = self._observed.get(key, [])
        at = bisect_right(observed, day, key=lambda one: one[0])
        return (observed[at - 1][1], False) if at else None

    @property
    def followed(self) -> frozenset[Key]:
        """The shares that have a series."""
        return frozenset(self._series)

    def _scaled(self, key: Key, closes: dict[date, Fraction]) -> dict[date, Decimal]:
        scales = [Fraction(price) / closes[day] for day, price in self._observed.get(key, []) if day in closes]
        scale = median(scales) if scales else Fraction(1)
        return {day: half_up_places(close * scale, 4) for day, close in closes.items()}


def _key(code: str) -> Key:
    number, _, market = code.partition(".")
    return _MARKETS[market], number


def _market_of(code: str) -> str:
    return "SSE" if code.startswith("6") else "SZSE"


def _shares(hundred_millions: str | None) -> int | None:
    return int(Fraction(hundred_millions) * _SHARES_OF_100_MILLION) if hundred_millions else None


def _text(path: Path) -> str:
    if not path.is_file():
        raise SourceAbsent(f"{path} is absent")
    return path.read_text(encoding="utf-8")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise SourceAbsent(f"{path} is absent")
    packed = path.read_bytes()
    text = (gzip.decompress(packed) if path.suffix == ".gz" else packed).decode()
    yield from csv.DictReader(io.StringIO(text))
