"""Rules of figures, incidents and explanations (V018, V071-V073)."""

import re
from datetime import date
from fractions import Fraction
from typing import Final

from finance.units import E6
from submissions.accession import AccessionInvalid, origin
from submissions.dictionary import codes_on
from submissions.records_of_events import Explanation, FirmFinancials, Incident
from submissions.rules.case import NOT_CHECKED, Case
from submissions.rules.table import check

RATIO_TOLERANCE: Final = Fraction(1, 10_000)
_DAY = re.compile(r"(?:(?P<stream>[a-z_]+)/)?(?P<day>\d{4}-\d{2}-\d{2})")
_FILE = re.compile(r"file/[1-9]\d{0,9}")
_TOLD = ("cause", "scope", "possible_consequence", "measures")
_EXPLAINED = ("cause", "remedy", "prevention")


@check("V018", "explanation", needs=("signer",))
def _signer_is_registered(record: Explanation, case: Case) -> str | None:
    declarers = case.references.declarers()
    if declarers is None:
        return NOT_CHECKED
    return None if record.signer in declarers else "signer"


@check("V071", "firm_financials", needs=("total_assets_fen", "total_liabilities_fen", "net_assets_fen"))
def _net_assets_are_assets_less_liabilities(record: FirmFinancials, _case: Case) -> str | None:
    return None if record.net_assets_fen == record.total_assets_fen - record.total_liabilities_fen else "net_assets"


@check("V071", "firm_financials", needs=("risk_coverage_e6", "net_capital_fen", "risk_provisions_fen"))
def _risk_coverage_is_its_parts(record: FirmFinancials, _case: Case) -> str | None:
    return _differs(record.risk_coverage_e6, record.net_capital_fen, record.risk_provisions_fen, "risk_coverage")


@check("V071", "firm_financials", needs=("capital_leverage_e6", "core_net_capital_fen", "total_assets_fen"))
def _capital_leverage_is_its_parts(record: FirmFinancials, _case: Case) -> str | None:
    """Items off the balance sheet are not reported: leverage lower than its parts may well be right (judgement)."""
    if not record.total_assets_fen:
        return None
    highest = Fraction(record.core_net_capital_fen, record.total_assets_fen) + RATIO_TOLERANCE
    return None if Fraction(record.capital_leverage_e6, E6) <= highest else "capital_leverage"


def _differs(ratio_e6: int, part_fen: int, whole_fen: int, path: str) -> str | None:
    if not whole_fen:
        return None
    return path if abs(Fraction(ratio_e6, E6) - Fraction(part_fen, whole_fen)) > RATIO_TOLERANCE else None


@check("V072", "incident", needs=("occurred_at", "discovered_at", "reported_at"))
def _incident_is_discovered_after_it_occurred(record: Incident, _case: Case) -> str | None:
    if record.discovered_at < record.occurred_at:
        return "discovered_at"
    return "reported_at" if record.reported_at < record.discovered_at else None


@check("V072", "incident")
def _incident_is_told(record: Incident, _case: Case) -> str | None:
    return _blank(record, _TOLD)


@check("V073", "explanation")
def _explanation_is_given(record: Explanation, _case: Case) -> str | None:
    return _blank(record, _EXPLAINED)


@check("V073", "explanation", needs=("refers_to", "business_date"))
def _references_exist(record: Explanation, case: Case) -> str | None:
    """Accessions of the firm, days (`2026-03-31`, `contract/2026-03-31`) up to today, files (`file/12`).

    Files come by another door and are not looked up here.
    """
    not_checked = False
    for one in record.refers_to:
        exists = _exists(one, case)
        if exists is False:
            return "refers_to"
        not_checked |= exists is None
    return NOT_CHECKED if not_checked else None


def _exists(reference: str, case: Case) -> bool | None:
    if _FILE.fullmatch(reference):
        return None
    named = _DAY.fullmatch(reference)
    if named is not None:
        return _is_day(named["day"], case) and (named["stream"] is None or _is_stream(named["stream"], case))
    try:
        where = origin(reference)
    except AccessionInvalid:
        return False
    if not where.topic.endswith(f"submissions.{case.firm_id}"):
        return False
    return case.references.received_before(reference)


def _is_day(text: str, case: Case) -> bool:
    try:
        return date.fromisoformat(text) <= case.append_day
    except ValueError:
        return False


def _is_stream(name: str, case: Case) -> bool:
    return name in codes_on("stream", case.append_day)


def _blank(record: object, names: tuple[str, ...]) -> str | None:
    """The first of these texts that is there and says nothing."""
    return next((name for name in names if (text := getattr(record, name)) is not None and not text.strip()), None)
