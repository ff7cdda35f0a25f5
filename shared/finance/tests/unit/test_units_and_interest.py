"""Exact amounts and interest (FIN1, FIN9)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.interest import (
    InterestTerms,
    accrued_interest,
    accrued_interest_e6,
    accrued_interest_piecewise,
    days_of_interest,
)
from finance.units import E4, E6, NotExact, decimal_text, fen, half_up, scaled, value_fen, value_fen_e4


def test_fin1_money_is_exact() -> None:
    assert fen("0.29") == 29
    assert fen("1.5") == fen("1.50") == 150
    assert decimal_text(fen("-0.05"), 2) == "-0.05"
    for wrong in ("0.001", "1/3", "NaN", "one"):
        with pytest.raises(NotExact):
            scaled(wrong, 2)


@given(st.integers(-(10**20), 10**20), st.integers(0, 6))
def test_fin1_text_and_integer_are_one(value: int, places: int) -> None:
    assert scaled(decimal_text(value, places), places) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_half_up_is_symmetric_and_nearest(value: Decimal) -> None:
    assert half_up(value) == -half_up(-value)
    assert abs(Fraction(value) - half_up(value)) <= Fraction(1, 2)


@given(st.integers(0, 10**14), st.integers(0, 10**9))
def test_the_hot_path_of_value_is_the_same_number(quantity_e4: int, price_e4: int) -> None:
    assert value_fen_e4(quantity_e4, price_e4) == value_fen(Fraction(quantity_e4, E4), Fraction(price_e4, E4))


def test_fin9_the_first_day_counts_and_the_last_does_not() -> None:
    assert days_of_interest(date(2024, 3, 1), date(2024, 3, 1)) == 0
    assert days_of_interest(date(2024, 3, 1), date(2024, 3, 2)) == 1
    assert days_of_interest(date(2024, 3, 5), date(2024, 3, 1)) == 0


@given(st.integers(0, 10**14), st.integers(0, E6 - 1), st.integers(0, 4000))
def test_fin9_the_hot_path_is_the_same_number(principal: int, rate_e6: int, days: int) -> None:
    start = date(2014, 1, 1)
    on = date.fromordinal(start.toordinal() + days)
    assert accrued_interest_e6(principal, rate_e6, days) == accrued_interest(
        principal, Fraction(rate_e6, E6), paid_to=start, on=on
    )


def test_fin9_piecewise_on_changes_of_rate_and_principal() -> None:
    start, change, on = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)
    whole = [InterestTerms(start, fen("1000000"), Decimal("0.0365"))]
    assert accrued_interest_piecewise(whole, paid_to=start, on=on) == fen("6000.00")
    halved = [*whole, InterestTerms(change, fen("500000"), Decimal("0.0365"))]
    assert accrued_interest_piecewise(halved, paid_to=start, on=on) == fen("3100.00") + fen("1450.00")
    with pytest.raises(ValueError, match="ascending"):
        accrued_interest_piecewise(halved[1:], paid_to=start, on=on)


@given(st.integers(0, 10**14), st.integers(0, E6 - 1), st.integers(0, 700), st.integers(0, 700))
def test_fin9_a_change_that_changes_nothing_changes_nothing(principal: int, rate_e6: int, at: int, days: int) -> None:
    start = date(2024, 1, 1)
    rate, on = Fraction(rate_e6, E6), date.fromordinal(start.toordinal() + days)
    pieces = [InterestTerms(start, principal, rate)]
    if at:
        pieces.append(InterestTerms(date.fromordinal(start.toordinal() + at), principal, rate))
    assert accrued_interest_piecewise(pieces, paid_to=start, on=on) == accrued_interest(
        principal, rate, paid_to=start, on=on
    )
