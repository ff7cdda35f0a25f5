from datetime import date, timedelta
from decimal import Decimal

import pytest

from chassis.kernel import FieldError
from listing.domain.eligibility import EligibleClass
from listing.domain.field_rules import MESSAGES
from listing.domain.pledgee_form import PledgeeForm
from listing.domain.pledgor_form import CollateralLine, PledgorForm
from listing.tests.builders import (
    ACCOUNT,
    ALWAYS,
    BOND,
    CLASSES,
    FUND,
    MONDAY,
    UNKNOWN,
    a_catalogue,
    a_line,
    a_pledgee_form,
    a_pledgor_form,
)


def rules(errors: list[FieldError]) -> list[tuple[str, str]]:
    return [(one.pointer, one.rule) for one in errors]


def wrong(form: PledgorForm | PledgeeForm, **catalogue: object) -> list[tuple[str, str]]:
    return rules(form.wrong(a_catalogue(**catalogue), {ACCOUNT}))  # type: ignore[arg-type]  # passed on by name


class TestPledgorForm:
    def test_p8_2_a_complete_form_stands(self) -> None:
        form = a_pledgor_form()

        assert wrong(form) == []
        assert form.missing() == []

    def test_p8_2_an_empty_form_names_every_field_and_nothing_as_wrong(self) -> None:
        missing = {pointer for pointer, _ in rules(PledgorForm().missing())}

        assert missing == {
            "/lines", "/financing_wanted", "/lowest_pledge_rate", "/highest_annual_rate", "/months", "/purpose",
            "/warning_line", "/liquidation_line", "/repayment_source", "/valid_until",
        }  # fmt: skip
        assert wrong(PledgorForm()) == []

    def test_p8_2_an_empty_line_names_its_fields(self) -> None:
        form = a_pledgor_form(lines=(CollateralLine(),))

        assert {pointer for pointer, _ in rules(form.missing())} == {
            "/lines/0/account_ref", "/lines/0/market", "/lines/0/security", "/lines/0/quantity",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("form", "expected"),
        [
            (a_pledgor_form(financing_wanted_fen=0), ("/financing_wanted", "positive")),
            (a_pledgor_form(highest_annual_rate="6.5"), ("/highest_annual_rate", "fraction")),
            (a_pledgor_form(months=0), ("/months", "term_range")),
            (a_pledgor_form(warning_line="1.3"), ("/warning_line", "line_order")),
            (a_pledgor_form(liquidation_line="1"), ("/liquidation_line", "line_range")),
            (a_pledgor_form(valid_until=MONDAY - timedelta(days=1)), ("/valid_until", "past")),
            (a_pledgor_form(purpose="长" * 501), ("/purpose", "too_long")),
        ],
    )
    def test_p8_2_a_field_out_of_range_is_named(self, form: PledgorForm, expected: tuple[str, str]) -> None:
        assert wrong(form) == [expected]

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            (a_line(quantity="0"), ("/lines/0/quantity", "positive")),
            (a_line(quantity="100.5"), ("/lines/0/quantity", "quantity_scale")),
            (a_line(instrument=BOND, share_class=None, quantity="0.5"), ("/lines/0/quantity", "quantity_scale")),
            (a_line(instrument=FUND, share_class=None, quantity="1.00001"), ("/lines/0/quantity", "quantity_scale")),
            (a_line(instrument=BOND), ("/lines/0/share_class", "share_class_on_non_share")),
            (a_line(share_class=None), ("/lines/0/share_class", "share_class_missing")),
            (a_line(share_class="golden"), ("/lines/0/share_class", "unknown_code")),
            (a_line(share_class="restricted"), ("/lines/0/release_date", "release_date_missing")),
            (a_line(release_date=date(2027, 1, 1)), ("/lines/0/release_date", "release_date_unexpected")),
            (a_line(instrument=UNKNOWN, share_class=None), ("/lines/0/security", "not_eligible")),
            (a_line(account_ref="c" * 32), ("/lines/0/account_ref", "unknown_account")),
        ],
    )
    def test_p9_3_a_line_off_its_scale_or_class_is_named(self, line: CollateralLine, expected: tuple[str, str]) -> None:
        assert wrong(a_pledgor_form(lines=(line,))) == [expected]

    def test_p8_2_a_security_the_master_lacks_is_named(self) -> None:
        line = CollateralLine(account_ref=ACCOUNT, market="SSE", security="999999", quantity=Decimal(1))

        assert wrong(a_pledgor_form(lines=(line,))) == [("/lines/0/security", "unknown_security")]

    def test_p10_2_the_same_units_are_one_line(self) -> None:
        form = a_pledgor_form(lines=(a_line(), a_line(quantity="5")))

        assert wrong(form) == [("/lines/0", "duplicate_line"), ("/lines/1", "duplicate_line")]

    @pytest.mark.parametrize("quantity", ["0.0001", "1234567.89"])
    def test_p9_2_fund_units_have_decimals(self, quantity: str) -> None:
        assert wrong(a_pledgor_form(lines=(a_line(instrument=FUND, share_class=None, quantity=quantity),))) == []

    def test_p9_2_a_product_with_its_own_scale_goes_before_its_class(self) -> None:
        two_places = EligibleClass(
            asset_class="fund_unit", step=Decimal("0.01"), has_share_class=False, valid_from=ALWAYS,
            market=FUND.market, security=FUND.security,
        )  # fmt: skip
        form = a_pledgor_form(lines=(a_line(instrument=FUND, share_class=None, quantity="1.001"),))

        assert wrong(form, classes=(*CLASSES, two_places)) == [("/lines/0/quantity", "quantity_scale")]

    def test_p9_2_a_class_counts_from_its_day_until_its_end(self) -> None:
        def etf(valid_from: date, valid_to: date | None) -> EligibleClass:
            return EligibleClass(
                asset_class="etf", step=Decimal(1), has_share_class=False, valid_from=valid_from, valid_to=valid_to
            )

        form = a_pledgor_form(lines=(a_line(instrument=UNKNOWN, share_class=None),))

        assert wrong(form, classes=(etf(MONDAY, None),)) == []
        assert wrong(form, classes=(etf(ALWAYS, MONDAY),)) == [("/lines/0/security", "not_eligible")]


class TestPledgeeForm:
    def test_p8_3_a_complete_form_stands(self) -> None:
        form = a_pledgee_form()

        assert wrong(form) == []
        assert form.missing() == []

    def test_p8_3_an_empty_form_names_every_field(self) -> None:
        missing = {pointer for pointer, _ in rules(PledgeeForm().missing())}

        assert missing == {
            "/funds_from", "/funds_to", "/source", "/months_from", "/months_to", "/annual_rate_from",
            "/annual_rate_to", "/markets", "/asset_classes", "/boards", "/highest_pledge_rates", "/warning_line",
            "/liquidation_line", "/region", "/valid_until",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("form", "expected"),
        [
            (a_pledgee_form(funds_to_fen=1), ("/funds_to", "range_order")),
            (a_pledgee_form(months_to=3), ("/months_to", "range_order")),
            (a_pledgee_form(annual_rate_to="0.05"), ("/annual_rate_to", "range_order")),
            (a_pledgee_form(source="pocket"), ("/source", "unknown_code")),
            (a_pledgee_form(asset_classes=("etf",)), ("/asset_classes/0", "unknown_code")),
            (a_pledgee_form(template="slow_finance"), ("/template", "unknown_template")),
            (
                a_pledgee_form(highest_pledge_rates={"star": Decimal("0.5")}),
                ("/highest_pledge_rates/star", "board_not_accepted"),
            ),
        ],
    )
    def test_p8_3_a_field_out_of_range_is_named(self, form: PledgeeForm, expected: tuple[str, str]) -> None:
        assert wrong(form) == [expected]

    def test_p8_3_fixed_fields_of_a_template_cannot_be_loosened(self) -> None:
        form = a_pledgee_form(template="quick_finance", funds_to_fen=2_000_000_000, months_from=3)

        assert wrong(form) == [("/funds_to", "template_fixed"), ("/months_from", "template_fixed")]


def test_every_message_exists_in_both_languages() -> None:
    assert all(chinese and english and chinese != english for chinese, english in MESSAGES.values())
