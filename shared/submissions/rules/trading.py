"""Rules of trades and disposals (V043-V046, V068-V070). A truly reported breach of a market rule only warns."""

from datetime import date
from typing import Any, Final

from finance.units import value_fen_e4
from submissions.records_of_events import Disposal, Trade
from submissions.rules.case import NOT_CHECKED, Case
from submissions.rules.table import check

FIRST_AMOUNT_MIN_FEN: Final = 500_000_000
LATER_AMOUNT_MIN_FEN: Final = 50_000_000
PROCEEDS_TOLERANCE_FEN: Final = 100
_AS_PLEDGED = frozenset({"partial_release", "default_disposal"})


@check("V043", "trade", needs=("kind", "quantity_e4"))
def _trade_is_of_something(record: Trade, _case: Case) -> str | None:
    if record.kind != "extension" and not record.quantity_e4:
        return "quantity"
    return "amount" if record.kind == "initial" and not record.amount_fen else None


@check("V044", "trade", needs=("refers_to", "contract_id"))
def _refers_to_a_trade_of_its_contract(record: Trade, case: Case) -> str | None:
    """What is not here yet is waited for (M4.3), and is no error."""
    if record.refers_to is None:
        return None
    held = case.book.keys.get(("trade", record.refers_to))
    if held is None:
        return None
    if held.record is None:
        return NOT_CHECKED
    if held.record.contract_id != record.contract_id:
        return "refers_to"
    if record.kind not in _AS_PLEDGED:
        return None
    names = ("market", "security", "share_class", "listing_year")
    return next((name for name in names if getattr(held.record, name) != getattr(record, name)), None)


@check("V045", "trade", needs=("kind", "amount_fen", "trade_date"))
def _initial_amount_reaches_the_floor(record: Trade, case: Case) -> str | None:
    if record.kind != "initial" or record.amount_fen is None or record.amount_fen >= FIRST_AMOUNT_MIN_FEN:
        return None
    if record.amount_fen < LATER_AMOUNT_MIN_FEN:
        return "amount"
    is_first = case.references.first_initial(record.contract_id)
    if is_first is None:
        return NOT_CHECKED
    return "amount" if is_first else None


@check("V046", "trade", needs=("kind",))
def _only_an_extension_moves_the_maturity(record: Trade, case: Case) -> str | None:
    if record.kind != "extension":
        return "new_maturity" if record.new_maturity is not None else None
    if record.new_maturity is None:
        return "new_maturity"
    maturity: date | None = _of_contract(case, record.contract_id, "maturity")
    if maturity is None:
        maturity = case.references.maturity(record.contract_id)
    if maturity is None:
        return NOT_CHECKED
    return None if record.new_maturity > maturity else "new_maturity"


@check("V068", "disposal", needs=("contract_id", "market", "security", "quantity_e4"))
def _disposes_of_what_is_pledged_in_default(record: Disposal, case: Case) -> str | None:
    """A contract that is not here yet is waited for (M4.3)."""
    if ("contract", record.contract_id) not in case.book.keys:
        return None
    in_default: bool | None = _of_contract(case, record.contract_id, "default_flag")
    if in_default is None:
        in_default = case.references.in_default(record.contract_id)
    if in_default is False:
        return "contract_id"
    pledged_e4 = case.references.pledged_e4(record.contract_id, record.market, record.security)
    if in_default is None or pledged_e4 is None:
        return NOT_CHECKED
    return None if record.quantity_e4 <= pledged_e4 else "quantity"


@check("V069", "disposal", needs=("executed_e4", "average_price_e4", "proceeds_fen"))
def _proceeds_are_what_was_executed(record: Disposal, _case: Case) -> str | None:
    if record.proceeds_fen is None or record.average_price_e4 is None:
        return None
    expected = value_fen_e4(record.executed_e4, record.average_price_e4) - (record.fees_fen or 0)
    return None if abs(record.proceeds_fen - expected) <= PROCEEDS_TOLERANCE_FEN else "proceeds"


@check("V070", "disposal", needs=("proceeds_fen",))
def _proceeds_go_to_the_debt_and_back(record: Disposal, _case: Case) -> str | None:
    """Once either part is told: a disposal that goes on has not been settled yet."""
    if record.proceeds_fen is None or (record.applied_to_debt_fen is None and record.surplus_returned_fen is None):
        return None
    spent = (record.applied_to_debt_fen or 0) + (record.surplus_returned_fen or 0)
    return None if spent == record.proceeds_fen else "applied_to_debt"


def _of_contract(case: Case, contract_id: str, name: str) -> Any:  # a struct made at run time
    """A value of the contract as this slice left it; None where the slice does not tell."""
    held = case.book.keys.get(("contract", contract_id))
    return None if held is None else getattr(held.record, name, None)
