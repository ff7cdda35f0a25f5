"""Values as they are kept in JSON columns, and read back as what they were."""

from fractions import Fraction
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def to_json(value: object) -> Any:
    """A domain value as JSON holds it; decimals and fractions as text."""
    return msgspec.to_builtins(value, str_keys=True, enc_hook=_from_fraction)


def from_json(value: Any, wanted: type[T]) -> T:
    """What `to_json` was given."""
    return msgspec.convert(value, wanted, str_keys=True, dec_hook=_to_fraction)


def _from_fraction(value: object) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(type(value))


def _to_fraction(wanted: type[Any], value: object) -> Any:
    if wanted is Fraction:
        return Fraction(str(value))
    raise NotImplementedError(wanted)
