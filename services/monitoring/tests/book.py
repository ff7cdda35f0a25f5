"""The worked book of the monitoring rules: three firms, four borrowers, five contracts, three securities, 2026-03-31.

The bonus shares of SEC2 (one for one, ex-date 2026-03-31) are not yet in the record of contract C2: the platform adds
them (FIN6).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from finance.corporate_actions import CorporateAction
from finance.units import E4, fen, scaled
from monitoring.domain.book import CollateralLine, Contract, Instrument
from monitoring.domain.market_day import MarketDay, UsedPrice

DAY = date(2026, 3, 31)
REPORTED = date(2026, 3, 30)
SEC1, SEC2, SEC3 = (Instrument("SSE", "600001"), Instrument("SZSE", "300001"), Instrument("SSE", "600003"))
CLOSES = {SEC1: "10.00", SEC2: "20.24", SEC3: "2.50"}
BONUS = {SEC2: (CorporateAction(ex_date=DAY, bonus=1),)}


def a_line(**changes: Any) -> CollateralLine:
    values: dict[str, Any] = {
        "line_no": 1,
        "instrument": SEC1,
        "quantity_e4": 1_000_000 * E4,
        "cash_fen": 0,
        "recorded_on": REPORTED,
        "accession": "line-1",
    }
    if "shares" in changes:
        changes["quantity_e4"] = changes.pop("shares") * E4
    return CollateralLine(**{**values, **changes})


def a_contract(**changes: Any) -> Contract:
    """A contract of 4,000,000.00 on a million shares of SEC1, lines 1.6 and 1.4, valid unless told otherwise."""
    values: dict[str, Any] = {
        "firm_id": "F1",
        "contract_id": "C1",
        "borrower_id": "B1",
        "merge_group_id": None,
        "initial_date": date(2025, 10, 1),
        "status": "active",
        "initial_fen": fen("4000000.00"),
        "principal_fen": fen("4000000.00"),
        "rate_e6": 0,
        "interest_paid_to": DAY,
        "other_due_fen": 0,
        "other_collateral_fen": 0,
        "warning_e6": 1_600_000,
        "liquidation_e6": 1_400_000,
        "recorded_on": REPORTED,
        "accession": "contract-1",
        "lines": (a_line(),),
    }
    return Contract(**{**values, **changes})


def a_market(closes: Mapping[Instrument, str] | None = None, *, day: date = DAY, **changes: Any) -> MarketDay:
    prices = {
        instrument: UsedPrice(price_e4=scaled(Decimal(close), 4), day=day, stale_days=0)
        for instrument, close in (CLOSES if closes is None else closes).items()
    }
    return MarketDay(day=day, prices=prices, actions=changes.get("actions", BONUS))


def worked_book(*, merged: bool = False, reported: date = REPORTED) -> list[Contract]:
    """C1-C5; `merged`: C3 and C4 are managed together. Reported on the ex-date, C2 holds its bonus shares itself."""
    group = "G1" if merged else None
    bonus = 5_000_000 if reported >= DAY else 0
    return [
        _contract("F1", "C1", "B1", "160000000.00", "0.073", "2025-10-01", _lines(SEC1, 40_000_000, cash="1000000.00")),
        _contract(
            "F1",
            "C2",
            "B2",
            "150000000.00",
            "0.073",
            "2026-02-09",
            (
                *_lines(SEC2, 5_000_000 + bonus, recorded_on=reported),
                *_lines(SEC1, 4_000_000, line_no=2, accession="C2/2"),
            ),
        ),
        _contract(
            "F2",
            "C3",
            "B3",
            "100000000.00",
            "0.0584",
            "2025-12-31",
            _lines(SEC1, 30_000_000),
            warning_e6=1_500_000,
            liquidation_e6=1_300_000,
            merge_group_id=group,
        ),
        _contract(
            "F2",
            "C4",
            "B3",
            "120000000.00",
            "0.073",
            "2026-01-10",
            _lines(SEC3, 60_000_000),
            principal_fen=fen("110000000.00"),
            status="in_disposal",
            merge_group_id=group,
        ),
        _contract(
            "F3",
            "C5",
            "B4",
            "60000000.00",
            "0.0657",
            "2026-03-31",
            _lines(SEC1, 12_000_000),
            other_collateral_fen=fen("6000000.00"),
        ),
    ]


def by_firm(contracts: Iterable[Contract]) -> dict[str, list[Contract]]:
    firms: dict[str, list[Contract]] = {}
    for one in contracts:
        firms.setdefault(one.firm_id, []).append(one)
    return firms


def _contract(  # noqa: PLR0917  # one row of the book reads like one row of a table
    firm_id: str,
    contract_id: str,
    borrower_id: str,
    amount: str,
    rate: str,
    paid_to: str,
    lines: tuple[CollateralLine, ...],
    **changes: Any,
) -> Contract:
    return a_contract(
        firm_id=firm_id,
        contract_id=contract_id,
        borrower_id=borrower_id,
        initial_fen=fen(amount),
        rate_e6=scaled(rate, 6),
        interest_paid_to=date.fromisoformat(paid_to),
        lines=lines,
        accession=contract_id,
        **{"principal_fen": fen(amount), **changes},
    )


def _lines(instrument: Instrument, shares: int, *, cash: str = "0.00", **changes: Any) -> tuple[CollateralLine, ...]:
    return (a_line(instrument=instrument, shares=shares, cash_fen=fen(cash), **changes),)
