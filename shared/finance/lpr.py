"""The one-year loan prime rate 贷款市场报价利率 and the rate cap that follows from it (FIN19, FR16)."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from finance.tables import rows

STALE_AFTER_DAYS = 40
CAP_MULTIPLE = 4
CAP_FROM = date(2020, 8, 20)


@dataclass(frozen=True, slots=True)
class LprRow:
    """A value and the day from which it counts; `rate` is a fraction (0.03)."""

    from_day: date
    rate: Fraction
    status: str = "to_confirm"


class LoanPrimeRate:
    """The series as operators keep it; `confirmed_on` is when somebody last confirmed that it is up to date."""

    def __init__(self, series: Iterable[LprRow], *, confirmed_on: date | None = None) -> None:
        self._rows = sorted(series, key=lambda one: one.from_day)
        self._days = [one.from_day for one in self._rows]
        self._confirmed_on = confirmed_on or (self._days[-1] if self._days else None)

    @classmethod
    def bundled(cls, *, confirmed_on: date | None = None) -> "LoanPrimeRate":
        """The series that comes with the code."""
        return cls(
            (
                LprRow(date.fromisoformat(row["from"]), Fraction(row["percent"]) / 100, row["status"])
                for row in rows("lpr.csv")
            ),
            confirmed_on=confirmed_on,
        )

    def on(self, day: date) -> LprRow | None:
        """The value of the day; None before the series begins."""
        at = bisect_right(self._days, day)
        return self._rows[at - 1] if at else None

    def cap(self, day: date) -> Fraction | None:
        """The highest all-in annual rate, four times the value of the day; None before the cap's first day."""
        value = self.on(day) if day >= CAP_FROM else None
        return CAP_MULTIPLE * value.rate if value else None

    @property
    def lowest_cap(self) -> Fraction | None:
        """A rate that no day's cap lies below; None without a series."""
        return CAP_MULTIPLE * min(one.rate for one in self._rows) if self._rows else None

    def stale(self, day: date) -> bool:
        """Unconfirmed for more than 40 days: the cap then needs a person."""
        return self._confirmed_on is None or (day - self._confirmed_on).days > STALE_AFTER_DAYS
