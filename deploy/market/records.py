"""Contracts and collateral lines as the records that firms report, without their place in the stream."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from finance.units import half_up_places, value_fen, yuan
from market.contracts import Contract, Line

SHANGHAI = ZoneInfo("Asia/Shanghai")
REPORTED = time(20, 15)
LOAD_ID = "FIRST-DAY-LOAD"


def contract_record(contract: Contract, closes: Mapping[tuple[str, str], Decimal], on: date) -> dict[str, Any]:
    """The contract's record on a day, without its place in the stream."""
    coverage = contract.coverage(closes, on)
    ratio = coverage.ratio or Fraction(0)
    return {
        **_envelope("contract", contract.firm_id, contract.contract_id, on),
        "contract_id": contract.contract_id,
        "agreement_no": f"A-{contract.contract_id}",
        "borrower_id": contract.borrower_id,
        "lender_id": contract.lender_id,
        "initial_trade_id": f"T-{contract.contract_id}",
        "initial_market": contract.lines[0].security.market,
        "initial_security": contract.lines[0].security.code,
        "initial_date": contract.initial_date.isoformat(),
        "initial_amount": str(yuan(contract.initial_amount_fen)),
        "initial_pledge_rate": str(contract.pledge_rate),
        "initial_maturity": (contract.initial_maturity or contract.maturity).isoformat(),
        "maturity": contract.maturity.isoformat(),
        "cumulative_term": (contract.maturity - contract.initial_date).days,
        "rate": str(contract.rate),
        "day_count": "act_365",
        "interest_paid_to": contract.interest_paid_to.isoformat(),
        "principal_repaid": str(yuan(contract.repaid_fen)),
        "other_due": "0.00",
        "payable": str(yuan(coverage.debt_fen)) if contract.open else "0.00",
        "warning_line": str(contract.warning_line),
        "liquidation_line": str(contract.liquidation_line),
        "coverage_reported": str(half_up_places(ratio, 6)),
        "level_reported": coverage.level(contract.lines_of_contract).value if contract.open else "NORMAL",
        "status": contract.status,
        "extension_count": contract.extension_count,
        "default_flag": False,
        "fund_use": contract.fund_use,
        "relief_flag": False,
        "other_collateral_value": "0.00",
        **contract.ended,
    }


def line_record(contract: Contract, line: Line, closes: Mapping[tuple[str, str], Decimal], on: date) -> dict[str, Any]:
    """A collateral line's record on a day, without its place in the stream."""
    close, current = closes[line.security.key], line.quantity - line.released
    record = {
        **_envelope("collateral", contract.firm_id, f"{contract.contract_id}/{line.line_no}", on),
        "contract_id": contract.contract_id,
        "line_no": line.line_no,
        "line_kind": line.kind,
        "trade_id": f"T-{contract.contract_id}"
        if line.kind == "initial"
        else f"T-{contract.contract_id}-{line.line_no}",
        "market": line.security.market,
        "security": line.security.code,
        "asset_class": "share",
        "share_class": "restricted" if line.restricted_until else "unrestricted",
        "share_origin": "pre_ipo" if line.restricted_until else "auction",
        "initial_quantity": line.quantity,
        "bonus_quantity": 0,
        "released_quantity": line.released,
        "current_quantity": current,
        "pledged_cash": "0.00",
        "price_used": str(close),
        "price_date": on.isoformat(),
        "market_value": str(yuan(value_fen(current, close))),
        "registration_no": f"R-{contract.contract_id}-{line.line_no}",
        "status": "locked" if current else "released",
    }
    if line.restricted_until:
        record["lockup_end"] = line.restricted_until.isoformat()
    return record


def _envelope(record_type: str, firm_id: str, key: str, on: date) -> dict[str, Any]:
    return {
        "record_type": record_type,
        "spec_version": "1.0",
        "action": "SNAPSHOT",
        "firm_id": firm_id,
        "business_date": on.isoformat(),
        "sequence": 0,
        "record_key": key,
        "reported_at": datetime.combine(on, REPORTED, SHANGHAI).isoformat(),
        "load_id": LOAD_ID,
    }
