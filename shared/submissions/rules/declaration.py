"""Rules of declarations (V018, V031)."""

from submissions.records import Declaration
from submissions.rules.case import NOT_CHECKED, Case
from submissions.rules.table import check


@check("V018", "declaration", needs=("declarer_id",))
def _declarer_is_registered(record: Declaration, case: Case) -> str | None:
    declarers = case.references.declarers()
    if declarers is None:
        return NOT_CHECKED
    return None if record.declarer_id in declarers else "declarer_id"


@check("V031", "declaration", needs=("stream", "business_date", "count", "amount_sum_fen", "quantity_sum_e4"))
def _declared_is_what_was_received(record: Declaration, case: Case) -> str | None:
    totals = case.references.received_totals(record.stream, record.business_date)
    if totals is None:
        return NOT_CHECKED
    declared = (record.count, record.amount_sum_fen, record.quantity_sum_e4)
    names = ("count", "amount_sum", "quantity_sum")
    return next((name for name, said, was in zip(names, declared, totals, strict=True) if said != was), None)
