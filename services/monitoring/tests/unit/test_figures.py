"""Market figures M9.3 and M9.4 on the worked book, their missing-data policy, and sums kept by increments (I1)."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.units import fen, half_up_places
from monitoring.domain.figures import FORMULAS, Figure, MarketHistory, market_figure
from monitoring.domain.metric_registry import registry
from monitoring.domain.sums import EMPTY, BookSums, contribution, sums_of, total
from monitoring.domain.valuation import ValuedContract, value_book
from monitoring.tests.book import CLOSES, DAY, SEC1, SEC2, SEC3, a_contract, a_line, a_market, by_firm, worked_book

BEFORE = BookSums(contract_count=1, initial_fen=1, valued_initial_fen=1, valued_debt_fen=100, valued_collateral_fen=236)


def figure(metric_id: str, sums: BookSums, **history: BookSums) -> Figure:
    return market_figure(registry().get(metric_id), day=DAY, sums=sums, history=MarketHistory(**history))


def worked_sums(*, merged: bool = False) -> BookSums:
    firms = by_firm(worked_book(merged=merged))
    return total(sums_of(value_book(book, a_market())) for book in firms.values())


class TestWorkedBook:
    def test_m9_3a_mean_coverage(self) -> None:
        one = figure("M9.3a", worked_sums())

        assert (one.value, one.level) == (Fraction(43550, 21089), "warning")

    def test_m9_3b_fall_in_20_trading_days(self) -> None:
        one = figure("M9.3b", worked_sums(), before_20=BEFORE)

        assert (one.value, one.level) == (Fraction(155501, 1244251), "attention")

    def test_m9_3c_exchange_style_drives_nothing(self) -> None:
        one = figure("M9.3c", worked_sums())

        assert (one.value, one.level) == (Fraction(3031, 1475), "none")

    def test_m9_4a_contains_m9_4b(self) -> None:
        at_warning, at_liquidation = figure("M9.4a", worked_sums()), figure("M9.4b", worked_sums())

        assert (at_warning.value, at_warning.level) == (Fraction(27, 59), "alert")
        assert (at_liquidation.value, at_liquidation.level) == (Fraction(12, 59), "alert")

    def test_merge_variant(self) -> None:
        sums = worked_sums(merged=True)

        shown = {
            name: f"{half_up_places(figure(name, sums).value or 0, 8):.8f}" for name in ("M9.3a", "M9.4a", "M9.4b")
        }
        assert shown == {"M9.3a": "2.06505761", "M9.4a": "0.25423729", "M9.4b": "0.00000000"}

    def test_live_variant(self) -> None:
        market = a_market(CLOSES | {SEC1: "9.00"})
        sums = total(sums_of(value_book(book, market)) for book in by_firm(worked_book()).values())

        shown = {
            name: f"{half_up_places(figure(name, sums).value or 0, 8):.8f}" for name in ("M9.3a", "M9.4a", "M9.4b")
        }
        assert shown == {"M9.3a": "1.91941635", "M9.4a": "0.45762712", "M9.4b": "0.20338983"}


class TestMissing:
    def test_m9_3_leaves_out_up_to_1_percent_of_p_and_says_how_much(self) -> None:
        sums = BookSums(2, 10_000, 9_900, 9_900, 20_000, 0, 0, 9_900, 0, 0, 1, 1, 0, 0)

        one = figure("M9.3a", sums)

        assert (one.state, one.ratio.left_out_fen) == ("known", 100)

    def test_m9_3_is_unknown_above_1_percent(self) -> None:
        sums = BookSums(2, 10_000, 9_899, 9_899, 20_000, 0, 0, 9_899, 0, 0, 1, 1, 0, 0)

        one = figure("M9.3a", sums)

        assert (one.state, one.value, one.level) == ("unknown", None, "unknown")

    def test_a_true_absence_is_zero_and_a_mean_of_nothing_undefined(self) -> None:
        assert figure("M9.4a", EMPTY).value == 0
        assert (figure("M9.3a", EMPTY).state, figure("M9.3a", EMPTY).level) == ("undefined", "none")

    def test_m9_3b_is_warming_up_before_its_window_is_full(self) -> None:
        one = figure("M9.3b", worked_sums(), before_5=BEFORE)

        assert (one.state, one.level) == ("warming_up", "none")
        assert one.beside["5td"] == Fraction(155501, 1244251)

    def test_d_zero_stays_in_both_sums_of_the_mean(self) -> None:
        book = value_book([a_contract(), a_contract(contract_id="C2", principal_fen=0)], a_market())

        assert figure("M9.3a", sums_of(book)).value == 5


class TestRegistry:
    def test_i6_every_metric_of_the_market_has_its_formula(self) -> None:
        assert {one.id for one in registry() if one.scope == "market"} == set(FORMULAS)

    def test_i6_every_definition_is_complete_in_both_languages(self) -> None:
        for one in registry():
            assert all((one.clause, one.title_zh, one.title_en, one.formula_zh, one.formula_en, one.inputs))
            assert one.thresholds
            assert one.drives == bool(one.thresholds[0].levels)

    @pytest.mark.parametrize(("value", "level"), [("2.51", "normal"), ("2.50", "attention"), ("1.80", "alert")])
    def test_m21_a_level_is_reached_at_its_number(self, value: str, level: str) -> None:
        assert registry().get("M9.3a").level_of(Fraction(value), on=DAY) == level

    def test_i8_no_level_before_its_threshold_is_in_force(self) -> None:
        assert registry().get("M9.4a").level_of(Fraction(1), on=date(2018, 1, 14)) == "none"


lines = st.builds(
    lambda instrument, shares, cash: a_line(instrument=instrument, shares=shares, cash_fen=cash),
    st.sampled_from([SEC1, SEC2, SEC3]),
    st.integers(0, 50_000_000),
    st.integers(0, 10_000_000),
)
contracts = st.builds(
    lambda number, amount, rate, group, held: a_contract(
        contract_id=f"C{number}",
        initial_fen=amount,
        principal_fen=amount,
        rate_e6=rate,
        interest_paid_to=date(2025, 11, 3),
        merge_group_id=group,
        lines=tuple(held),
    ),
    st.integers(1, 8),
    st.integers(0, fen("300000000.00")),
    st.none() | st.integers(0, 240_000),
    st.none() | st.sampled_from(["G1", "G2"]),
    st.lists(lines, max_size=3),
)


class TestIncrements:
    @given(st.lists(st.lists(contracts, max_size=6), min_size=1, max_size=6))
    def test_i1_incremental_equals_full_recomputation_to_the_fen(self, batches: list[list[object]]) -> None:
        book: dict[str, object] = {}
        kept: dict[str, ValuedContract] = {}
        sums = EMPTY
        for batch in batches:
            book |= {one.contract_id: one for one in batch}  # type: ignore[attr-defined]
            now = {one.contract_id: one for one in value_book(book.values(), a_market(CLOSES | {SEC1: "9.37"}))}  # type: ignore[arg-type]
            for contract_id, one in now.items():
                if kept.get(contract_id) != one:
                    before = contribution(kept[contract_id]) if contract_id in kept else EMPTY
                    sums = sums + contribution(one) - before
            kept = now

        assert sums == sums_of(kept.values())

    def test_i1_a_planted_difference_is_seen(self) -> None:
        book = value_book(worked_book(), a_market())
        planted = [book[0]._replace(collateral_fen=(book[0].collateral_fen or 0) + 1), *book[1:]]

        assert sums_of(planted) != sums_of(book)
