"""What a contract is worth and where it stands (FIN6-FIN10), on the worked book and at its edges."""

from datetime import date
from fractions import Fraction

import pytest

from finance.corporate_actions import CorporateAction
from finance.coverage import Level
from finance.interest import InterestTerms
from finance.units import fen, half_up_places
from monitoring.domain.book import Contract
from monitoring.domain.valuation import ValuedContract, value_book
from monitoring.tests.book import CLOSES, DAY, REPORTED, SEC1, SEC2, a_contract, a_line, a_market, worked_book

EXPECTED = {
    "C1": ("165792000.00", "400000000.00", "50125/20724", Level.NORMAL),
    "C2": ("151500000.00", "242400000.00", "8/5", Level.WARNING),
    "C3": ("101440000.00", "300000000.00", "1875/634", Level.NORMAL),
    "C4": ("111760000.00", "150000000.00", "1875/1397", Level.TRIGGERED),
    "C5": ("60000000.00", "120000000.00", "21/10", Level.NORMAL),
}


def valued(*contracts: Contract, **market: object) -> dict[str, ValuedContract]:
    return {one.contract_id: one for one in value_book(contracts, a_market(**market))}  # type: ignore[arg-type]


def ratio(one: ValuedContract) -> Fraction:
    assert one.group_cover_fen is not None
    assert one.group_debt_fen is not None
    return Fraction(one.group_cover_fen, one.group_debt_fen)


class TestWorkedBook:
    @pytest.mark.parametrize("contract_id", EXPECTED)
    def test_fin8_every_contract_agrees_exactly(self, contract_id: str) -> None:
        debt, collateral, exact, level = EXPECTED[contract_id]

        one = valued(*worked_book())[contract_id]

        assert (one.debt_fen, one.collateral_fen) == (fen(debt), fen(collateral))
        assert (ratio(one), one.level) == (Fraction(exact), level)

    def test_live_variant_moves_what_holds_the_security(self) -> None:
        live = valued(*worked_book(), closes=CLOSES | {SEC1: "9.00"})

        shown = {name: str(half_up_places(ratio(one), 8)) for name, one in live.items()}
        assert shown == {
            "C1": "2.17742714",
            "C2": "1.57359736",
            "C3": "2.66167192",
            "C4": "1.34216178",
            "C5": "1.90000000",
        }

    def test_merge_variant_judges_one_ratio_by_the_highest_lines(self) -> None:
        together = valued(*worked_book(merged=True))

        assert together["C3"].level is together["C4"].level is Level.NORMAL
        assert str(half_up_places(ratio(together["C3"]), 8)) == "2.11069418"
        assert (together["C3"].warning_e6, together["C3"].liquidation_e6) == (1_600_000, 1_400_000)


class TestCorporateActions:
    def test_i7_wrong_ex_date_does_not_occur_whoever_adds_the_bonus_shares(self) -> None:
        by_platform = valued(*worked_book(reported=REPORTED))["C2"]
        by_firm = valued(*worked_book(reported=DAY))["C2"]

        assert ratio(by_platform) == ratio(by_firm) == Fraction(8, 5)

    def test_i7_an_action_after_the_day_has_not_happened_yet(self) -> None:
        early = {SEC2: (CorporateAction(ex_date=date(2026, 4, 1), bonus=1),)}

        one = valued(*worked_book(), actions=early)["C2"]

        assert one.collateral_fen == fen("141200000.00")

    def test_fin6_a_cash_dividend_is_pledged_along(self) -> None:
        dividend = {SEC1: (CorporateAction(ex_date=DAY, cash=Fraction(1, 5)),)}

        one = valued(a_contract(), actions=dividend)["C1"]

        assert one.cash_fen == fen("200000.00")

    def test_fin6_rounding_is_per_line_after_releases(self) -> None:
        bonus = {SEC1: (CorporateAction(ex_date=DAY, bonus=Fraction(1, 2)),)}
        two_lines = a_contract(lines=(a_line(shares=1), a_line(line_no=2, shares=1)))

        one = valued(two_lines, actions=bonus)["C1"]

        assert one.collateral_fen == fen("20.00")


class TestMissing:
    def test_a_missing_price_is_unknown_and_never_zero(self) -> None:
        one = valued(*worked_book(), closes={SEC1: "10.00", SEC2: "20.24"})["C4"]

        assert (one.collateral_fen, one.level, one.unknown) == (None, None, "price")
        assert one.missing == ("SSE/600003",)

    def test_a_line_without_quantity_needs_no_price(self) -> None:
        released = a_contract(lines=(a_line(), a_line(line_no=2, instrument=SEC2, shares=0)))

        assert valued(released, closes={SEC1: "10.00"})["C1"].level is Level.NORMAL

    def test_m4_3_a_contract_whose_lines_have_not_arrived_is_unknown_and_never_triggered(self) -> None:
        one = valued(a_contract(lines=()), closes={SEC1: "10.00"})["C1"]

        assert (one.collateral_fen, one.level, one.unknown) == (None, None, "collateral")

    def test_one_unknown_member_leaves_its_merge_group_unjudged(self) -> None:
        book = valued(*worked_book(merged=True), closes={SEC1: "10.00", SEC2: "20.24"})

        assert (book["C3"].level, book["C3"].unknown) == (None, "group")
        assert book["C3"].collateral_fen == fen("300000000.00")

    def test_terms_that_the_firm_did_not_tell_leave_the_debt_unknown(self) -> None:
        one = valued(a_contract(rate_e6=None))["C1"]

        assert (one.debt_fen, one.level, one.unknown) == (None, None, "terms")

    def test_fin10_unreported_lines_fall_back_on_the_rule_of_thumb_and_say_so(self) -> None:
        one = valued(a_contract(warning_e6=None, liquidation_e6=None))["C1"]

        assert (one.warning_e6, one.liquidation_e6, one.lines_reported) == (1_500_000, 1_300_000, False)

    def test_fin8_without_debt_the_ratio_is_undefined_and_the_level_normal(self) -> None:
        one = valued(a_contract(principal_fen=0))["C1"]

        assert (one.debt_fen, one.level) == (0, Level.NORMAL)


class TestOpen:
    @pytest.mark.parametrize("status", ["active", "matured_unsettled", "in_disposal"])
    def test_open_until_it_closes(self, status: str) -> None:
        assert valued(a_contract(status=status))

    def test_a_closed_contract_has_no_value(self) -> None:
        assert not valued(a_contract(status="closed"))

    def test_a_contract_is_not_open_before_its_initial_trade(self) -> None:
        assert not valued(a_contract(initial_date=date(2026, 4, 1)))


def test_fin9_interest_is_piecewise_where_the_principal_changed() -> None:
    terms = (
        InterestTerms(date(2026, 3, 1), fen("2000000.00"), Fraction("0.0365")),
        InterestTerms(date(2026, 3, 21), fen("1000000.00"), Fraction("0.0365")),
    )
    contract = a_contract(
        principal_fen=fen("1000000.00"), rate_e6=36_500, interest_paid_to=date(2026, 3, 1), terms=terms
    )

    one = valued(contract)["C1"]

    assert one.interest_fen == fen("4000.00") + fen("1000.00")


def test_fin9_interest_is_rounded_per_contract_and_then_summed() -> None:
    small = [
        a_contract(
            contract_id=f"C{n}", principal_fen=5000, rate_e6=36_500, interest_paid_to=date(2026, 3, 30), lines=()
        )
        for n in range(3)
    ]

    assert sum(one.interest_fen or 0 for one in valued(*small).values()) == 3


def test_fin10_exactly_at_the_line_is_a_warning_and_a_fen_more_is_not() -> None:
    at = a_contract(lines=(a_line(shares=640_000),))
    above = a_contract(lines=(a_line(shares=640_000, cash_fen=1),))

    assert valued(at)["C1"].level is Level.WARNING
    assert valued(above)["C1"].level is Level.NORMAL


def test_lineage_names_the_contract_and_every_line() -> None:
    assert valued(*worked_book())["C2"].accessions == ("C2", "line-1", "C2/2")
