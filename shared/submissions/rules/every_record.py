"""Rules that hold for every record type (V004-V030), as far as one record and the calendar tell."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from finance.boards import is_known_code
from finance.calendar import CalendarEnded
from finance.identifiers import identity_numbers
from submissions.dictionary import codes_on, dated_lists, fields, is_mandatory, taken_types, types
from submissions.records import Collateral, Contract, Record
from submissions.records_of_events import Disposal, FirmFinancials, Trade
from submissions.records_of_parties import Position
from submissions.rules.case import NOT_CHECKED, Case
from submissions.rules.table import check

SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = time(21, 0)  # of the business date (M5.2)
CLOCK_TOLERANCE = timedelta(minutes=5)
MONTHLY_DUE_TRADING_DAY = 10  # of the month after the period (M5.2)
RATE_END_E6 = 1_000_000
OF_A_SECURITY = ("position", "trade", "collateral", "disposal")
OfASecurity = Position | Trade | Collateral | Disposal
_LONGEST_MONTH = timedelta(days=31)

_EVENTS = {
    # Two names at least, so that a tuple is read.
    name: attrgetter("business_date", *(one.column for one in fields(name) if one.event and one.kind == "date"))
    for name in taken_types()
}
_MOMENTS = {name: tuple(one for one in fields(name) if one.event and one.kind == "time") for name in taken_types()}
_WITH_MOMENTS = tuple(name for name, moments in _MOMENTS.items() if moments)
_MONTHLY = tuple(name for name in taken_types() if types()[name].due == "m")
_TEXTS = {
    name: tuple(one for one in fields(name) if one.kind == "text" and one.name != "record_type")
    for name in taken_types()
}
# An identity number shows as seventeen digits on end: few records have so many, and only those are read closely.
_DIGITS_ALIKE = bytes(48 if 48 <= one <= 57 else 32 for one in range(256))  # noqa: PLR2004  # ASCII 0 to 9
_SEVENTEEN = b"0" * 17
_KEYS = {name: attrgetter(*types()[name].key_fields) for name in taken_types()}
_EIGHT_HOURS = timedelta(hours=8)


def record_type_of(record: Record) -> str:
    """The record type of a canonical record."""
    return type(record).__name__


@check("V006", needs=("business_date",))
def _codes_in_force(record: Record, _case: Case) -> str | None:
    for one in dated_lists(record_type_of(record)):
        value = getattr(record, one.column)
        if value is not None and value not in codes_on(one.limit, record.business_date):
            return one.name
    return None


@check("V009", "position", "trade", "contract", "collateral", "disposal", needs=("business_date",))
def _business_date_trades(record: Record, case: Case) -> str | None:
    calendar = case.references.calendar()
    if calendar is None:
        return NOT_CHECKED
    try:
        return None if calendar.is_trading_day(record.business_date) else "business_date"
    except CalendarEnded:
        return NOT_CHECKED  # V033 makes the record wait


def key_of(record: Record) -> str | None:
    """The record key as the key fields make it; None where one is absent."""
    parts: Any = _KEYS[record_type_of(record)](record)
    if not isinstance(parts, tuple):
        return None if parts is None else str(parts)
    if None in parts:
        return _key_with_blanks(record, parts)
    return "/".join([one.isoformat() if isinstance(one, date) else str(one) for one in parts])


def _key_with_blanks(record: Record, parts: tuple[Any, ...]) -> str | None:
    """A key field that is conditional may say nothing: its place stays empty."""
    record_type = record_type_of(record)
    named = zip(types()[record_type].key_fields, parts, strict=True)
    if any(part is None and is_mandatory(record_type, name) for name, part in named):
        return None
    return "/".join(["" if one is None else one.isoformat() if isinstance(one, date) else str(one) for one in parts])


@check("V010", needs=("record_key",))
def _record_key_is_made_of_key_fields(record: Record, _case: Case) -> str | None:
    expected = key_of(record)
    return None if expected is None or record.record_key == expected else "record_key"


@check("V012", *OF_A_SECURITY, needs=("market", "security", "business_date"))
def _code_is_known(record: OfASecurity, _case: Case) -> str | None:
    return None if is_known_code(record.market, record.security, record.business_date) else "security"


@check("V013", "contract", needs=("rate_e6",))
def _rate_is_a_fraction(record: Contract, _case: Case) -> str | None:
    return None if record.rate_e6 < RATE_END_E6 else "rate"


@check("V015", needs=("action",))
def _action_is_valid_for_the_type(record: Record, _case: Case) -> str | None:
    return None if record.action in types()[record_type_of(record)].actions else "action"


@check("V017")
def _no_identity_number_in_clear(record: Record, case: Case) -> str | None:
    if _SEVENTEEN not in case.raw.translate(_DIGITS_ALIKE):
        return None
    for one in _TEXTS[record_type_of(record)]:
        value = getattr(record, one.column)
        if value is not None and len(value) >= 18 and next(identity_numbers(value), None):  # noqa: PLR2004  # its length
            return one.name
    return None


@check("V023", actions=("CORRECT",))
def _correction_gives_a_reason(record: Record, _case: Case) -> str | None:
    return None if record.reason else "reason"


@check("V028", needs=("business_date",))
def _business_date_is_not_ahead(record: Record, case: Case) -> str | None:
    return None if record.business_date <= case.append_day else "business_date"


@check("V029", needs=("reported_at",))
def _times_follow_one_another(record: Record, case: Case) -> str | None:
    if record.reported_at > case.appended_at + CLOCK_TOLERANCE:
        return "reported_at"
    reported_at = record.reported_at
    if reported_at.utcoffset() != _EIGHT_HOURS:
        reported_at = reported_at.astimezone(SHANGHAI)
    reported_on = reported_at.date()
    for happened in _EVENTS[record_type_of(record)](record):
        if happened is not None and happened > reported_on:
            return "reported_at"
    return None


@check("V029", *_WITH_MOMENTS, needs=("reported_at",))
def _moments_come_before_the_report(record: Record, _case: Case) -> str | None:
    for one in _MOMENTS[record_type_of(record)]:
        happened = getattr(record, one.column)
        if happened is not None and happened > record.reported_at:
            return one.name
    return None


@check("V030", *(name for name in taken_types() if name not in _MONTHLY), needs=("business_date",))
def _in_time(record: Record, case: Case) -> str | None:
    """A first-day load has no lateness (E4)."""
    return None if record.load_id or case.appended_at <= _due(record.business_date) else "business_date"


@check("V030", *_MONTHLY, needs=("period_end",))
def _monthly_in_time(record: FirmFinancials, case: Case) -> str | None:
    """Due on a trading day of the month after the period (M5.2)."""
    calendar = case.references.calendar()
    if calendar is None:
        return NOT_CHECKED
    month = (record.period_end.replace(day=1) + _LONGEST_MONTH).replace(day=1)
    try:
        due_on = calendar.add(calendar.on_or_after(month), MONTHLY_DUE_TRADING_DAY - 1)
    except CalendarEnded:
        return NOT_CHECKED
    return None if record.load_id or case.appended_at <= _due(due_on) else "period_end"


@lru_cache(maxsize=4096)
def _due(business_date: date) -> datetime:
    # In UTC like the append time: times of one zone are compared without asking the zone.
    return datetime.combine(business_date, DUE, SHANGHAI).astimezone(UTC)


@check("V033", "contract", needs=("initial_market", "initial_security", "business_date"))
def _contract_security_is_known(record: Contract, case: Case) -> str | None:
    return _calendar_reaches(record, case) or _known(
        case, record.initial_market, record.initial_security, "initial_security"
    )


@check("V033", *OF_A_SECURITY, needs=("market", "security", "business_date"))
def _security_is_known(record: OfASecurity, case: Case) -> str | None:
    return _calendar_reaches(record, case) or _known(case, record.market, record.security, "security")


def _calendar_reaches(record: Record, case: Case) -> str | None:
    calendar = case.references.calendar()
    if calendar is None or calendar.first <= record.business_date <= calendar.last:
        return None
    return "business_date"


def _known(case: Case, market: str, security: str, path: str) -> str | None:
    known = case.references.knows_security(market, security)
    if known is None:
        return NOT_CHECKED
    return None if known else path
