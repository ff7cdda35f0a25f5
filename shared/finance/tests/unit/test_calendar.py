"""Trading days, T+n and windows (FIN20), against built rows and, where it is at hand, the exchange's own list."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.calendar import CalendarEnded, TradingCalendar, add_months, in_month_window, term_within
from finance.cure import cure_due

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
WEEKDAYS = TradingCalendar.from_rows(
    (day, day.weekday() < 5) for day in (FIRST + timedelta(days=offset) for offset in range(366))
)
days_of_2024 = st.dates(date(2024, 2, 1), date(2024, 11, 30))


def test_t_plus_n_counts_trading_days_only() -> None:
    friday = date(2024, 3, 1)
    assert WEEKDAYS.add(friday, 3) == date(2024, 3, 6)
    assert WEEKDAYS.next_trading_day(friday) == date(2024, 3, 4)
    assert WEEKDAYS.previous_trading_day(date(2024, 3, 4)) == friday
    assert WEEKDAYS.previous_trading_day(date(2024, 3, 3)) == friday
    assert WEEKDAYS.on_or_before(date(2024, 3, 3)) == friday
    assert WEEKDAYS.window(date(2024, 3, 5), 3) == [friday, date(2024, 3, 4), date(2024, 3, 5)]


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2025, 1, 1)])
def test_fin20_past_its_end_it_fails_and_says_so(day: date) -> None:
    with pytest.raises(CalendarEnded, match=r"2024-01-01 to 2024-12-31") as raised:
        WEEKDAYS.is_trading_day(day)
    assert raised.value.asked == day


def test_fin20_an_answer_past_its_end_fails_too() -> None:
    with pytest.raises(CalendarEnded):
        WEEKDAYS.next_trading_day(date(2024, 12, 31))
    with pytest.raises(CalendarEnded):
        WEEKDAYS.window(date(2024, 1, 3), 30)


def test_rows_with_a_hole_are_no_calendar() -> None:
    with pytest.raises(ValueError, match="lacks 1 day"):
        TradingCalendar.from_rows([(date(2024, 1, 1), True), (date(2024, 1, 3), True)])


@given(days_of_2024, st.integers(1, 15))
def test_forward_and_back_again(day: date, count: int) -> None:
    start = WEEKDAYS.on_or_before(day)
    assert WEEKDAYS.add(WEEKDAYS.add(start, count), -count) == start
    assert WEEKDAYS.count_after(start, WEEKDAYS.add(start, count)) == count


def test_fin20_month_window_is_clipped_to_the_months_end() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2024, 12, 15), 1) == date(2025, 1, 15)
    assert in_month_window(date(2026, 4, 30), date(2026, 3, 31))
    assert not in_month_window(date(2026, 5, 1), date(2026, 3, 31))
    assert not in_month_window(date(2026, 3, 30), date(2026, 3, 31))


def test_fin12_two_trading_days_to_cure_unless_the_contract_says_otherwise() -> None:
    friday = date(2024, 3, 1)
    assert cure_due(friday, WEEKDAYS) == date(2024, 3, 5)
    assert cure_due(friday, WEEKDAYS, cure_days=1) == date(2024, 3, 4)


def test_fr06_three_years_exactly_is_within_a_day_more_is_not() -> None:
    assert term_within(date(2024, 2, 29), date(2027, 2, 28), months=36)
    assert not term_within(date(2024, 2, 29), date(2027, 3, 1), months=36)


def test_the_exchanges_own_trading_days() -> None:
    folder = Path(os.environ.get("PLEDGEBOARD_DATA", Path(__file__).resolve().parents[4].parent / "shared" / "data"))
    path = folder / "calendar" / "xshg_sessions_1990_2026.txt"
    if not path.exists():
        pytest.skip(f"NOT PROVEN HERE: the exchange's sessions are absent ({path}); set PLEDGEBOARD_DATA")
    sessions = [date.fromisoformat(line) for line in path.read_text().split()]
    calendar = TradingCalendar(sessions, first=sessions[0], last=date(2026, 12, 31))
    assert calendar.next_trading_day(date(2024, 9, 30)) == date(2024, 10, 8)
    assert calendar.add(date(2024, 2, 8), 1) == date(2024, 2, 19)
