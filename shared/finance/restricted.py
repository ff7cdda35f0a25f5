"""What lenders look at in restricted shares 限售股 (FIN16); here breaking either only warns."""

from datetime import date

from finance.calendar import term_within

LOCKUP_MONTHS_MAX = 18


def lockup_too_long(*, on: date, lockup_end: date) -> bool:
    """More than 18 months of lock-up are left."""
    return not term_within(on, lockup_end, months=LOCKUP_MONTHS_MAX)


def term_too_short(*, maturity: date, lockup_end: date) -> bool:
    """The term is not longer than the lock-up: at maturity the shares could not be sold."""
    return maturity <= lockup_end
