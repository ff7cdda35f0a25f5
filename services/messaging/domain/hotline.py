"""The public hotline (P16.1): the way to the operator for whoever cannot sign in, and the emergency way."""

from dataclasses import dataclass
from datetime import date

from messaging.domain.dated_tables import rows_in_force


@dataclass(frozen=True, kw_only=True)
class Hotline:
    """The number in force, and when it is answered."""

    number: str
    hours_zh: str
    hours_en: str


def hotline(on: date) -> Hotline:
    """The hotline of a day."""
    row = next(rows_in_force("hotline.csv", on))
    return Hotline(number=row["number"], hours_zh=row["hours_zh"], hours_en=row["hours_en"])
