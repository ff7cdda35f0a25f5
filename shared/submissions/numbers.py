"""Decimals as scaled integers, never through binary floating point."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

DIGITS_MAX = 38  # of any number in a record (T2)
SCALED_DIGITS_MAX = 18  # of a stored integer: it fits 64 bits with room for sums
REPEATED_VALUES_MAX = 16384  # zeros, ratios and lines repeat: how many texts are remembered per kind
_POWERS: tuple[int, ...] = tuple(10**power for power in range(2 * DIGITS_MAX))


class NotANumber(ValueError):
    """The value is no plain decimal, or has more places or digits than its field holds."""


def scaler(places: int) -> Callable[[str | int], int]:
    """Reads a plain decimal ("12.34") or an integer as an integer of `10**-places`, and remembers what repeats.

    The quick form of `exact`: raises `NotANumber` for everything unusual (signs, binary fractions, superfluous
    places), which `exact` then judges. Most decimals of a book are zeros, rates and lines: hence the memory.
    """
    scale, end = _POWERS[places], _POWERS[SCALED_DIGITS_MAX - places]
    padding = tuple("0" * (places - used) for used in range(places + 1))
    head_max = SCALED_DIGITS_MAX - places

    # Typed keys: 1 and 1.0 are equal, but only the first one is exact.
    @lru_cache(maxsize=REPEATED_VALUES_MAX, typed=True)
    def scaled(value: str | int) -> int:
        if isinstance(value, int):
            if 0 <= value < end:
                return value * scale
            raise NotANumber
        if not isinstance(value, str):
            raise NotANumber  # a binary fraction: the exact reader goes back to the text
        head, dot, tail = value.partition(".")
        if len(tail) > places or not 0 < len(head) <= head_max or (dot and not tail):
            raise NotANumber
        digits = head + tail + padding[len(tail)]
        if not (digits.isascii() and digits.isdigit()):
            raise NotANumber
        return int(digits)

    return scaled


def exact(value: object, places: int) -> int:
    """Reads a JSON number (as int or Decimal) or a decimal text exactly; a sign is kept for the rules to judge.

    Raises:
        NotANumber: not finite, too many places or too many digits.
    """
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise NotANumber("not a number")
    if isinstance(value, str) and not _is_plain(value):
        raise NotANumber("not a plain decimal")
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise NotANumber("not a number") from error
    _sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or not -DIGITS_MAX <= exponent <= DIGITS_MAX - len(digits):
        raise NotANumber("too many digits")
    unscaled = int("".join(map(str, digits)))
    scaled, rest = divmod(unscaled * _POWERS[places + max(exponent, 0)], _POWERS[max(-exponent, 0)])
    if rest:
        raise NotANumber(f"more than {places} places")
    if scaled >= 10**SCALED_DIGITS_MAX:
        raise NotANumber("too large")
    return -scaled if number.is_signed() else scaled


def _is_plain(text: str) -> bool:
    head, dot, tail = text.removeprefix("-").partition(".")
    digits = head + tail
    return bool(head) and bool(tail) is bool(dot) and digits.isascii() and digits.isdigit()
