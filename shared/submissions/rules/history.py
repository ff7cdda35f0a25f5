"""Rules that ask what the firm reported before (V021-V027, V032). Sequences themselves are the judge's (V019, V020)."""

from submissions.dictionary import COMMON_FIELDS, fields
from submissions.records import Record
from submissions.rules.case import NOT_CHECKED, Case
from submissions.rules.every_record import record_type_of
from submissions.rules.table import check

# What a VALUE record may change (V026).
VALUATION = {
    "lender": frozenset({"nav_e4", "nav_date"}),
    "contract": frozenset(
        {
            "interest_paid_to",
            "principal_repaid_fen",
            "payable_fen",
            "coverage_reported_e6",
            "level_reported",
            "other_collateral_value_fen",
        }
    ),
    "collateral": frozenset(
        {"price_used_e4", "price_date", "accrued_interest_e4", "market_value_fen", "pledged_cash_fen"}
    ),
}


@check("V021", needs=("record_key",), actions=("NEW",))
def _new_key_is_new(_record: Record, case: Case) -> str | None:
    return "record_key" if case.held else None


@check("V022", needs=("record_key", "business_date"), actions=("MODIFY", "VALUE", "TERMINATE"))
def _changed_key_is_open(record: Record, case: Case) -> str | None:
    held = case.held
    if held is None:
        # A firm's first record is its onboarding, which is nobody's submission.
        return None if record_type_of(record) == "firm" else "record_key"
    if held.state == "closed":
        return None if held.closed_on and record.business_date < held.closed_on else "record_key"
    return "record_key" if held.state == "merged" else None


@check("V023", needs=("record_key", "reason"), actions=("CORRECT",))
def _correction_names_an_accession_of_its_key(record: Record, case: Case) -> str | None:
    if record.corrects is None:
        return "corrects"
    key = (record_type_of(record), record.record_key)
    return None if case.book.accessions.get(record.corrects) == key else "corrects"


@check("V024", needs=("record_key",))
def _nothing_follows_a_cancellation(_record: Record, case: Case) -> str | None:
    held = case.held
    return "record_key" if held and held.state == "cancelled" else None


@check("V025", "borrower", "lender", "account", "contract", "trade", needs=("record_key",), actions=("CANCEL",))
def _nothing_live_refers_to_what_is_cancelled(record: Record, case: Case) -> str | None:
    live = case.references.live_references(record_type_of(record), record.record_key)
    if live is None:
        return NOT_CHECKED
    return "record_key" if live else None


@check("V026", "lender", "contract", "collateral", needs=("record_key",), actions=("VALUE",))
def _value_changes_valuation_only(record: Record, case: Case) -> str | None:
    return _differs(record, case, beside=VALUATION[record_type_of(record)])


@check("V027", "borrower", "lender", "contract", needs=("record_key",), actions=("MERGE",))
def _merger_has_a_target(record: Record, case: Case) -> str | None:
    seen = {record.record_key}
    target = record.merged_into
    while target is not None and target not in seen:
        seen.add(target)
        held = case.book.keys.get((record_type_of(record), target))
        if held is None:
            return "merged_into"
        if held.state != "merged":
            return None
        target = held.merged_into
    return "merged_into"


@check("V032", "position", "contract", "collateral", needs=("record_key",), actions=("SNAPSHOT",))
def _snapshot_agrees_with_events(record: Record, case: Case) -> str | None:
    held = case.held
    if held is None or held.state != "open":
        return None
    return _differs(record, case, beside=frozenset())


def _differs(record: Record, case: Case, *, beside: frozenset[str]) -> str | None:
    """The first value of the record that is not what is held; what it leaves out does not differ."""
    held = case.held
    if held is None:
        return None
    if held.record is None:
        return NOT_CHECKED
    record_type = record_type_of(record)
    for one in fields(record_type)[COMMON_FIELDS:]:
        value = getattr(record, one.column)
        if value is not None and one.column not in beside and getattr(held.record, one.column, None) != value:
            return one.name
    return None
