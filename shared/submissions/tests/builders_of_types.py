"""Valid records of every other type; a test states its difference as a keyword (None leaves a member out)."""

from collections.abc import Callable

from submissions.tests.builders import a_contract, a_declaration, a_line

FIRM_USCC = "91310000MA1FL0AA0R"
MANAGER_USCC = "91110000MA0B0C0D02"
Builder = Callable[..., dict[str, object]]


def _record(record_type: str, key: str, members: dict[str, object], changes: dict[str, object]) -> dict[str, object]:
    """`key` names the key fields, joined by `/` as the record key is."""
    whole = {
        "record_type": record_type,
        "spec_version": "1.0",
        "action": "NEW",
        "firm_id": "F001",
        "business_date": "2026-03-31",
        "sequence": 1,
        "reported_at": "2026-03-31T20:15:00+08:00",
        **members,
        **changes,
    }
    parts = (whole.get(name) for name in key.split("/"))
    whole = {"record_key": "/".join("" if one is None else str(one) for one in parts)} | whole
    return {name: value for name, value in whole.items() if value is not None}


def a_firm(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "action": "MODIFY",
        "uscc": FIRM_USCC,
        "exchange_members": ["SSE", "SZSE"],
        "name": "甲证券股份有限公司",
        "class_grade": "AA",
        "class_year": 2025,
        "licences": ["collective", "own"],
        "risk_contact": "risk desk",
        "data_contact": "data desk",
        "status": "active",
        "status_from": "2020-01-02",
    }
    return _record("firm", "firm_id", members, changes)


def a_borrower(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "borrower_id": "B-1",
        "unified_account": "180012345678",
        "type": "enterprise",
        "uscc": "91110000MA0B0C0D02",
        "name": "乙实业有限公司",
        "is_director_supervisor_executive": False,
        "is_holder_5pct": True,
        "is_controller": False,
        "concert_group_id": "none",
        "credit_rating": "A",
        "credit_limit": "50000000.00",
        "credit_limit_date": "2026-01-05",
        "total_debt": "12000000.00",
        "external_guarantee": "0.00",
        "debt_date": "2025-12-31",
        "due_diligence_date": "2026-01-05",
        "risk_disclosure_signed": True,
        "blacklist_flag": False,
        "status": "active",
    }
    return _record("borrower", "borrower_id", members, changes)


def a_lender(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "lender_id": "L-OWN",
        "type": "own",
        "pledgee_of_record": "F001",
        "status": "active",
    }
    return _record("lender", "lender_id", members, changes)


def a_plan(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "lender_id": "L-PLAN",
        "type": "collective_plan",
        "plan_code": "P001",
        "plan_name": "甲一号集合计划",
        "manager_uscc": MANAGER_USCC,
        "plan_units": "1000000",
        "own_units": "50000",
        "own_amount": "50000.00",
        "own_subordinated": False,
        "nav": "1.0234",
        "nav_date": "2026-03-30",
        "pledgee_of_record": MANAGER_USCC,
    }
    return a_lender(**(members | changes))


def an_account(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "market": "SSE",
        "account_id": "A100000001",
        "unified_account": "180012345678",
        "owner_role": "borrower",
        "owner_id": "B-1",
        "opened": "2020-05-06",
    }
    return _record("account", "market/account_id", members, changes)


def a_position(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "action": "SNAPSHOT",
        "market": "SSE",
        "account_id": "A100000001",
        "security": "600000",
        "asset_class": "share",
        "share_class": "unrestricted",
        "share_origin": "auction",
        "held": 2000000,
        "frozen": 0,
        "pledged": 1000000,
        "other_encumbered": 0,
        "available": 1000000,
    }
    key = "market/account_id/security/share_class/restriction/share_origin/business_date"
    return _record("position", key, members, changes)


def a_trade(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "trade_id": "T-1",
        "kind": "initial",
        "trade_date": "2026-03-02",
        "time": "2026-03-02T10:15:00+08:00",
        "contract_id": "C-1",
        "market": "SSE",
        "security": "600000",
        "share_class": "unrestricted",
        "quantity": 1000000,
        "amount": "5000000.00",
        "settled": "ok",
    }
    return _record("trade", "trade_id", members, changes)


def an_extension(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "trade_id": "T-2",
        "kind": "extension",
        "refers_to": "T-1",
        "quantity": 0,
        "amount": None,
        "new_maturity": "2027-09-02",
    }
    return a_trade(**(members | changes))


def a_disposal(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "disposal_id": "D-1",
        "contract_id": "C-1",
        "declared_at": "2026-03-31T09:00:00+08:00",
        "market": "SSE",
        "security": "600000",
        "share_class": "unrestricted",
        "quantity": 100000,
        "mode": "auction",
        "executed": 100000,
        "average_price": "8.50",
        "fees": "850.00",
        "proceeds": "849150.00",
        "applied_to_debt": "849150.00",
        "surplus_returned": "0.00",
    }
    return _record("disposal", "disposal_id", members, changes)


def firm_financials(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "period_end": "2026-03-31",
        "scope": "parent",
        "net_capital": "20000000000.00",
        "core_net_capital": "18000000000.00",
        "net_assets": "30000000000.00",
        "total_assets": "100000000000.00",
        "total_liabilities": "70000000000.00",
        "risk_provisions": "10000000000.00",
        "risk_coverage": "2.0",
        "capital_leverage": "0.17",
        "liquidity_coverage": "1.6",
        "net_stable_funding": "1.4",
        "own_pledge_balance": "6000000000.00",
        "margin_balance": "15000000000.00",
        "agreed_repo_balance": "0.00",
        "financing_total": "21000000000.00",
        "impairment": "300000000.00",
        "net_profit": "-120000000.00",
        "audited": False,
    }
    return _record("firm_financials", "period_end/scope", members, changes)


def an_incident(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "incident_id": "I-1",
        "kind": "system_failure",
        "occurred_at": "2026-03-31T09:30:00+08:00",
        "discovered_at": "2026-03-31T09:40:00+08:00",
        "cause": "a switch failed",
        "scope": "the submission system",
        "contracts": ["C-1"],
        "possible_consequence": "records come late",
        "measures": "the standby took over",
        "status": "open",
    }
    return _record("incident", "incident_id", members, changes)


def an_explanation(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "explanation_id": "E-1",
        "refers_to": ["contract/2026-03-31"],
        "kind": "late",
        "cause": "a switch failed",
        "remedy": "everything was sent again",
        "prevention": "the switch is doubled",
        "signer": "D-01",
        "signed_at": "2026-03-31T18:00:00+08:00",
    }
    return _record("explanation", "explanation_id", members, changes)


def a_header(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {"file_sequence": 1, "environment": "PROD", "content": "events"}
    return _record("header", "file_sequence", members, changes)


def a_trailer(**changes: object) -> dict[str, object]:
    members: dict[str, object] = {
        "file_sequence": 1,
        "environment": "PROD",
        "counts": {"contract": 2, "collateral": 3},
        "amount_sum": "8000000.00",
        "quantity_sum": 3000000,
        "key_hash_sum": "00000000deadbeef",
        "sha256": "0" * 64,
    }
    return _record("trailer", "file_sequence", members, changes)


EVERY_TYPE: dict[str, Builder] = {
    "firm": a_firm,
    "borrower": a_borrower,
    "lender": a_lender,
    "account": an_account,
    "position": a_position,
    "trade": a_trade,
    "contract": a_contract,
    "collateral": a_line,
    "disposal": a_disposal,
    "firm_financials": firm_financials,
    "incident": an_incident,
    "explanation": an_explanation,
    "declaration": a_declaration,
    "header": a_header,
    "trailer": a_trailer,
}
