"""FIN21: every worked example of the rules, by its number."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from finance.calendar import TradingCalendar
from finance.corporate_actions import CorporateAction, PledgedLine, applied, reference_price
from finance.coverage import Coverage, Level, Lines, distance_to_margin_call, fall_to_line, line_price, total
from finance.cure import is_cured, least_cash, least_quantity, releasable
from finance.disposal import Debt, Sale, days_to_sell, settle
from finance.estimates import estimated_lines
from finance.interest import accrued_interest
from finance.lpr import LoanPrimeRate
from finance.pledge_rate import most_lent
from finance.prices import avg7, bond_price
from finance.units import fen, half_up_places, value_fen, yuan

LINES = Lines(Decimal("1.5"), Decimal("1.3"))


def monday_to_friday(first: date, last: date) -> TradingCalendar:
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return TradingCalendar((day for day in days if day.weekday() < 5), first=first, last=last)


def test_fin21_1_at_exactly_the_warning_line() -> None:
    loan = most_lent(1_000_000, Decimal("10.00"), Decimal("0.40"))
    assert loan == fen("4000000")
    at_warning = Coverage(value_fen(1_000_000, Decimal("6.00")), 0, 0, loan)

    assert at_warning.level(LINES) is Level.WARNING
    assert Coverage(value_fen(1_000_000, Decimal("5.20")), 0, 0, loan).level(LINES) is Level.TRIGGERED
    assert Coverage(value_fen(1_000_000, Decimal("5.21")), 0, 0, loan).level(LINES) is Level.WARNING
    assert is_cured(at_warning, LINES.warning)
    assert least_cash(at_warning, LINES.warning) == 1
    assert least_quantity(at_warning, LINES.warning, Decimal("6.00")) == 100


def test_fin21_2_interest_line_prices_and_cures() -> None:
    interest = accrued_interest(fen("4000000"), Decimal("0.065"), paid_to=date(2024, 3, 1), on=date(2024, 8, 30))
    assert yuan(interest) == Decimal("129643.84")
    position = Coverage(value_fen(1_000_000, 6), 0, 0, fen("4000000") + interest)
    assert position.ratio is not None
    assert half_up_places(position.ratio, 5) == Decimal("1.45291")
    assert position.level(LINES) is Level.WARNING

    everything = position.collateral_fen
    assert line_price(position, 1_000_000, LINES.warning, of_this_fen=everything) == Fraction("6.19446576")
    assert line_price(position, 1_000_000, LINES.liquidation, of_this_fen=everything) == Fraction("5.368536992")
    exactly = Coverage(everything, 0, 0, position.debt_fen - fen("129643.84"))
    assert exactly.ratio == Fraction(3, 2)
    assert yuan(least_cash(position, LINES.warning)) == Decimal("129643.85")
    assert least_quantity(position, LINES.warning, 6) == 32_500
    for shares, shown in ((32_500, "1.500129"), (32_400, "1.499984")):
        more = Coverage(everything + value_fen(shares, 6), 0, 0, position.debt_fen)
        assert more.ratio is not None
        assert half_up_places(more.ratio, 6) == Decimal(shown)


def test_fin21_3_interest_is_rounded_per_contract_then_summed() -> None:
    each = [
        accrued_interest(fen("50.00"), Decimal("0.0365"), paid_to=date(2024, 3, 1), on=date(2024, 3, 2))
        for _ in range(3)
    ]
    assert each == [1, 1, 1]
    assert sum(each) == 3


def test_fin21_4_bonus_cash_and_rights() -> None:
    action = CorporateAction(ex_date=date(2024, 1, 10), bonus=Decimal("0.5"), cash=Decimal("0.20"))
    assert reference_price(Decimal("10.00"), action) == Fraction("6.53")
    line = applied(PledgedLine(1_000_000, 0), action)
    assert line == PledgedLine(1_500_000, fen("200000.00"))
    assert value_fen(line.quantity, Decimal("6.53")) + line.cash_fen == fen("9995000.00")

    calendar = monday_to_friday(date(2023, 10, 2), date(2024, 3, 1))
    days = calendar.window(date(2024, 1, 10), 7)
    closes = dict(zip(days, map(Decimal, ["9.80", "9.90", "10.10", "10.20", "10.00", "10.00", "6.60"]), strict=True))
    on = calendar.next_trading_day(date(2024, 1, 10))
    average = avg7(closes, on=on, calendar=calendar, actions=[action])
    unadjusted = avg7(closes, on=on, calendar=calendar)
    assert average is not None
    assert unadjusted is not None
    assert average.value == Fraction("6.54")
    assert half_up_places(unadjusted.value, 2) == Decimal("9.51")

    rights = CorporateAction(ex_date=date(2024, 1, 10), rights=Decimal("0.3"), rights_price=Decimal("5.00"))
    assert reference_price(Decimal("10.00"), rights) == Fraction("8.85")
    assert applied(PledgedLine(1_000_000, 0), rights) == PledgedLine(1_000_000, 0)


def test_fin21_5_releasable_leaves_exactly_the_release_line() -> None:
    position = Coverage(value_fen(1_000_000, 8), 0, 0, fen("4000000"))
    assert releasable(position, 8, release_line=Decimal("1.8")) == 100_000
    assert Coverage(value_fen(900_000, 8), 0, 0, fen("4000000")).ratio == Fraction(9, 5)


def test_fin21_6_fall_and_distance() -> None:
    fall = fall_to_line(Coverage(200, 0, 0, 100), Decimal("1.3"))
    assert fall == Fraction(35, 100)
    assert distance_to_margin_call(Fraction(35, 100), Decimal("0.025")) == 14


def test_fin21_7_merge_group_sums_first() -> None:
    parts = [Coverage(fen("6000000"), 0, 0, fen("4000000")), Coverage(fen("5000000"), 0, 0, fen("4000000"))]
    assert [one.level(LINES) for one in parts] == [Level.WARNING, Level.TRIGGERED]
    assert total(parts).ratio == Fraction("1.375")
    assert total(parts).level(LINES) is Level.WARNING


def test_fin21_8_days_to_sell_under_the_selling_cap() -> None:
    sale = Sale(
        quantity=30_000_000,
        mean_volume=4_000_000,
        decided_on=date(2024, 1, 1),
        capital=500_000_000,
        capped=True,
    )
    calendar = monday_to_friday(date(2023, 12, 1), date(2024, 12, 31))
    time = days_to_sell(sale, calendar)
    assert (time.days, time.binding, time.done_on) == (104, "selling cap", date(2024, 5, 24))
    uncapped = days_to_sell(Sale(quantity=30_000_000, mean_volume=4_000_000, decided_on=date(2024, 1, 1)), calendar)
    assert (uncapped.days, uncapped.binding) == (50, "volume")


def test_fin21_9_disposal_surplus_and_residual_claim() -> None:
    debt = Debt(interest_fen=fen("129643.84"), other_due_fen=0, principal_fen=fen("4000000"))
    over = settle(fen("5000000.00"), fees_fen=fen("10000.00"), debt=debt)
    assert yuan(over.surplus_fen) == Decimal("860356.16")
    assert over.residual_claim_fen == 0
    under = settle(fen("4000000.00"), fees_fen=fen("10000.00"), debt=debt)
    assert yuan(under.residual_claim_fen) == Decimal("139643.84")
    assert under.surplus_fen == 0


def test_fin21_10_bonds_and_plan_units() -> None:
    assert value_fen(10_000, bond_price(Decimal("98.50"), Decimal("1.23"))) == fen("997300.00")
    assert value_fen(Decimal("1234567.89"), Decimal("1.0532")) == fen("1300246.90")


def test_fin21_11_rate_cap_and_estimate() -> None:
    lpr = LoanPrimeRate.bundled()
    assert lpr.cap(date(2025, 5, 19)) == Fraction("0.124")
    assert lpr.cap(date(2025, 5, 20)) == Fraction("0.12")
    lines = estimated_lines(Decimal("10.00"))
    assert (lines.warning_price, lines.liquidation_price) == (Fraction("6.40"), Fraction("5.60"))
