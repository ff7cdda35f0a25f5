"""The rate cap of a day: four times the one-year LPR, stale when nobody confirmed it for 40 days (FR16, FIN19)."""

from datetime import date

from finance.lpr import LoanPrimeRate
from review.domain.verification_facts import RateCap


class RateCaps:
    """Caps by day. `confirmed_on` is when operators last confirmed that the series is up to date."""

    def __init__(self, *, confirmed_on: date | None = None) -> None:
        self._series = LoanPrimeRate.bundled(confirmed_on=confirmed_on)

    def on(self, day: date) -> RateCap | None:
        """The cap of the day; None before there was one."""
        cap = self._series.cap(day)
        return None if cap is None else RateCap(cap=cap, stale=self._series.stale(day))
