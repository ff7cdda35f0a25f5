"""Exact amounts: money in fen, and decimals as scaled integers (FIN1).

Suffixes name the unit wherever an integer is not what it seems: `_fen` (1/100 CNY), `_e4` (1/10,000 of a share, unit
or CNY), `_e6` (millionths, for ratios and rates).
"""

from decimal import Decimal
from fractions import Fraction

Exact = int | Decimal | Fraction

FEN_PER_YUAN = 100
E4 = 10_000
E6 = 1_000_000
_E4_PRODUCT_PER_FEN = E4 * E4 // FEN_PER_YUAN


class NotExact(ValueError):
    """A decimal has more places than its unit holds."""


def scaled(value: str | Exact, places: int) -> int:
    """The value as an integer of `10**-places`; a text is read as a plain decimal.

    Raises:
        NotExact: a digit would be lost, or the text is no finite decimal.
    """
    try:
        exact = Fraction(value)
    except (ValueError, OverflowError) as error:
        raise NotExact(f"{value!r} is no finite decimal") from error
    whole = exact * 10**places
    if whole.denominator != 1:
        raise NotExact(f"{value} has more than {places} places")
    return int(whole.numerator)


def fen(yuan: str | Exact) -> int:
    """Money in CNY as fen, exactly; raises `NotExact` for a fraction of a fen."""
    return scaled(yuan, 2)


def yuan(amount_fen: int) -> Decimal:
    """Fen as CNY with two places, for people."""
    return Decimal(amount_fen).scaleb(-2)


def decimal_text(value: int, places: int) -> str:
    """A scaled integer as plain text with all its places: `decimal_text(150, 2) == "1.50"`."""
    if not places:
        return str(value)
    digits = str(abs(value)).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def half_up(value: Exact) -> int:
    """Rounded to the nearest integer, a half away from zero (四舍五入)."""
    exact = Fraction(value)
    doubled = 2 * abs(exact.numerator) + exact.denominator
    magnitude = doubled // (2 * exact.denominator)
    return magnitude if exact >= 0 else -magnitude


def half_up_places(value: Exact, places: int) -> Decimal:
    """Rounded half-up to a number of places; for showing, never for comparing."""
    return Decimal(half_up(Fraction(value) * 10**places)).scaleb(-places)


def ceiling(value: Exact) -> int:
    """The least integer not below the value."""
    exact = Fraction(value)
    return -(-exact.numerator // exact.denominator)


def value_fen(quantity: Exact, price: Exact) -> int:
    """Quantity times price in CNY, half-up to the fen (one position, then summed)."""
    return half_up(Fraction(quantity) * Fraction(price) * FEN_PER_YUAN)


def value_fen_e4(quantity_e4: int, price_e4: int) -> int:
    """`value_fen` on scaled integers, for the hot path; both must not be negative."""
    return (quantity_e4 * price_e4 * 2 + _E4_PRODUCT_PER_FEN) // (2 * _E4_PRODUCT_PER_FEN)
