"""Pledge registrations of the story's day: what becomes of two listings, and of nobody's on the board (P12.3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from market.story import LENDER, LIU, Cast, Key

# What part of a listing's quantity a registration covers that is not its own beyond doubt.
_PART = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Registration:
    """One line of a registration, as the depository's file says it."""

    number: str
    venue: str
    unified_account: str
    market: str
    security: str
    share_class: str
    quantity: int
    pledgee_account: str
    registered_on: date


def registrations(cast: Cast, listings: Sequence[Mapping[str, Any]], on: date) -> Iterator[Registration]:
    """A day's registrations: every line of one listing, a part of another, and one the board knows nothing of."""
    by_name = {one["name"]: one for one in listings}
    for number, name, part in ((1, "clean", 1), (2, "needs_person", _PART)):
        for line in by_name[name]["lines"]:
            yield _registration(
                number, (line["market"], line["security"]), line["unified_account"], line["quantity"] // part, on
            )
    yield _registration(3, cast.deducted, LIU.account, 1_000, on)


def stated(on: date) -> list[dict[str, str]]:
    """What each registration must do to which listing."""
    return [
        {"number": number_of(1, on), "listing": "clean", "expected": "moved"},
        {"number": number_of(2, on), "listing": "needs_person", "expected": "asked"},
    ]


def number_of(number: int, on: date) -> str:
    """The number of a day's registration."""
    return f"ZY-{on:%Y%m%d}-{number:04}"


def _registration(number: int, key: Key, account: str, quantity: int, on: date) -> Registration:
    return Registration(
        number=number_of(number, on),
        venue="off_exchange",
        unified_account=account,
        market=key[0],
        security=key[1],
        share_class="unrestricted",
        quantity=quantity,
        pledgee_account=LENDER.account,
        registered_on=on,
    )
