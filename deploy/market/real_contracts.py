"""A real pledge as a contract: what the source lacks is assumed (`market.assumptions`), by its number and the seed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from hashlib import blake2b
from math import exp, log
from typing import Any

from finance.boards import segment_of
from finance.calendar import add_months
from finance.units import half_up_places, yuan
from market.contracts import Contract, Line
from market.master import Security
from market.real_sources import Pledge
from market.story import FIRMS

RATE = Decimal("0.065")
WARNING, LIQUIDATION = Decimal("1.5"), Decimal("1.3")
PLEDGE_RATES = {"main": Fraction(525, 1000), "former_sme": Fraction(425, 1000), "chinext": Fraction(325, 1000)}
AMOUNT_LEAST, AMOUNT_MOST = 5_000_000, 200_000_000
TERM_MONTHS, TERMS_MAX = 12, 3
BORROWERS_OF_A_SHARE = 3


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
        borrower_id=f"B-{pledge.security[1]}-{int(drawn[2] * BORROWERS_OF_A_SHARE) + 1}",
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
        return replace(contract, ended={**contract.ended, "close_amount": paid})
    return contract


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
