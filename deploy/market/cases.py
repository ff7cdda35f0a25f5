"""The bad cases on purpose: each outcome occurs, each with the rule it breaks."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from finance.units import fen, value_fen, yuan
from market.contracts import Contract, closed
from market.records import LOAD_ID, SHANGHAI, contract_record, line_record
from market.story import RATE_CAP_FROM, Key
from market.streams import (
    ACCEPTED,
    DUPLICATE,
    PENDING,
    QUARANTINED,
    REJECTED,
    SUPERSEDED,
    WARNED,
    Stream,
)

Closes = Mapping[tuple[str, str], Decimal]
# A made-up person's number with a right check character: the rule must find it although nobody bears it.
_IDENTITY_IN_CLEAR = "11010519491231002X"
UNREADABLE_MESSAGE = b"\xff\xfe not UTF-8"
CONTRACTS_LEAST = 4


class Cases:
    """Plants the cases behind a firm's clean load, `book`.

    They leave its figures alone: new contracts come closed, and changes change nothing that counts.
    """

    def __init__(self, stream: Stream, book: list[Contract], closes: Closes, on: date, *, unknown: Key) -> None:
        self._stream = stream
        self._book = [one for one in book if one.status == "active"]
        if len(self._book) < CONTRACTS_LEAST:
            raise ValueError(
                f"{stream.firm_id} needs at least {CONTRACTS_LEAST} active contracts: draw a larger market"
            )
        # Caps bind contracts begun from their date on: new ones are like the latest of the book.
        self._latest = max(self._book, key=lambda one: one.initial_date)
        self._closes = closes
        self._on = on
        self._unknown = unknown
        self._added = 0

    def plant(self) -> None:
        """All of them, in an order that a firm's mistakes could have."""
        self._schema_and_permission()
        self._contract_rules()
        self._collateral_rules()
        self._history()
        self._sequence()
        self._pending()
        self._declarations()

    def _new(self, **changes: Any) -> dict[str, Any]:
        """A fresh, valid contract like the latest of the book, before the changes."""
        self._added += 1
        contract_id = f"C-{self._stream.firm_id}-X{self._added:03}"
        record = contract_record(closed(self._latest, self._on), self._closes, self._on)
        named = {"action": "NEW", "record_key": contract_id, "contract_id": contract_id, "borrower_id": "B-CASES"}
        return record | named | changes

    def _send(self, record: Mapping[str, Any], outcome: str, *rules: str, case: str) -> None:
        self._stream.send(self._stream.numbered(record), outcome, *rules, case=case)

    def _schema_and_permission(self) -> None:
        stream, foreign = self._stream, "F002" if self._stream.firm_id == "F001" else "F001"
        stream.send_bytes(b'{"record_type":"contract","sequence":', REJECTED, "V001", case="malformed line")
        stream.send(self._new(record_type="loan"), REJECTED, "V002", case="unknown record type")
        twice = json.dumps(self._new(), separators=(",", ":")).encode()
        stream.send_bytes(b'{"sequence":1,' + twice[1:], REJECTED, "V003", case="a member twice")
        stream.send(self._new(firm_id=foreign, sequence=1), QUARANTINED, "V014", case="wrong firm")
        absent = self._new()
        del absent["agreement_no"]
        self._send(absent, REJECTED, "V004", case="mandatory field missing")
        self._send(self._new(initial_amount="4000000.001"), REJECTED, "V005", case="a third decimal place")
        self._send(self._new(status="open"), REJECTED, "V006", case="unknown code")
        self._send(self._new(branch_remark="kept"), WARNED, "V007", case="unknown field")
        self._send(self._new(maturity="2027-02-30"), REJECTED, "V008", case="no such date")
        self._send(self._new(business_date=self._sunday()), REJECTED, "V009", case="not a trading day")
        self._send(self._new(record_key="C-OTHER"), REJECTED, "V010", case="record key of another contract")
        self._send(self._new(rate="6.5"), REJECTED, "V013", case="a percentage for a fraction")
        in_clear = f"AGREEMENT {_IDENTITY_IN_CLEAR}"
        self._send(self._new(agreement_no=in_clear), REJECTED, "V017", case="identity number in clear")

    def _sunday(self) -> str:
        return (self._on - timedelta(days=(self._on.weekday() + 1) % 7 or 7)).isoformat()

    def _contract_rules(self) -> None:
        self._send(self._new(cumulative_term=1), REJECTED, "V047", case="term does not count its days")
        self._send(self._new(warning_line="1.3", liquidation_line="1.4"), REJECTED, "V048", case="lines out of order")
        self._send(self._new(principal_repaid="99999999999.00"), REJECTED, "V051", case="more repaid than lent")
        self._send(self._new(status="active"), REJECTED, "V054", case="open with a closing date")
        self._send(self._new(default_flag=True), REJECTED, "V055", case="default without a date")
        self._send(self._new(relief_flag=True), REJECTED, "V059", case="relief without a basis")
        self._send(self._new(initial_pledge_rate="0.65"), WARNED, "V050", case="pledge rate above 60%")
        self._send(self._new(fund_use="secondary_market"), WARNED, "V057", case="barred use of funds")
        capped = (WARNED, "V058") if self._latest.initial_date >= RATE_CAP_FROM else (ACCEPTED,)
        self._send(self._new(rate="0.35"), *capped, case="rate above the legal cap, where there is one")
        known = contract_record(self._book[3], self._closes, self._on) | {"action": "MODIFY"}
        payable = str(yuan(fen(known["payable"]) + 200))
        self._send(known | {"payable": payable}, WARNED, "V052", case="payable off by 2.00")
        late = self._new()
        del late["load_id"]
        self._send(late, WARNED, "V030", case="late")

    def _collateral_rules(self) -> None:
        contract = self._book[0]
        line = line_record(contract, contract.lines[0], self._closes, self._on)

        def added(line_no: int, **changes: Any) -> dict[str, Any]:
            named = {"action": "NEW", "line_no": line_no, "record_key": f"{contract.contract_id}/{line_no}"}
            return line | named | {"line_kind": "supplement"} | changes

        self._send(added(91, current_quantity=1), REJECTED, "V060", case="quantities do not add up")
        off = yuan(fen(line["market_value"]) + 100)
        self._send(added(92, market_value=str(off)), REJECTED, "V061", case="value is not quantity times price")
        self._send(added(93, security="000000X"), REJECTED, "V012", case="no code of that market")
        unnamed = added(94, share_class="restricted", share_origin="pre_ipo")
        unnamed.pop("lockup_end", None)
        self._send(unnamed, REJECTED, "V042", case="restricted until when")
        ahead = {"action": "MODIFY", "price_date": (self._on + timedelta(days=1)).isoformat()}
        self._send(line | ahead, WARNED, "V063", case="a price of tomorrow")

    def _history(self) -> None:
        stream, known = self._stream, self._book[1]
        record = contract_record(known, self._closes, self._on)
        again = stream.numbered(self._new())
        stream.send(again, ACCEPTED, case="first of two")
        stream.send(again, DUPLICATE, case="the same again")
        reported = datetime.fromisoformat(again["reported_at"]).astimezone(SHANGHAI) + timedelta(minutes=1)
        stream.send(again | {"reported_at": reported.isoformat()}, DUPLICATE, case="the same, reported again")
        other = "consumption" if again["fund_use"] == "repay_debt" else "repay_debt"
        stream.send(again | {"fund_use": other}, REJECTED, "V020", case="same sequence, other content")
        self._send(record | {"action": "NEW"}, REJECTED, "V021", case="a key accepted before")
        self._send(self._new(action="MODIFY"), REJECTED, "V022", case="a change of what was never reported")
        self._send(record | {"action": "CORRECT", "reason": "typing error"}, REJECTED, "V023", case="corrects nothing")
        self._send(record | {"action": "MODIFY", "fund_use": "repay_debt"}, ACCEPTED, case="a change")

    def _sequence(self) -> None:
        """Out of order: a gap opens; another key fills it; an older state of a key comes too late."""
        stream, other = self._stream, self._book[2]
        changed = contract_record(other, self._closes, self._on) | {"action": "MODIFY"}
        first, second, third = (stream.numbered(changed | {"agreement_no": f"A-{at}"}) for at in range(3))
        filling = self._new() | {"sequence": second["sequence"]}
        stream.send(third, WARNED, "V019", case="two sequences missing")
        stream.gap("GAP", "contract", first["sequence"], second["sequence"])
        stream.send(first, SUPERSEDED, case="an older state, too late")
        stream.gap("GAP_CLOSED", "contract", first["sequence"], first["sequence"])
        stream.send(filling, ACCEPTED, case="fills the gap")
        stream.gap("GAP_CLOSED", "contract", second["sequence"], second["sequence"])
        lost = stream.numbered(self._new())
        stream.send(stream.numbered(self._new()), WARNED, "V019", case="one sequence lost for good")
        stream.gap("GAP", "contract", lost["sequence"], lost["sequence"])

    def _pending(self) -> None:
        market, security = self._unknown
        waiting = self._new(initial_market=market, initial_security=security)
        self._send(waiting, PENDING, "V033", case="security not in the master yet")
        behind = waiting | {"action": "SNAPSHOT", "fund_use": "repay_debt"}
        self._send(behind, PENDING, "V033", case="waits behind it")

    def _declarations(self) -> None:
        wrong = declaration(self._stream.firm_id, "collateral", self._on, 1, 0, 0) | {"action": "CORRECT"}
        self._send(wrong | {"reason": "count"}, REJECTED, "V023", case="a declaration that corrects nothing")


def declare(stream: Stream, book: list[Contract], closes: Closes, on: date) -> None:
    """The declarations of a clean load: what was sent of each stream for the day."""
    lines = [(line.quantity - line.released, closes[line.security.key]) for one in book for line in one.lines]
    totals = (
        ("contract", len(book), sum(one.initial_amount_fen for one in book), 0),
        ("collateral", len(lines), sum(value_fen(*one) for one in lines), sum(quantity for quantity, _ in lines)),
    )
    for name, count, amount, quantity in totals:
        said = declaration(stream.firm_id, name, on, count, amount, quantity)
        stream.send(stream.numbered(said), ACCEPTED, case="declaration")


def declaration(firm_id: str, stream: str, on: date, count: int, amount_fen: int, quantity: int) -> dict[str, Any]:
    """What the firm declares of a stream for a day."""
    return {
        "record_type": "declaration",
        "spec_version": "1.0",
        "action": "NEW",
        "firm_id": firm_id,
        "business_date": on.isoformat(),
        "sequence": 0,
        "record_key": f"{stream}/{on.isoformat()}",
        "reported_at": datetime.combine(on, datetime.min.time(), SHANGHAI).replace(hour=20, minute=30).isoformat(),
        "load_id": LOAD_ID,
        "stream": stream,
        "count": count,
        "amount_sum": str(yuan(amount_fen)),
        "quantity_sum": quantity,
        "declarer_id": f"D-{firm_id}",
    }
