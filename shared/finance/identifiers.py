"""Identifiers: credit codes, identity numbers in clear, account references (FIN20)."""

import re
from collections.abc import Iterator
from hashlib import sha256
from hmac import new as hmac

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_USCC_LENGTH = 18
_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
_UNIFIED_ACCOUNT = re.compile(r"\d{12}")
_ACCOUNT_REF_LENGTH = 32


def credit_code_check(first_seventeen: str) -> str:
    """The check character of a unified social credit code: (31 - sum mod 31) mod 31 (GB 32100).

    Raises:
        KeyError: a character that no credit code holds.
    """
    total = sum(_USCC_VALUE[one] * weight for one, weight in zip(first_seventeen, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[-total % len(_USCC_ALPHABET)]


def is_credit_code(text: str) -> bool:
    """Whether the text is a credit code with a right check character; the first eight places may hold letters."""
    if len(text) != _USCC_LENGTH or not _USCC_VALUE.keys() >= set(text):
        return False
    return credit_code_check(text[:-1]) == text[-1]


def identity_numbers(text: str) -> Iterator[str]:
    """Resident identity numbers that stand in clear in a text: date and check character are right."""
    for found in _IDENTITY_NUMBER.findall(text):
        number = found.upper()
        # The place of birth is not asked: lists of counties have holes, and a number missed is a person exposed.
        if number[-1] == ric.calc_check_digit(number) and _has_birth_date(number):
            yield number


def _has_birth_date(number: str) -> bool:
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return True


def is_unified_account(text: str) -> bool:
    """A unified account number 一码通 is twelve digits."""
    return _UNIFIED_ACCOUNT.fullmatch(text) is not None


def account_ref(unified_account: str, key: bytes) -> str:
    """The keyed hash by which an account travels: 32 hexadecimal digits.

    Raises:
        ValueError: the number is no unified account number, or the key is shorter than 16 bytes.
    """
    if not is_unified_account(unified_account):
        raise ValueError("a unified account number is twelve digits")
    if len(key) < 16:  # noqa: PLR2004  # below 128 bits the twelve digits could be searched out
        raise ValueError("the key of account references needs at least 16 bytes")
    return hmac(key, unified_account.encode(), sha256).hexdigest()[:_ACCOUNT_REF_LENGTH]


def masked(text: str, *, keep: int = 4) -> str:
    """A personal value as people may see it: its last places only."""
    return "*" * max(0, len(text) - keep) + text[-keep:] if len(text) > keep else "*" * len(text)
