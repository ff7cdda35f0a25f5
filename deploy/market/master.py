"""The security master: every board and class, with the marks a verifier must notice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from finance.boards import code_range


@dataclass(frozen=True, kw_only=True, slots=True)
class Security:
    """One security. `close` is its first close, `beta` how it moves with the market; capital in shares."""

    market: str
    code: str
    name: str
    asset_class: str
    board: str
    industry: str | None
    listed_on: date
    close: Decimal
    beta: float
    a_capital: int | None = None
    a_float: int | None = None
    special_treatment: str | None = None
    suspended: bool = False
    net_income_last_year: Decimal | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Market and code."""
        return self.market, self.code

    @property
    def is_a_share(self) -> bool:
        """Whether it can be the collateral of a repo contract here."""
        return self.asset_class == "a_share"


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A run of codes to draw from: how many, from which number on, at what prices."""

    market: str
    first_code: int
    count: int
    low: int
    high: int
    kind: str
    width: int = 6


_SHELVES = (
    _Shelf("SSE", 600100, 30, 300, 4000, "share"),
    _Shelf("SSE", 601100, 12, 300, 6000, "share"),
    _Shelf("SSE", 603100, 16, 800, 5000, "share"),
    _Shelf("SSE", 605100, 6, 1000, 5000, "share"),
    _Shelf("SSE", 688100, 22, 1500, 15000, "share"),
    _Shelf("SZSE", 1, 18, 300, 4000, "share"),
    _Shelf("SZSE", 1201, 6, 500, 3000, "share"),
    _Shelf("SZSE", 2001, 26, 400, 5000, "share"),
    _Shelf("SZSE", 300001, 24, 600, 9000, "share"),
    _Shelf("SZSE", 301001, 8, 1500, 9000, "share"),
    _Shelf("BSE", 920001, 12, 500, 4000, "share"),
    _Shelf("NEEQ", 430001, 5, 100, 1500, "neeq"),
    _Shelf("NEEQ", 830001, 4, 100, 1500, "neeq"),
    _Shelf("NEEQ", 870001, 3, 100, 1500, "neeq"),
    _Shelf("SSE", 900901, 3, 40, 300, "b"),
    _Shelf("SZSE", 200011, 3, 40, 900, "b"),
    _Shelf("SSE", 113001, 3, 9500, 13000, "bond"),
    _Shelf("SZSE", 123001, 3, 9500, 13000, "bond"),
    _Shelf("SSE", 510301, 4, 80, 500, "etf"),
    _Shelf("SZSE", 159901, 4, 80, 500, "etf"),
    _Shelf("SSE", 501001, 2, 80, 200, "fund"),
    _Shelf("OTC", 110001, 4, 80, 300, "fund"),
    _Shelf("OTC", 1, 4, 95, 150, "plan", width=5),
)
_PLACES = ("华", "东", "海", "江", "岳", "云", "泰", "中", "新", "宏", "瑞", "安", "康", "北", "南", "天")
_ENDINGS = ("信", "源", "达", "科", "盛", "和", "创", "通", "能", "美", "德", "成", "远", "邦", "力", "特")
_TRADES = (
    ("电力", "电力"),
    ("药业", "医药"),
    ("股份", "综合"),
    ("科技", "软件"),
    ("材料", "化工"),
    ("环保", "环保"),
    ("食品", "食品饮料"),
    ("地产", "房地产"),
    ("电子", "半导体"),
    ("重工", "机械"),
    ("传媒", "传媒"),
    ("物流", "交通运输"),
)
_CLASSES = {
    "share": "a_share",
    "neeq": "neeq_share",
    "b": "b_share",
    "bond": "bond",
    "etf": "etf",
    "fund": "fund_unit",
    "plan": "plan_unit",
}
_BETAS = {"share": (0.7, 1.5), "neeq": (0.2, 0.8), "b": (0.5, 1.0), "bond": (0.02, 0.2), "etf": (0.8, 1.1)}
ST_EVERY, LOSS_EVERY, SUSPENDED_EVERY = 29, 13, 41


def securities(random: Random, on: date, *, plain: frozenset[tuple[str, str]]) -> list[Security]:
    """The master on a day, in the order of market and code; the `plain` ones bear no mark."""
    found = [_security(random, shelf, at, on) for shelf in _SHELVES for at in range(shelf.count)]
    return sorted(_marked(found, plain), key=lambda one: one.key)


def _security(random: Random, shelf: _Shelf, at: int, on: date) -> Security:
    number = str(shelf.first_code + at).zfill(shelf.width)
    code = f"P{number}" if shelf.kind == "plan" else number
    found = code_range(shelf.market, code, on)
    if found is None:
        raise LookupError(f"{shelf.market} {code} is of no known board")
    ending, industry = random.choice(_TRADES)
    stem = random.choice(_PLACES) + random.choice(_ENDINGS)
    low, high = _BETAS.get(shelf.kind, (0.1, 0.9))
    cents = random.randrange(shelf.low, shelf.high)
    capital = random.randrange(200, 4000) * 1_000_000 if shelf.kind == "share" else None
    return Security(
        market=shelf.market,
        code=code,
        name=f"{stem}{ending}" if shelf.kind in {"share", "neeq", "b"} else f"{stem}{_LABELS[shelf.kind]}",
        asset_class=_CLASSES[shelf.kind],
        board=found.board,
        industry=industry if shelf.kind in {"share", "neeq", "b"} else None,
        listed_on=date(random.randrange(2001, 2022), random.randrange(1, 13), random.randrange(1, 28)),
        close=Decimal(cents).scaleb(-2),
        beta=random.uniform(low, high),
        a_capital=capital,
        a_float=capital * random.randrange(45, 100) // 100 if capital else None,
        net_income_last_year=Decimal(random.randrange(20, 900)) * 1_000_000 if capital else None,
    )


_LABELS = {"bond": "转债", "etf": "交易型基金", "fund": "混合基金", "plan": "集合计划"}


def _marked(found: list[Security], plain: frozenset[tuple[str, str]]) -> Iterator[Security]:
    """ST marks, losses and suspensions fall on the same places whatever the seed: bad cases are on purpose."""
    for at, one in enumerate(found):
        marks: dict[str, Any] = {}
        if one.key in plain or not one.is_a_share:
            yield one
            continue
        if at % LOSS_EVERY == LOSS_EVERY - 1 and one.net_income_last_year:
            marks["net_income_last_year"] = -one.net_income_last_year
        if at % ST_EVERY == ST_EVERY - 1:
            marks |= {
                "special_treatment": "star_st" if at % 2 else "st",
                "name": f"{'*' if at % 2 else ''}ST{one.name}",
            }
        if at % SUSPENDED_EVERY == SUSPENDED_EVERY - 1:
            marks["suspended"] = True
        yield one if not marks else _replaced(one, marks)


def _replaced(one: Security, marks: dict[str, object]) -> Security:
    values = {name: getattr(one, name) for name in one.__slots__}
    return Security(**(values | marks))
