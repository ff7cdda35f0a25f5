"""Prices of a day, windows across an ex-date, restricted shares, days to sell (FIN4-FIN7, FIN15, FIN16)."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.calendar import TradingCalendar
from finance.corporate_actions import CorporateAction, PledgedLine, adjusted_closes, applied, as_of, reference_price
from finance.disposal import Debt, Sale, days_to_sell, selling_cap_applies, settle
from finance.pledge_rate import band, most_lent, pledge_rate
from finance.prices import avg7, daily_volatility, price_on, unit_value_on
from finance.restricted import lockup_too_long, term_too_short
from finance.units import fen

ALL_DAYS = [date(2024, 1, 1) + timedelta(days=offset) for offset in range(200)]
CALENDAR = TradingCalendar((day for day in ALL_DAYS if day.weekday() < 5), first=ALL_DAYS[0], last=ALL_DAYS[-1])
ON = date(2024, 5, 15)
DAYS = CALENDAR.window(ON, 70)


def test_fin4_without_a_trade_the_last_close_is_shown_with_its_age_and_adjusted() -> None:
    action = CorporateAction(ex_date=DAYS[-2], bonus=1)
    price = price_on({DAYS[-4]: Decimal("10.00")}, on=ON, calendar=CALENDAR, actions=[action])
    assert price is not None
    assert (price.value, price.day, price.trading_days_since) == (Fraction(5), DAYS[-4], 3)


def test_fin4_no_price_at_all_is_unknown_never_zero() -> None:
    assert price_on({}, on=ON, calendar=CALENDAR) is None
    assert price_on({DAYS[-1] + timedelta(days=1): 10}, on=ON, calendar=CALENDAR) is None
    assert unit_value_on({}, on=ON, calendar=CALENDAR) is None


@pytest.mark.parametrize(("age", "stale"), [(6, False), (7, True)])
def test_fin4_a_unit_value_is_stale_five_days_after_its_interval(age: int, stale: bool) -> None:  # noqa: FBT001  # a parameter
    value = unit_value_on({CALENDAR.add(ON, -age): Decimal("1.0532")}, on=ON, calendar=CALENDAR)
    assert value is not None
    assert value.stale is stale


def test_fin5_fewer_than_seven_closes_are_flagged_and_none_is_unknown() -> None:
    average = avg7(dict.fromkeys(DAYS[-4:-1], Decimal(8)), on=ON, calendar=CALENDAR)
    assert average is not None
    assert (average.value, average.days, average.complete) == (Fraction(8), 3, False)
    assert avg7({DAYS[-40]: 8}, on=ON, calendar=CALENDAR) is None


def test_fin5_the_day_itself_is_not_among_the_seven() -> None:
    closes = dict.fromkeys(DAYS[-8:-1], Decimal(8)) | {ON: Decimal(80)}
    average = avg7(closes, on=ON, calendar=CALENDAR)
    assert average is not None
    assert (average.value, average.complete) == (Fraction(8), True)


def test_fin6_the_exchanges_published_value_wins() -> None:
    action = CorporateAction(ex_date=ON, bonus=Decimal("0.5"), published_reference_price=Decimal("6.66"))
    assert reference_price(Decimal(10), action) == Fraction("6.66")


def test_fin6_a_consolidation_pays_cash_for_the_fraction() -> None:
    action = CorporateAction(ex_date=ON, ratio=Fraction(1, 10))
    assert reference_price(Decimal("1.00"), action) == 10
    assert applied(PledgedLine(1_005, 0), action, fraction_price=10) == PledgedLine(100, fen("5.00"))


def test_fin6_net_cash_is_what_is_pledged() -> None:
    action = CorporateAction(ex_date=ON, cash=Decimal("0.20"), net_cash=Decimal("0.18"))
    assert applied(PledgedLine(1_000, 7), action) == PledgedLine(1_000, fen("180.00") + 7)


def test_fin6_an_action_acts_from_its_ex_date_and_only_once() -> None:
    action = CorporateAction(ex_date=ON, bonus=Decimal("0.3"))
    line = PledgedLine(1_001, 0)
    assert as_of(line, [action], reported_on=DAYS[-3], on=DAYS[-2]) == line
    assert as_of(line, [action], reported_on=DAYS[-3], on=ON).quantity == 1_301
    assert as_of(line, [action], reported_on=ON, on=ON) == line


@given(st.decimals("0.10", "900", places=2), st.decimals(0, 3, places=2))
def test_fin6_a_pure_bonus_leaves_no_jump_beyond_the_tick(close: Decimal, bonus: Decimal) -> None:
    action = CorporateAction(ex_date=ON, bonus=bonus)
    reference = reference_price(close, action)
    assert abs(reference * (1 + Fraction(bonus)) - Fraction(close)) <= Fraction(1, 200) * (1 + Fraction(bonus))
    adjusted = adjusted_closes({DAYS[-2]: close, ON: reference}, [action], on=ON)
    assert adjusted[DAYS[-2]] == adjusted[ON]


def test_fin6_stored_closes_never_change_before_the_ex_date() -> None:
    action = CorporateAction(ex_date=ON, bonus=1)
    closes = {DAYS[-3]: Decimal(10), DAYS[-2]: Decimal(11)}
    assert adjusted_closes(closes, [action], on=DAYS[-2]) == {DAYS[-3]: 10, DAYS[-2]: 11}


def test_fin7_rate_and_bands() -> None:
    assert pledge_rate(fen("4000000"), 1_000_000, Decimal("10.00")) == Fraction("0.4")
    assert pledge_rate(1, 0, 10) is None
    assert most_lent(3, Decimal("0.01"), Decimal("0.5")) == 1
    places = {code: band("SZSE", code, ON) for code in ("000001", "002001", "300001")}
    assert [one.place(Fraction("0.45")) for one in places.values() if one] == ["below", "within", "above"]
    assert band("SSE", "688001", ON) is None


def test_fin11_volatility_needs_sixty_returns() -> None:
    flat = dict.fromkeys(DAYS, Decimal(10))
    assert daily_volatility(flat, on=ON) == 0
    assert daily_volatility(dict.fromkeys(DAYS[-60:], Decimal(10)), on=ON) is None


@given(st.integers(0, 10**12), st.integers(0, 10**9), st.integers(0, 10**12), st.integers(0, 10**9))
def test_fin14_every_fen_lands_exactly_once(proceeds: int, fees: int, principal: int, interest: int) -> None:
    paid = settle(proceeds, fees_fen=fees, debt=Debt(interest, 5, principal))
    parts = (paid.fees_fen, paid.interest_fen, paid.other_due_fen, paid.principal_fen, paid.surplus_fen)
    assert sum(parts) == proceeds
    assert min(parts) >= 0
    owed = principal + interest + 5
    assert paid.residual_claim_fen == owed - paid.interest_fen - paid.other_due_fen - paid.principal_fen
    assert not (paid.surplus_fen and paid.residual_claim_fen)


def test_fin15_the_binding_constraint_is_named() -> None:
    quick = Sale(quantity=1_000, mean_volume=1_000_000, decided_on=DAYS[0])
    assert days_to_sell(quick, CALENDAR).days == 1
    locked = Sale(quantity=1_000, mean_volume=1_000_000, decided_on=DAYS[0], lockup_end=DAYS[9])
    assert (days_to_sell(locked, CALENDAR).days, days_to_sell(locked, CALENDAR).binding) == (9, "lock-up")
    for name in ("frozen", "suspended"):
        time = days_to_sell(
            Sale(quantity=1, mean_volume=1, decided_on=DAYS[0], frozen=name == "frozen", suspended=True), CALENDAR
        )
        assert (time.days, time.binding) == (None, name)
    assert days_to_sell(Sale(quantity=1, mean_volume=0, decided_on=DAYS[0]), CALENDAR).days is None


def test_fin15_shares_bought_by_auction_are_free_of_the_cap() -> None:
    assert not selling_cap_applies(holds_5_percent=True, share_origin="auction")
    assert selling_cap_applies(holds_5_percent=True, share_origin="other")
    assert selling_cap_applies(holds_5_percent=False, share_origin="pre_ipo")
    assert not selling_cap_applies(holds_5_percent=False, share_origin="other")


def test_fin16_lockup_left_and_term() -> None:
    assert not lockup_too_long(on=date(2024, 1, 31), lockup_end=date(2025, 7, 31))
    assert lockup_too_long(on=date(2024, 1, 31), lockup_end=date(2025, 8, 1))
    assert term_too_short(maturity=date(2025, 1, 1), lockup_end=date(2025, 1, 1))
    assert not term_too_short(maturity=date(2025, 1, 2), lockup_end=date(2025, 1, 1))
