"""Holders, their accounts and end-of-day holdings with restrictions, for each snapshot day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

from market.master import Security
from market.story import CHEN, CHEN_SECOND, DONG_HAI, DONG_HAI_SECOND, LENDER, LIU, ZHAO, Cast, Holder, Key

OTHER_HOLDERS = 1500
HOLDINGS_EACH = (1, 2, 2, 3)
FIRST_OTHER_ACCOUNT = 180_000_100_001


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """One account's holding of one security and class at a day's end."""

    account: str
    market: str
    security: str
    share_class: str | None
    held: int
    frozen_quantity: int = 0
    pledged: int = 0
    settlement_collateral: int = 0
    other_restricted: int = 0
    release_date: date | None = None

    @property
    def available(self) -> int:
        """P10.1: held less every restriction."""
        taken = self.frozen_quantity + self.pledged + self.settlement_collateral + self.other_restricted
        return self.held - taken


def _of(holder: Holder, key: Key, held: int, **parts: Any) -> Holding:
    return Holding(
        account=holder.account, market=key[0], security=key[1], share_class="unrestricted", held=held, **parts
    )


def ready_holdings(cast: Cast, capital: dict[Key, int]) -> list[Holding]:
    """What the ready users hold: each plays its part in the story."""
    return [
        _of(CHEN, cast.clean, 3_000_000, pledged=400_000),
        _of(CHEN, cast.deducted, 200_000),
        _of(CHEN_SECOND, cast.shrinking, 2_500_000),
        # Each deduction of P10.1 stands here once: 1,000,000 - 100,000 - 200,000 - 50,000 - 30,000 = 620,000.
        _of(
            LIU,
            cast.deducted,
            1_000_000,
            frozen_quantity=100_000,
            pledged=200_000,
            settlement_collateral=50_000,
            other_restricted=30_000,
        ),
        _of(ZHAO, cast.waiting, 1_800_000),
        _of(ZHAO, cast.clean, 600_000, frozen_quantity=600_000),
        _of(DONG_HAI, cast.crowded, capital[cast.crowded] // 20),
        _of(DONG_HAI_SECOND, cast.clean, 12_000_000, pledged=9_000_000),
        _of(LENDER, cast.clean, 100_000),
    ]


def crowding(cast: Cast, capital: dict[Key, int]) -> Holding:
    """The pledge that leaves less than half of the crowded share free."""
    quantity = capital[cast.crowded] * 52 // 100
    return Holding(
        account=str(FIRST_OTHER_ACCOUNT - 1),
        market=cast.crowded[0],
        security=cast.crowded[1],
        share_class="unrestricted",
        held=quantity,
        pledged=quantity,
    )


def other_holdings(random: Random, securities: Sequence[Security], until: date) -> list[Holding]:
    """Everybody else: some pledged, some frozen, some restricted until a day."""
    choices = [one for one in securities if one.asset_class in {"a_share", "b_share", "neeq_share", "bond", "etf"}]
    found: dict[tuple[str, Key, str | None], Holding] = {}
    for at in range(OTHER_HOLDERS):
        account = str(FIRST_OTHER_ACCOUNT + at)
        for _ in range(random.choice(HOLDINGS_EACH)):
            one = _drawn(random, account, random.choice(choices), until)
            found.setdefault((account, (one.market, one.security), one.share_class), one)
    return list(found.values())


def _drawn(random: Random, account: str, security: Security, until: date) -> Holding:
    held = random.randrange(10, 20_000) * 100
    restricted = security.is_a_share and random.random() < 0.15  # noqa: PLR2004  # one in seven
    kind = random.random()
    return Holding(
        account=account,
        market=security.market,
        security=security.code,
        share_class=("restricted" if restricted else "unrestricted") if "share" in security.asset_class else None,
        held=held,
        pledged=held * random.randrange(10, 60) // 100 // 100 * 100 if kind < 0.25 else 0,  # noqa: PLR2004  # a quarter
        frozen_quantity=held // 10 if 0.25 <= kind < 0.30 else 0,  # noqa: PLR2004  # one in twenty
        release_date=date(until.year + random.randrange(1, 3), random.randrange(1, 13), 15) if restricted else None,
    )


def next_day(cast: Cast, holdings: Sequence[Holding]) -> Iterator[Holding]:
    """The holdings one trading day later: the shrinking holding was sold down to a fifth, the rest stands."""
    for one in holdings:
        sold = (one.account, one.market, one.security) == (CHEN_SECOND.account, *cast.shrinking)
        yield replace(one, held=one.held // 5) if sold else one
