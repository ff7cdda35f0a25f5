"""Rules of contracts (V016, V036, V047-V059). A truly reported breach of a market rule only warns."""

from datetime import date
from fractions import Fraction
from functools import lru_cache

from finance.calendar import term_within
from finance.interest import accrued_interest_e6, days_of_interest
from finance.lines import above, at_or_below
from finance.lpr import LoanPrimeRate
from finance.rules import RuleBook
from finance.units import E6
from submissions.records import Contract
from submissions.rules.case import NOT_CHECKED, Case
from submissions.rules.table import check

DEBT_TOLERANCE_FEN = 100
COVERAGE_TOLERANCE = Fraction(5, 1000)
BARRED_USES = frozenset({"secondary_market", "new_share_subscription", "placing"})
_RULES = RuleBook.bundled()
_LPR = LoanPrimeRate.bundled()
CAPS_FROM = date(2018, 3, 12)
PLEDGE_RATE_E6 = int(Fraction(_RULES.get("FR01", CAPS_FROM).value or 0) * E6)
_TERM_MONTHS = int(_RULES.get("FR06", CAPS_FROM).value or 0)
TERM_DAYS_SURE = 365 * _TERM_MONTHS // 12  # so few days are within the term on any calendar
RATE_SURE_E6 = int((_LPR.lowest_cap or 0) * E6)  # so low a rate is within the cap of every day


@check("V016", "contract", needs=("lender_id",))
def _lender_is_licensed(record: Contract, case: Case) -> str | None:
    kind, licences = case.references.lender_type(record.lender_id), case.references.licences()
    if kind is None or licences is None:
        return NOT_CHECKED
    return None if kind in licences else "lender_id"


@check("V036", "contract", needs=("borrower_id", "business_date"), actions=("NEW",))
def _borrower_is_not_blacklisted(record: Contract, case: Case) -> str | None:
    listed = case.references.blacklisted(record.borrower_id, record.business_date)
    if listed is None:
        return NOT_CHECKED
    return "borrower_id" if listed else None


@check("V047", "contract", needs=("maturity", "initial_date", "cumulative_term"))
def _term_counts_its_days(record: Contract, _case: Case) -> str | None:
    if record.maturity < record.initial_date:
        return "maturity"
    return None if record.cumulative_term == (record.maturity - record.initial_date).days else "cumulative_term"


@check("V048", "contract", needs=("warning_line_e6", "liquidation_line_e6"))
def _lines_stand_in_order(record: Contract, _case: Case) -> str | None:
    if not above(record.warning_line_e6, record.liquidation_line_e6):
        return "warning_line"
    return None if above(record.liquidation_line_e6, E6) else "liquidation_line"


@check("V049", "contract", needs=("maturity", "initial_date"))
def _term_is_within_three_years(record: Contract, _case: Case) -> str | None:
    if (record.maturity - record.initial_date).days <= TERM_DAYS_SURE:
        return None
    return None if term_within(record.initial_date, record.maturity, months=_TERM_MONTHS) else "maturity"


@check("V050", "contract", needs=("initial_pledge_rate_e6", "initial_date"))
def _pledge_rate_is_within_the_cap(record: Contract, _case: Case) -> str | None:
    """Binds contracts begun from the rule's date on."""
    if record.initial_date < CAPS_FROM:
        return None
    return None if at_or_below(record.initial_pledge_rate_e6, PLEDGE_RATE_E6) else "initial_pledge_rate"


@check("V051", "contract", needs=("principal_repaid_fen", "initial_amount_fen", "payable_fen"))
def _principal_is_within_bounds(record: Contract, _case: Case) -> str | None:
    if record.principal_repaid_fen > record.initial_amount_fen:
        return "principal_repaid"
    rest = record.initial_amount_fen - record.principal_repaid_fen
    return "payable" if record.status != "closed" and record.payable_fen < rest else None


def computed_debt_fen(record: Contract, on: date) -> int:
    """D of a contract on a day: principal outstanding, accrued unpaid interest and other due (FIN8, FIN9)."""
    left = record.initial_amount_fen - record.principal_repaid_fen
    days = days_of_interest(record.interest_paid_to, on)
    return left + accrued_interest_e6(left, record.rate_e6, days) + record.other_due_fen


@check(
    "V052",
    "contract",
    needs=(
        "payable_fen",
        "initial_amount_fen",
        "principal_repaid_fen",
        "interest_paid_to",
        "rate_e6",
        "other_due_fen",
        "business_date",
    ),
)
def _payable_is_the_computed_debt(record: Contract, _case: Case) -> str | None:
    if record.status == "closed" or record.principal_repaid_fen > record.initial_amount_fen:
        return None
    off = abs(record.payable_fen - computed_debt_fen(record, record.business_date))
    return "payable" if off > DEBT_TOLERANCE_FEN else None


@check("V053", "contract", needs=("coverage_reported_e6", "level_reported"))
def _coverage_is_the_computed_one(record: Contract, case: Case) -> str | None:
    if record.status == "closed":
        return None
    computed = case.references.coverage(record)
    if computed is None:
        return NOT_CHECKED
    if computed.ratio is None:
        return None
    if abs(Fraction(record.coverage_reported_e6, E6) - computed.ratio) > COVERAGE_TOLERANCE:
        return "coverage_reported"
    return None if record.level_reported == computed.level else "level_reported"


@check("V054", "contract", needs=("status",))
def _closed_has_its_particulars(record: Contract, _case: Case) -> str | None:
    closed = record.status == "closed"
    for name in ("close_date", "close_reason", "close_amount_fen"):
        if (getattr(record, name) is not None) is not closed:
            return name.removesuffix("_fen")
    return None


@check("V055", "contract", needs=("default_flag", "status"))
def _default_has_its_particulars(record: Contract, _case: Case) -> str | None:
    for name in ("default_date", "default_kind"):
        if (getattr(record, name) is not None) is not record.default_flag:
            return name
    return "disposal_start" if record.status == "in_disposal" and record.disposal_start is None else None


@check("V056", "contract", needs=("status", "payable_fen"))
def _residual_claim_is_the_shortfall(record: Contract, _case: Case) -> str | None:
    if record.status != "closed" or record.close_reason != "disposal":
        return "residual_claim" if record.residual_claim_fen else None
    shortfall = max(0, record.payable_fen - (record.disposal_proceeds_fen or 0))
    return None if (record.residual_claim_fen or 0) == shortfall else "residual_claim"


@check("V057", "contract", needs=("fund_use", "initial_date"))
def _use_of_funds_is_allowed(record: Contract, _case: Case) -> str | None:
    """Binds contracts begun from the rule's date on."""
    if record.initial_date < CAPS_FROM:
        return None
    if record.fund_use in BARRED_USES:
        return "fund_use"
    return "fund_use_text" if record.fund_use == "other" and not record.fund_use_text else None


@check("V058", "contract", needs=("rate_e6", "initial_date"))
def _rate_is_within_the_legal_cap(record: Contract, _case: Case) -> str | None:
    """The cap of the day on which the contract began."""
    cap_e6 = _rate_cap_e6(record.initial_date)
    return None if cap_e6 is None or at_or_below(record.rate_e6, cap_e6) else "rate"


@lru_cache(maxsize=4096)
def _rate_cap_e6(day: date) -> int | None:
    cap = _LPR.cap(day)
    return None if cap is None else int(cap * E6)


@check("V059", "contract", needs=("relief_flag",))
def _relief_has_its_basis(record: Contract, _case: Case) -> str | None:
    return "relief_basis" if record.relief_flag and not record.relief_basis else None
