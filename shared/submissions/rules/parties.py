"""Rules of firms, borrowers, lenders and what accounts hold (V011, V034-V042). Market rules truly broken only warn."""

import re

from finance.calendar import add_months
from finance.identifiers import is_credit_code
from submissions.records_of_parties import Borrower, Firm, Lender, Position
from submissions.rules.case import NOT_CHECKED, Case
from submissions.rules.table import check

FIGURES_MONTHS_MAX = 12  # age of the figures a new contract stands on (V037)
PLANS = frozenset({"collective_plan", "single_client", "special_plan"})
_HASH = re.compile(r"[0-9a-fA-F]{64}")


@check("V011", "firm", needs=("uscc",))
def _credit_code_of_the_firm_is_right(record: Firm, _case: Case) -> str | None:
    return None if is_credit_code(record.uscc) else "uscc"


@check("V011", "borrower")
def _identity_of_the_borrower_is_well_formed(record: Borrower, _case: Case) -> str | None:
    if record.uscc is not None and not is_credit_code(record.uscc):
        return "uscc"
    return "id_hash" if record.id_hash is not None and not _HASH.fullmatch(record.id_hash) else None


@check("V011", "lender", needs=("manager_uscc",))
def _credit_code_of_the_manager_is_right(record: Lender, _case: Case) -> str | None:
    return None if record.manager_uscc is None or is_credit_code(record.manager_uscc) else "manager_uscc"


@check("V034", "borrower", needs=("type",))
def _borrower_is_identified(record: Borrower, _case: Case) -> str | None:
    """A record that only names its key (CANCEL, MERGE) bears no type, and is not asked."""
    if record.type == "person":
        return "id_type" if record.id_type is None else "id_hash" if record.id_hash is None else None
    return "uscc" if record.type == "enterprise" and record.uscc is None else None


@check("V035", "borrower", needs=("type",))
def _borrower_is_no_financial_institution(record: Borrower, _case: Case) -> str | None:
    """The list has a code for each borrower that the rules admit; `other` is what they bar (judgement)."""
    return "type" if record.type == "other" else None


@check("V036", "borrower", needs=("blacklist_flag", "borrower_id"))
def _nothing_was_begun_while_blacklisted(record: Borrower, case: Case) -> str | None:
    if not record.blacklist_flag or record.blacklist_date is None:
        return None
    newest = case.references.newest_contract(record.borrower_id)
    if newest is None:
        return NOT_CHECKED
    return "blacklist_date" if newest >= record.blacklist_date else None


@check("V037", "borrower", needs=("debt_date", "credit_limit_date", "due_diligence_date", "business_date"))
def _figures_are_recent(record: Borrower, _case: Case) -> str | None:
    """Held to the day of the report: what a new contract of that day would stand on (judgement)."""
    oldest = add_months(record.business_date, -FIGURES_MONTHS_MAX)
    names = ("debt_date", "credit_limit_date", "due_diligence_date")
    return next((name for name in names if getattr(record, name) < oldest), None)


@check("V038", "borrower", needs=("is_holder_5pct", "business_date"))
def _holder_flags_agree_with_the_register(record: Borrower, case: Case) -> str | None:
    is_holder = case.references.holder_5pct(record.unified_account, record.business_date)
    if is_holder is None:
        return NOT_CHECKED
    return None if is_holder is record.is_holder_5pct else "is_holder_5pct"


@check("V039", "lender", needs=("type",))
def _plan_has_its_particulars(record: Lender, _case: Case) -> str | None:
    if record.type not in PLANS:
        return None
    for name in ("plan_code", "manager_uscc", "plan_units_e4"):
        if getattr(record, name) is None:
            return name.removesuffix("_e4")
    within = record.own_units_e4 is None or record.plan_units_e4 is None or record.own_units_e4 <= record.plan_units_e4
    return None if within else "own_units"


@check("V040", "lender", needs=("type", "pledgee_of_record"))
def _pledgee_of_record_is_the_right_one(record: Lender, _case: Case) -> str | None:
    admitted = {record.firm_id} if record.type == "own" else {record.manager_uscc}
    if record.type == "single_client":
        admitted.add(record.lender_id)
    return None if record.pledgee_of_record in admitted else "pledgee_of_record"


@check(
    "V041",
    "position",
    needs=("held_e4", "frozen_e4", "pledged_e4", "other_encumbered_e4", "available_e4"),
)
def _available_is_what_is_left(record: Position, _case: Case) -> str | None:
    """Not below zero: the reader holds every quantity to that (V013)."""
    left = record.held_e4 - record.frozen_e4 - record.pledged_e4 - record.other_encumbered_e4
    return None if record.available_e4 == left else "available"


@check("V042", "position", needs=("share_class",))
def _restricted_holding_names_its_ground_and_end(record: Position, _case: Case) -> str | None:
    if record.share_class != "restricted":
        return None
    if record.restriction is None and record.share_origin == "auction":
        return "restriction"
    return "lockup_end" if record.lockup_end is None else None
