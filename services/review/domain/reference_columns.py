"""What a reference file of each kind holds: its columns, how each is read, and what identifies a row."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

_DECIMAL = re.compile(r"-?\d{1,18}(\.\d{1,8})?")
_WHOLE = re.compile(r"\d{1,18}")
_CODE = re.compile(r"[A-Z0-9]{1,12}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ACCOUNT = re.compile(r"\d{12}")
_REGISTRATION_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}")
_TEXT_MAX = 200
_YES = frozenset({"true", "1", "yes", "是"})
_NO = frozenset({"false", "0", "no", "否"})

Value = str | int | bool | Decimal | date
Row = dict[str, Value]


class CellInvalid(ValueError):
    """A cell breaks a rule; the argument is the rule's name."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. An empty optional cell is left out of the row: the reader's default stands in."""

    name: str
    read: Callable[[str], Value]
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """One kind of file. `natural_key` names the columns that identify a row; `may_be_empty` where no row is a news."""

    kind: str
    columns: tuple[Column, ...]
    natural_key: tuple[str, ...]
    may_be_empty: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Every column a file may have."""
        return tuple(one.name for one in self.columns)

    def key_of(self, row: Mapping[str, Value]) -> str:
        """The row's natural key as text."""
        return "/".join(str(row.get(name, "-")) for name in self.natural_key)


def _matching(pattern: re.Pattern[str], rule: str, text: str) -> str:
    if not pattern.fullmatch(text):
        raise CellInvalid(rule)
    return text


def _decimal(text: str, *, signed: bool = False, positive: bool = False) -> Decimal:
    value = Decimal(_matching(_DECIMAL, "decimal", text))
    if value < 0 and not signed:
        raise CellInvalid("not_negative")
    if positive and not value:
        raise CellInvalid("positive")
    return value


def _whole(text: str) -> int:
    return int(_matching(_WHOLE, "whole_number", text))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellInvalid("date") from None


def _yes_no(text: str) -> bool:
    lowered = text.lower()
    if lowered in _YES or lowered in _NO:
        return lowered in _YES
    raise CellInvalid("yes_no")


def _text(text: str) -> str:
    if len(text) > _TEXT_MAX or not text.isprintable():
        raise CellInvalid("text")
    return text


def _one_of(allowed: frozenset[str], text: str) -> str:
    if text not in allowed:
        raise CellInvalid("unknown_code")
    return text


_code = partial(_matching, _CODE, "code")
_word = partial(_matching, _WORD, "word")
_account = partial(_matching, _ACCOUNT, "unified_account")
_positive = partial(_decimal, positive=True)
_signed = partial(_decimal, signed=True)
_asset_class = partial(
    _one_of,
    frozenset({"a_share", "b_share", "neeq_share", "depositary_receipt", "bond", "etf", "fund_unit", "plan_unit"}),
)
_treatment = partial(_one_of, frozenset({"st", "star_st"}))
_registration_number = partial(_matching, _REGISTRATION_NUMBER, "registration_number")
_venue = partial(_one_of, frozenset({"on_exchange", "off_exchange"}))


def _optional(name: str, read: Callable[[str], Value]) -> Column:
    return Column(name=name, read=read, required=False)


_SECURITY = (Column(name="market", read=_code), Column(name="security", read=_code))

KINDS: Mapping[str, FileKind] = {
    "calendar": FileKind(
        kind="calendar",
        columns=(Column(name="day", read=_day), Column(name="is_trading_day", read=_yes_no)),
        natural_key=("day",),
    ),
    "security": FileKind(
        kind="security",
        columns=(
            *_SECURITY,
            Column(name="name", read=_text),
            Column(name="asset_class", read=_asset_class),
            Column(name="board", read=_text),
            _optional("industry", _text),
            _optional("listed_on", _day),
            _optional("a_capital", _whole),
            _optional("a_float", _whole),
            _optional("special_treatment", _treatment),
            _optional("suspended", _yes_no),
            _optional("net_income_last_year", _signed),
        ),
        natural_key=("market", "security"),
    ),
    "price": FileKind(
        kind="price",
        columns=(
            *_SECURITY,
            Column(name="close", read=_positive),
            _optional("traded", _yes_no),
            _optional("volume", _whole),
            _optional("accrued_interest", _decimal),
        ),
        natural_key=("market", "security"),
    ),
    "corporate_action": FileKind(
        kind="corporate_action",
        columns=(
            *_SECURITY,
            Column(name="ex_date", read=_day),
            _optional("bonus", _decimal),
            _optional("cash", _decimal),
            _optional("rights", _decimal),
            _optional("rights_price", _decimal),
            _optional("published_reference_price", _positive),
        ),
        natural_key=("market", "security", "ex_date"),
        may_be_empty=True,
    ),
    "holding": FileKind(
        kind="holding",
        columns=(
            Column(name="unified_account", read=_account),
            *_SECURITY,
            _optional("share_class", _word),
            Column(name="held", read=_decimal),
            _optional("frozen_quantity", _decimal),
            _optional("pledged", _decimal),
            _optional("settlement_collateral", _decimal),
            _optional("other_restricted", _decimal),
            _optional("release_date", _day),
        ),
        natural_key=("unified_account", "market", "security", "share_class"),
    ),
    "registration": FileKind(
        kind="registration",
        columns=(
            Column(name="number", read=_registration_number),
            Column(name="venue", read=_venue),
            Column(name="unified_account", read=_account),
            *_SECURITY,
            _optional("share_class", _word),
            Column(name="quantity", read=_positive),
            Column(name="pledgee_account", read=_account),
            Column(name="registered_on", read=_day),
            _optional("released_on", _day),
        ),
        natural_key=("number", "unified_account", "market", "security", "share_class"),
        may_be_empty=True,
    ),
}
