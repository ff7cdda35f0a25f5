"""Valid records, and slices of them; a test states its difference as a keyword (None leaves a member out)."""

import json
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from finance.calendar import TradingCalendar
from submissions.accession import Accessions
from submissions.book import Book
from submissions.decode import decode
from submissions.judge import SliceOutcome, judge
from submissions.outcome import Message, Outcome, Received
from submissions.rules.case import ComputedCoverage, References

SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = date(2026, 3, 31)
APPENDED = datetime(2026, 3, 31, 20, 30, tzinfo=SHANGHAI)
TOPIC = "submissions.F001"
FIRST_DAY, LAST_DAY = date(2018, 1, 1), date(2026, 12, 31)
WEEKDAYS = TradingCalendar.from_rows(
    (day, day.weekday() < 5) for day in map(date.fromordinal, range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1))
)


def _record(members: dict[str, object], changes: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in (members | changes).items() if value is not None}


def a_contract(**changes: object) -> dict[str, object]:
    contract_id = str(changes.get("contract_id", "C-1"))
    return _record(
        {
            "record_type": "contract",
            "spec_version": "1.0",
            "action": "NEW",
            "firm_id": "F001",
            "business_date": "2026-03-31",
            "sequence": 1,
            "record_key": contract_id,
            "reported_at": "2026-03-31T20:15:00+08:00",
            "contract_id": contract_id,
            "agreement_no": "A-1",
            "borrower_id": "B-1",
            "lender_id": "L-OWN",
            "initial_trade_id": "T-1",
            "initial_market": "SSE",
            "initial_security": "600000",
            "initial_date": "2026-03-02",
            "initial_amount": "4000000.00",
            "initial_pledge_rate": "0.40",
            "initial_maturity": "2027-03-02",
            "maturity": "2027-03-02",
            "cumulative_term": 365,
            "rate": "0.065",
            "day_count": "act_365",
            "interest_paid_to": "2026-03-02",
            "principal_repaid": "0.00",
            "other_due": "0.00",
            "payable": "4020657.53",
            "warning_line": "1.5",
            "liquidation_line": "1.3",
            "coverage_reported": "2.487157",
            "level_reported": "NORMAL",
            "status": "active",
            "extension_count": 0,
            "default_flag": False,
            "fund_use": "production",
            "relief_flag": False,
            "other_collateral_value": "0.00",
        },
        changes,
    )


def a_closed_contract(**changes: object) -> dict[str, object]:
    closed: dict[str, object] = {
        "status": "closed",
        "close_date": "2026-03-31",
        "close_reason": "early",
        "close_amount": "4020657.53",
    }
    return a_contract(**(closed | changes))


def a_line(**changes: object) -> dict[str, object]:
    contract_id, line_no = changes.get("contract_id", "C-1"), changes.get("line_no", 1)
    return _record(
        {
            "record_type": "collateral",
            "spec_version": "1.0",
            "action": "NEW",
            "firm_id": "F001",
            "business_date": "2026-03-31",
            "sequence": 1,
            "record_key": f"{contract_id}/{line_no}",
            "reported_at": "2026-03-31T20:15:00+08:00",
            "contract_id": contract_id,
            "line_no": line_no,
            "line_kind": "initial",
            "trade_id": "T-1",
            "market": "SSE",
            "security": "600000",
            "asset_class": "share",
            "share_class": "unrestricted",
            "share_origin": "auction",
            "initial_quantity": 1000000,
            "bonus_quantity": 0,
            "released_quantity": 0,
            "current_quantity": 1000000,
            "pledged_cash": "0.00",
            "price_used": "10.00",
            "price_date": "2026-03-31",
            "market_value": "10000000.00",
            "registration_no": "R-1",
            "status": "locked",
        },
        changes,
    )


def a_declaration(**changes: object) -> dict[str, object]:
    stream, day = changes.get("stream", "contract"), changes.get("business_date", "2026-03-31")
    return _record(
        {
            "record_type": "declaration",
            "spec_version": "1.0",
            "action": "NEW",
            "firm_id": "F001",
            "business_date": day,
            "sequence": 1,
            "record_key": f"{stream}/{day}",
            "reported_at": "2026-03-31T20:20:00+08:00",
            "stream": stream,
            "count": 0,
            "amount_sum": "0.00",
            "quantity_sum": 0,
            "declarer_id": "D-01",
        },
        changes,
    )


class Known(References):
    """Reference data in which every valid record of these builders is right."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers

    def calendar(self) -> TradingCalendar | None:
        return WEEKDAYS

    def knows_security(self, market: str, security: str) -> bool | None:
        return (market, security) not in self.answers.get("unknown", ())  # type: ignore[operator]

    def reference_price(self, market: str, security: str, day: date) -> Decimal | None:  # a fixed answer
        return self.answers.get("price", Decimal(10))  # type: ignore[return-value]

    def lender_type(self, lender_id: str) -> str | None:  # a fixed answer
        return "own"

    def licences(self) -> frozenset[str] | None:
        return self.answers.get("licences", frozenset({"own"}))  # type: ignore[return-value]

    def blacklisted(self, borrower_id: str, day: date) -> bool | None:  # a fixed answer
        return borrower_id == self.answers.get("blacklisted")

    def declarers(self) -> frozenset[str] | None:
        return frozenset({"D-01"})

    def coverage(self, contract: object) -> ComputedCoverage | None:  # a fixed answer
        return self.answers.get("coverage")  # type: ignore[return-value]

    def default_disposal(self, contract_id: str) -> bool | None:
        return contract_id == self.answers.get("disposed")

    def supplement_trade_date(self, trade_id: str) -> date | None:  # a fixed answer
        return self.answers.get("supplemented")  # type: ignore[return-value]

    def cap_broken(self, line: object) -> bool | None:  # a fixed answer
        return bool(self.answers.get("cap_broken"))

    def registered(self, registration_no: str) -> bool | None:
        return registration_no != self.answers.get("unregistered")

    def received_totals(self, stream: str, day: date) -> tuple[int, int, int] | None:  # a fixed answer
        return self.answers.get("totals", (0, 0, 0))  # type: ignore[return-value]

    def newest_contract(self, borrower_id: str) -> date | None:  # a fixed answer
        return self.answers.get("newest_contract", date.min)  # type: ignore[return-value]

    def holder_5pct(self, unified_account: str | None, day: date) -> bool | None:  # a fixed answer
        return self.answers.get("holder", True)  # type: ignore[return-value]

    def first_initial(self, contract_id: str) -> bool | None:  # a fixed answer
        return bool(self.answers.get("first"))

    def maturity(self, contract_id: str) -> date | None:  # a fixed answer
        return date(2027, 3, 2)

    def in_default(self, contract_id: str) -> bool | None:
        return contract_id == self.answers.get("in_default")

    def pledged_e4(self, contract_id: str, market: str, security: str) -> int | None:  # a fixed answer
        return 1_000_000_0000

    def received_before(self, accession: str) -> bool | None:
        return accession == self.answers.get("received")

    def live_references(self, record_type: str, record_key: str) -> bool | None:  # a fixed answer
        return bool(self.answers.get("live"))


def as_json(record: dict[str, object]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def messages(*records: dict[str, object] | bytes, appended_at: datetime = APPENDED, start: int = 0) -> list[Message]:
    return [
        Message(start + at, one if isinstance(one, bytes) else as_json(one), appended_at)
        for at, one in enumerate(records)
    ]


def received(*records: dict[str, object] | bytes, appended_at: datetime = APPENDED, start: int = 0) -> list[Received]:
    return decode(messages(*records, appended_at=appended_at, start=start), Accessions(TOPIC, 0))


def judged(
    *records: dict[str, object] | bytes,
    book: Book | None = None,
    references: References | None = None,
    appended_at: datetime = APPENDED,
    start: int = 0,
) -> SliceOutcome:
    arrived = received(*records, appended_at=appended_at, start=start)
    return judge("F001", arrived, Book() if book is None else book, references or Known())


def outcomes(*records: dict[str, object] | bytes, references: References | None = None) -> list[Outcome | None]:
    return [one.outcome for one in judged(*records, references=references).received]


def broken(*records: dict[str, object] | bytes, references: References | None = None) -> list[tuple[str, str]]:
    """Rule and path of everything found in the last of the records."""
    last = judged(*records, references=references).received[-1]
    return [(finding.rule, finding.path) for finding in last.findings]
