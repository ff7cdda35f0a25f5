"""Listings for the main story: who offers what, and what verification must say of it."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from finance.units import half_up_places
from market.story import CHEN, CHEN_SECOND, DONG_HAI, LENDER, LIU, RATE_CAP_FROM, ZHAO, Cast, Holder, Key

LENT = Fraction(40, 100)
CROWDED_QUANTITY = 1_000_000


def candidates(cast: Cast, closes: Mapping[Key, Decimal], today: date) -> list[dict[str, Any]]:
    """The listings, each with its owner, its lines, its terms and what is to be expected."""
    valid = today + timedelta(days=30)

    def pledgor(name: str, holder: Holder, offered: tuple[Key, int], expected: str) -> dict[str, Any]:
        return _pledgor(name, holder, offered, closes) | {"expected": expected}

    listings = [
        pledgor("clean", CHEN, (cast.clean, 1_000_000), "published"),
        pledgor("over_available", LIU, (cast.deducted, 700_000), "returned")
        | {
            "deductions": {
                "held": 1_000_000,
                "frozen_quantity": 100_000,
                "pledged": 200_000,
                "settlement_collateral": 50_000,
                "other_restricted": 30_000,
                "available": 620_000,
                "short": 80_000,
            }
        },
        pledgor("needs_person", DONG_HAI, (cast.crowded, CROWDED_QUANTITY), "needs_person") | {"rule": "FR04"},
        pledgor("waits_for_snapshot", ZHAO, (cast.waiting, 900_000), "waits_then_published"),
        pledgor("shrinks_next_day", CHEN_SECOND, (cast.shrinking, 2_000_000), "fails_next_day")
        | {"held_next_day": 500_000},
        pledgor("expires_today", ZHAO, (cast.waiting, 100_000), "published_then_expired"),
        # Where a rate cap exists nobody confirmed its rate for 40 days: a person looks at the upper end (FIN19).
        _pledgee() | {"expected": "needs_person" if today >= RATE_CAP_FROM else "published"},
    ]
    for one in listings:
        last = today if one["name"] == "expires_today" else valid
        one["terms"] |= {"valid_until": last.isoformat()}
    return listings


def _pledgor(name: str, holder: Holder, offered: tuple[Key, int], closes: Mapping[Key, Decimal]) -> dict[str, Any]:
    key, quantity = offered
    worth = Fraction(closes[key]) * quantity
    return {
        "name": name,
        "area": "pledgor",
        "user": holder.user,
        "lines": [
            {
                "unified_account": holder.account,
                "market": key[0],
                "security": key[1],
                "share_class": "unrestricted",
                "quantity": quantity,
            }
        ],
        "terms": {
            "financing_wanted": str(half_up_places(worth * LENT / 10_000, 0) * 10_000) + ".00",
            "lowest_pledge_rate": "0.40",
            "highest_annual_rate": "0.075",
            "months": 12,
            "purpose": "补充流动资金",
            "warning_line": "1.5",
            "liquidation_line": "1.3",
            "repayment_source": "经营收入",
        },
    }


def _pledgee() -> dict[str, Any]:
    return {
        "name": "lender",
        "area": "pledgee",
        "user": LENDER.user,
        "lines": [],
        "terms": {
            "funds_from": "10000000.00",
            "funds_to": "300000000.00",
            "source": "own",
            "months_from": 6,
            "months_to": 24,
            "annual_rate_from": "0.055",
            "annual_rate_to": "0.08",
            "markets": ["SSE", "SZSE"],
            "asset_classes": ["a_share"],
            "boards": ["main", "chinext", "star"],
            "region": "全国",
            "highest_pledge_rates": {"main": "0.50"},
            "warning_line": "1.6",
            "liquidation_line": "1.4",
        },
    }
