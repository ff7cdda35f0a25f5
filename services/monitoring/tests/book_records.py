"""The book as firms send it: records of the worked book, and reference data as review says them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import count
from uuid import UUID

from chassis.kernel import SHANGHAI, new_id
from events.base import Event
from events.reference.v1 import (
    Kind,
    Row,
    SnapshotCompleted,
    SnapshotRows,
    SnapshotStarted,
    add_hashes,
    encode_rows,
    row_hash,
)
from finance.units import E4, decimal_text
from monitoring.domain.book import CollateralLine, Contract
from submissions.tests.builders import a_contract, a_line

SAID_AT = datetime(2026, 3, 31, 18, 0, tzinfo=SHANGHAI)
MATURITY = date(2027, 9, 30)
IN_DISPOSAL = {
    "status": "in_disposal",
    "default_flag": True,
    "default_date": "2026-03-23",
    "default_kind": "price",
    "disposal_start": "2026-03-25",
}


def records_of(contracts: Iterable[Contract], *, start: int = 1, action: str = "NEW") -> Iterator[dict[str, object]]:
    """A firm's records in order: each contract, then its lines; sequences run on per stream."""
    numbers, line_numbers = count(start), count(start)
    for one in contracts:
        yield contract_record(one, sequence=next(numbers), action=action)
        for line in one.lines:
            yield line_record(one, line, sequence=next(line_numbers), action=action)


def contract_record(one: Contract, **changes: object) -> dict[str, object]:
    """One contract as its firm reports it."""
    assert one.initial_date is not None
    assert one.principal_fen is not None
    assert one.interest_paid_to is not None
    values: dict[str, object] = {
        "firm_id": one.firm_id,
        "contract_id": one.contract_id,
        "business_date": one.recorded_on.isoformat(),
        "borrower_id": one.borrower_id,
        "merge_group_id": one.merge_group_id,
        "initial_market": one.lines[0].instrument.market,
        "initial_security": one.lines[0].instrument.security,
        "initial_date": one.initial_date.isoformat(),
        "initial_maturity": MATURITY.isoformat(),
        "maturity": MATURITY.isoformat(),
        "cumulative_term": (MATURITY - one.initial_date).days,
        "initial_amount": decimal_text(one.initial_fen, 2),
        "principal_repaid": decimal_text(one.initial_fen - one.principal_fen, 2),
        "rate": decimal_text(one.rate_e6 or 0, 6),
        "interest_paid_to": one.interest_paid_to.isoformat(),
        "payable": decimal_text(one.principal_fen, 2),
        "warning_line": decimal_text(one.warning_e6 or 0, 6),
        "liquidation_line": decimal_text(one.liquidation_e6 or 0, 6),
        "other_collateral_value": decimal_text(one.other_collateral_fen, 2),
    }
    disposal = IN_DISPOSAL if one.status == "in_disposal" else {}
    return a_contract(**{**values, **disposal, **changes})


def line_record(contract: Contract, line: CollateralLine, **changes: object) -> dict[str, object]:
    """One line of collateral; what it was worth to the firm plays no part."""
    assert line.quantity_e4 is not None
    shares = line.quantity_e4 // E4
    values: dict[str, object] = {
        "firm_id": contract.firm_id,
        "contract_id": contract.contract_id,
        "line_no": line.line_no,
        "business_date": line.recorded_on.isoformat(),
        "price_date": line.recorded_on.isoformat(),
        "market": line.instrument.market,
        "security": line.instrument.security,
        "initial_quantity": shares,
        "current_quantity": shares,
        "price_used": "1.00",
        "market_value": f"{shares}.00",
        "pledged_cash": decimal_text(line.cash_fen, 2),
    }
    return a_line(**{**values, **changes})


def said(kind: Kind, day: date, rows: Sequence[Row], *, revision: int = 1) -> Iterator[Event]:
    """A snapshot as review says it: started, one block, completed."""
    snapshot_id: UUID = new_id()
    total = 0
    for row in rows:
        total = add_hashes(total, row_hash(row))
    yield SnapshotStarted(
        snapshot_id=snapshot_id,
        kind=kind,
        business_date=day,
        revision=revision,
        loaded_by="steward",
        started_at=SAID_AT,
    )
    yield SnapshotRows(snapshot_id=snapshot_id, kind=kind, block=0, rows=encode_rows(list(rows)))
    yield SnapshotCompleted(
        snapshot_id=snapshot_id,
        kind=kind,
        business_date=day,
        revision=revision,
        block_count=1,
        row_count=len(rows),
        rows_hash=f"{total:016x}",
        completed_at=SAID_AT,
    )
