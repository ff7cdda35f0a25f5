"""The price of a day (FIN4): the close, or the last one carried over its ex-dates, or unknown; never zero."""

from datetime import date, timedelta
from decimal import Decimal

from finance.calendar import TradingCalendar
from finance.corporate_actions import CorporateAction
from monitoring.application.revaluation import batches, differing
from monitoring.domain.market_day import LastTrade, Quote, UsedPrice, used_price
from monitoring.tests.book import CLOSES, DAY, SEC1, SEC2, a_market

LAST = LastTrade(date(2026, 3, 2), Decimal("10.00"))
DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
CALENDAR = TradingCalendar.from_rows((day, day.weekday() < 5) for day in DAYS)
CARRIED = Quote(close=Decimal("10.00"), traded=False)


def test_fin4_the_close_of_the_day() -> None:
    assert used_price(Quote(close=Decimal("9.87")), on=DAY) == UsedPrice(price_e4=98_700, day=DAY, stale_days=0)


def test_fin4_a_bond_adds_its_accrued_interest() -> None:
    found = used_price(Quote(close=Decimal("98.50"), accrued_interest=Decimal("1.23")), on=DAY)

    assert found is not None
    assert found.price_e4 == 997_300


def test_fin4_a_suspended_security_keeps_its_last_close_without_age_limit() -> None:
    for quote in (None, CARRIED):
        found = used_price(quote, on=DAY, last_trade=LAST, calendar=CALENDAR)

        assert found == UsedPrice(price_e4=100_000, day=LAST.day, stale_days=21)


def test_fin6_the_carried_close_passes_its_ex_dates() -> None:
    actions = [CorporateAction(ex_date=date(2026, 3, 16), bonus=1), CorporateAction(ex_date=date(2026, 4, 1), bonus=1)]

    found = used_price(CARRIED, on=DAY, last_trade=LAST, calendar=CALENDAR, actions=actions)

    assert found is not None
    assert found.price_e4 == 50_000


def test_fin4_without_any_price_it_is_unknown() -> None:
    assert used_price(None, on=DAY) is None


def test_the_age_of_a_close_outside_the_calendar_is_not_guessed() -> None:
    short = TradingCalendar.from_rows([(DAY, True)])

    assert used_price(CARRIED, on=DAY, last_trade=LAST, calendar=short) == UsedPrice(
        price_e4=100_000, day=LAST.day, stale_days=None
    )


def test_a_carried_close_whose_trade_was_never_seen_is_taken_as_it_is() -> None:
    assert used_price(CARRIED, on=DAY) == UsedPrice(price_e4=100_000, day=None, stale_days=None)


def test_two_views_of_a_day_differ_in_what_moved() -> None:
    moved = a_market(CLOSES | {SEC1: "9.99"})
    acted = a_market(actions={})

    assert differing(a_market(), moved) == {SEC1}
    assert differing(a_market(), acted) == {SEC2}
    assert differing(a_market(), a_market()) == set()


def test_a_batch_splits_no_merge_group() -> None:
    contracts = [(f"C{n}", "G1" if 2 <= n <= 5 else None) for n in range(8)]

    found = list(batches(contracts, most=3))

    assert sorted(one for batch in found for one in batch) == [f"C{n}" for n in range(8)]
    assert any({"C2", "C3", "C4", "C5"} <= set(batch) for batch in found)
    assert max(len(batch) for batch in found if "C2" not in batch) <= 3
