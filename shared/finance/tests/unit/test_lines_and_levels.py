"""At a line, and a hair beside it (FIN2, FIN10, FIN12), for any amounts."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.coverage import Coverage, Level, Lines, LinesInvalid, adjusted, exchange_style, level_e6, line_price
from finance.cure import UNIT_STEP, is_cured, least_cash, least_quantity, releasable
from finance.lines import above, at_or_above, at_or_below, below, compare
from finance.units import E6, value_fen

money = st.integers(0, 10**15)
debt = st.integers(1, 10**15)
line_e6 = st.integers(1_000_002, 5 * E6)
price_e4 = st.integers(1, 10**8)


def test_fin2_the_words() -> None:
    line = Fraction(3, 2)
    assert at_or_above(Decimal("1.5"), line)
    assert at_or_below(Decimal("1.50"), line)
    assert not above(Decimal("1.5"), line)
    assert not below(Decimal("1.5"), line)
    assert above(Decimal("1.500001"), line)
    assert below(Decimal("1.499999"), line)
    assert compare("at_or_below", 1, Decimal("1.0"))


@given(money, debt)
def test_fin2_exactly_one_of_above_and_at_or_below(value: int, line: int) -> None:
    assert above(value, line) != at_or_below(value, line)
    assert below(value, line) != at_or_above(value, line)


@given(money, money, money, debt, line_e6)
def test_fin10_integers_and_fractions_agree(v: int, k: int, o: int, d: int, warning_e6: int) -> None:
    liquidation_e6 = warning_e6 - 1
    position = Coverage(v, k, o, d)
    lines = Lines(Fraction(warning_e6, E6), Fraction(liquidation_e6, E6))
    assert position.level(lines) is level_e6(
        position.cover_fen, d, warning_e6=warning_e6, liquidation_e6=liquidation_e6
    )


def test_fin8_without_debt_the_ratio_is_undefined_and_the_level_normal() -> None:
    position = Coverage(100, 0, 0, 0)
    assert position.ratio is None
    assert position.level(Lines(Fraction(3, 2), Fraction(13, 10))) is Level.NORMAL
    assert level_e6(100, 0, warning_e6=1_500_000, liquidation_e6=1_300_000) is Level.NORMAL


def test_fin8_the_other_two_ratios_are_their_own() -> None:
    assert exchange_style(300, 200) == Fraction(3, 2)
    assert exchange_style(300, 0) is None
    assert adjusted(300, 60, 200, 20) == 2
    assert adjusted(300, 60, 200, 200) is None


@pytest.mark.parametrize(("warning", "liquidation"), [("1.3", "1.3"), ("1.3", "1.5"), ("1.5", "1")])
def test_fin10_lines_must_stand_in_order(warning: str, liquidation: str) -> None:
    with pytest.raises(LinesInvalid):
        Lines(Decimal(warning), Decimal(liquidation))


@given(money, money, debt, line_e6)
def test_fin12_the_least_cash_is_enough_and_one_fen_less_is_not(v: int, k: int, d: int, target_e6: int) -> None:
    position, target = Coverage(v, k, 0, d), Fraction(target_e6, E6)
    cash = least_cash(position, target)
    paid = Coverage(v, k, 0, d - cash)
    assert paid.ratio is None or above(paid.ratio, target)
    if cash:
        assert at_or_below(v + k, target * (d - cash + 1))
    else:
        assert is_cured(position, target)


@given(money, debt, line_e6, price_e4, st.sampled_from([Fraction(100), UNIT_STEP]))
def test_fin12_the_least_quantity_is_enough_and_one_step_less_is_not(
    v: int, d: int, target_e6: int, price: int, step: Fraction
) -> None:
    position, target, each = Coverage(v, 0, 0, d), Fraction(target_e6, E6), Fraction(price, 10_000)
    quantity = least_quantity(position, target, each, step=step)
    assert (quantity / step).denominator == 1
    assert above(v + quantity * each * 100, target * d)
    if quantity:
        assert at_or_below(v + (quantity - step) * each * 100, target * d)


@given(st.integers(1, 10**9), price_e4, debt)
def test_fin13_a_release_keeps_the_ratio_and_one_share_more_breaks_it(held: int, price: int, d: int) -> None:
    each, line = Fraction(price, 10_000), Fraction(9, 5)
    position = Coverage(value_fen(held, each), 0, 0, d)
    free = releasable(position, each)
    if free:
        assert at_or_above(position.cover_fen - free * each * 100, line * d)
    assert below(position.cover_fen - (free + 1) * each * 100, line * d)


@given(st.integers(1, 10**9), money, debt, line_e6)
def test_fin11_at_the_line_price_the_ratio_is_the_line(quantity: int, k: int, d: int, target_e6: int) -> None:
    position, target = Coverage(12_345, k, 0, d), Fraction(target_e6, E6)
    price = line_price(position, quantity, target, of_this_fen=12_345)
    assert (price * quantity * 100 + k) / d == target
