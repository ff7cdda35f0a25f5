"""Values of the domain as JSON columns hold them: decimals as text, dates as ISO."""

from typing import Any, TypeVar

import msgspec

from listing.domain.content import Area, Form
from listing.domain.pledgee_form import PledgeeForm
from listing.domain.pledgor_form import PledgorForm

T = TypeVar("T")


def to_json(value: object) -> Any:  # whatever JSON holds
    """A value ready for a JSON column."""
    return msgspec.to_builtins(value)


def from_json(value: Any, kind: type[T]) -> T:
    """The value a JSON column holds."""
    return msgspec.convert(value, kind)


def form_from_json(area: Area, value: Any) -> Form:
    """The form of an area."""
    return from_json(value, PledgorForm) if area == "pledgor" else from_json(value, PledgeeForm)
