"""A handful of records of every other type, around the contract at the line: what each finds, and what it waits for.

The contract itself and its collateral were streamed before them, and waited for its borrower, its lender and its
initial trade: these records bring all three.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from finance.units import yuan
from market.cases import declaration
from market.contracts import Contract
from market.records import LOAD_ID, SHANGHAI, line_record
from market.story import LINE_CONTRACT, Firm
from market.streams import ACCEPTED, DUPLICATE, REJECTED, Stream

ACCOUNT = "A900000001"
UNIFIED_ACCOUNT = "180099990001"
USCC = "91310000MA1FL0AA0R"
NEVER_REPORTED = "C-NEVER-REPORTED"
_Closes = Mapping[tuple[str, str], Decimal]


def type_stream(
    firm: Firm, book: list[Contract], closes: _Closes, on: date, following: date, *, after: Stream
) -> Stream:
    """The stream, which follows what `after` has sent; `following` is the trading day after the reporting day."""
    stream = Stream(firm.firm_id, next_sequence=after.next_sequence.copy())
    contract = _contract(book)
    records = {one["record_type"]: one for one in _records(firm, contract, closes, on)}
    for one in records.values():
        stream.send(stream.numbered(one), ACCEPTED, case=f"one {one['record_type']}")
    again = records["trade"] | {"sequence": stream.next_sequence["trade"]}
    stream.send(again, DUPLICATE, case="the same trade again")
    changed = stream.numbered(records["trade"] | {"action": "MODIFY", "quantity": 1})
    stream.send(changed, REJECTED, "V015", case="a trade that is changed instead of corrected")
    amount, quantity = contract.initial_amount_fen, contract.lines[0].quantity
    # A rejected record counts like one that was taken: it arrived.
    declared = declaration(firm.firm_id, "trade", on, 2, 2 * amount, quantity + 1)
    stream.send(stream.numbered(declared), ACCEPTED, case="the declaration of the trades")
    wrong = declaration(firm.firm_id, "position", on, 2, 0, 2 * quantity)
    stream.send(stream.numbered(wrong), REJECTED, "V031", case="a declaration that does not agree")
    zero = declaration(firm.firm_id, "disposal", following, 0, 0, 0)
    stream.send(stream.numbered(zero), ACCEPTED, case="a zero report")
    return stream


def links_stated(firm: Firm, book: list[Contract]) -> dict[str, Any]:
    """What the firm is told of links: records that waited and were found, and what still waits for what."""
    market, security = _contract(book).lines[0].security.key
    return {
        "firm_id": firm.firm_id,
        "found": [["contract", LINE_CONTRACT], ["collateral", f"{LINE_CONTRACT}/1"]],
        "waiting": {"D-1": [f"contract in default {NEVER_REPORTED}", f"line {NEVER_REPORTED}/{market}/{security}"]},
    }


def _contract(book: list[Contract]) -> Contract:
    return next(one for one in book if one.contract_id == LINE_CONTRACT)


def _records(firm: Firm, contract: Contract, closes: _Closes, on: date) -> Iterator[dict[str, Any]]:
    """In the order in which each finds what it names."""
    line = line_record(contract, contract.lines[0], closes, on)
    yield from _parties(firm, contract, line["market"], on)
    yield from _holdings_and_trades(firm, contract, line, on)
    yield from _reports(firm, on)
    shared = {"file_sequence": 1, "environment": "PROD"}
    yield _record(firm, "header", "1", on, **shared, content="events")
    yield _record(
        firm,
        "trailer",
        "1",
        on,
        **shared,
        counts={"trade": 1},
        amount_sum=str(yuan(contract.initial_amount_fen)),
        quantity_sum=contract.lines[0].quantity,
        key_hash_sum="0" * 16,
        sha256="0" * 64,
    )


def _parties(firm: Firm, contract: Contract, market: str, on: date) -> Iterator[dict[str, Any]]:
    yield _record(
        firm,
        "firm",
        firm.firm_id,
        on,
        action="SNAPSHOT",
        uscc=firm.uscc,
        exchange_members=["SSE", "SZSE"],
        name=firm.name,
        class_grade=firm.class_grade,
        class_year=on.year - 1,
        licences=["own", "single"],
        risk_contact="risk desk",
        data_contact="data desk",
        status="active",
        status_from="2020-01-02",
    )
    yield _record(
        firm,
        "borrower",
        contract.borrower_id,
        on,
        borrower_id=contract.borrower_id,
        unified_account=UNIFIED_ACCOUNT,
        type="enterprise",
        uscc=USCC,
        name="江畔实业有限公司",
        is_director_supervisor_executive=False,
        is_holder_5pct=False,
        is_controller=False,
        concert_group_id="none",
        credit_rating="A",
        credit_limit="50000000.00",
        credit_limit_date=(on - timedelta(days=90)).isoformat(),
        total_debt="12000000.00",
        external_guarantee="0.00",
        debt_date=(on - timedelta(days=90)).isoformat(),
        due_diligence_date=(on - timedelta(days=90)).isoformat(),
        risk_disclosure_signed=True,
        blacklist_flag=False,
        status="active",
    )
    lender = {"lender_id": contract.lender_id, "type": "own", "pledgee_of_record": firm.firm_id, "status": "active"}
    yield _record(firm, "lender", contract.lender_id, on, **lender)
    yield _record(
        firm,
        "account",
        f"{market}/{ACCOUNT}",
        on,
        market=market,
        account_id=ACCOUNT,
        unified_account=UNIFIED_ACCOUNT,
        owner_role="borrower",
        owner_id=contract.borrower_id,
        opened="2020-05-06",
    )


def _holdings_and_trades(firm: Firm, contract: Contract, line: dict[str, Any], on: date) -> Iterator[dict[str, Any]]:
    quantity, security = contract.lines[0].quantity, line["security"]
    yield _record(
        firm,
        "position",
        f"{line['market']}/{ACCOUNT}/{security}/unrestricted//auction/{on.isoformat()}",
        on,
        action="SNAPSHOT",
        market=line["market"],
        account_id=ACCOUNT,
        security=security,
        asset_class="share",
        share_class="unrestricted",
        share_origin="auction",
        held=2 * quantity,
        frozen=0,
        pledged=quantity,
        other_encumbered=0,
        available=quantity,
    )
    yield _record(
        firm,
        "trade",
        line["trade_id"],
        on,
        trade_id=line["trade_id"],
        kind="initial",
        trade_date=contract.initial_date.isoformat(),
        time=_at(contract.initial_date, 10, 15),
        contract_id=contract.contract_id,
        market=line["market"],
        security=security,
        share_class=line["share_class"],
        quantity=quantity,
        amount=str(yuan(contract.initial_amount_fen)),
        settled="ok",
    )
    yield _record(
        firm,
        "disposal",
        "D-1",
        on,
        disposal_id="D-1",
        contract_id=NEVER_REPORTED,
        declared_at=_at(on, 9, 30),
        market=line["market"],
        security=security,
        share_class="unrestricted",
        quantity=100000,
        mode="auction",
        executed=100000,
        average_price="8.50",
        fees="850.00",
        proceeds="849150.00",
        applied_to_debt="849150.00",
        surplus_returned="0.00",
    )


def _reports(firm: Firm, on: date) -> Iterator[dict[str, Any]]:
    period_end = (on.replace(day=1) - timedelta(days=1)).isoformat()
    yield _record(
        firm,
        "firm_financials",
        f"{period_end}/parent",
        on,
        period_end=period_end,
        scope="parent",
        net_capital="20000000000.00",
        core_net_capital="18000000000.00",
        net_assets="30000000000.00",
        total_assets="100000000000.00",
        total_liabilities="70000000000.00",
        risk_provisions="10000000000.00",
        risk_coverage="2.0",
        capital_leverage="0.17",
        liquidity_coverage="1.6",
        net_stable_funding="1.4",
        own_pledge_balance="6000000000.00",
        margin_balance="15000000000.00",
        agreed_repo_balance="0.00",
        financing_total="21000000000.00",
        impairment="300000000.00",
        net_profit="-120000000.00",
        audited=False,
    )
    yield _record(
        firm,
        "incident",
        "I-1",
        on,
        incident_id="I-1",
        kind="system_failure",
        occurred_at=_at(on, 9, 30),
        discovered_at=_at(on, 9, 40),
        cause="a switch failed",
        scope="the submission system",
        contracts=[LINE_CONTRACT],
        possible_consequence="records come late",
        measures="the standby took over",
        status="recovered",
        recovered_at=_at(on, 10, 10),
    )
    yield _record(
        firm,
        "explanation",
        "E-1",
        on,
        explanation_id="E-1",
        refers_to=[f"contract/{on.isoformat()}"],
        kind="late",
        cause="a switch failed",
        remedy="everything was sent again",
        prevention="the switch is doubled",
        signer=f"D-{firm.firm_id}",
        signed_at=_at(on, 18, 0),
    )


def _record(firm: Firm, record_type: str, key: str, on: date, **members: Any) -> dict[str, Any]:
    return {
        "record_type": record_type,
        "spec_version": "1.0",
        "action": "NEW",
        "firm_id": firm.firm_id,
        "business_date": on.isoformat(),
        "sequence": 0,
        "record_key": key,
        "reported_at": _at(on, 20, 15),
        "load_id": LOAD_ID,
        **members,
    }


def _at(day: date, hour: int, minute: int) -> str:
    return datetime.combine(day, time(hour, minute), SHANGHAI).isoformat()
