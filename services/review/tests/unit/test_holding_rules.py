"""P9, P10, P11.1: what every line of a pledgor's listing is held against."""

from datetime import date
from decimal import Decimal

import pytest

from review.domain.board_rules import BoardRules
from review.domain.verification import RuleResult, Verification, verify
from review.domain.verification_facts import LineFacts
from review.tests.builders import (
    a_holding,
    a_line,
    a_security,
    line_facts,
    pledgor_facts,
)

RULES = BoardRules.bundled()


def verified(*lines: LineFacts) -> Verification:
    return verify(RULES, pledgor_facts(*lines))


def result(verification: Verification, rule_id: str) -> RuleResult:
    return next(one for one in verification.results if one.rule_id == rule_id)


def test_p11_2_a_listing_that_passes_every_rule_is_approved_and_every_result_is_kept() -> None:
    found = verified(line_facts())

    assert found.outcome == "approved"
    assert {one.answer for one in found.results} <= {"pass", "not_applicable"}
    assert {"B-EXIST", "B-CLASS", "B-AVAIL", "B-ELIG", "FR01", "FR06"} <= {one.rule_id for one in found.results}


def test_p10_1_a_line_above_the_available_quantity_is_refused_with_each_deduction_named() -> None:
    holding = a_holding(
        held="2000000", frozen="300000", pledged="500000", settlement_collateral="100000", other_restricted="150000"
    )

    found = verified(line_facts(a_line(quantity="1000000"), holding=holding))

    refused = result(found, "B-AVAIL")
    assert found.outcome == "returned"
    assert refused.pointer == "/lines/0/quantity"
    assert (refused.held, refused.available, refused.asked) == (Decimal(2000000), Decimal(950000), Decimal(1000000))
    assert refused.deductions == {
        "frozen": Decimal(300000),
        "pledged": Decimal(500000),
        "settlement_collateral": Decimal(100000),
        "other_restricted": Decimal(150000),
    }
    assert "50000" in refused.message_zh
    assert refused.fix_zh


def test_p10_1_exactly_the_available_quantity_passes() -> None:
    found = verified(line_facts(a_line(quantity="950000"), holding=a_holding(held="1000000", frozen="50000")))

    assert result(found, "B-AVAIL").answer == "pass"


def test_p10_1_restrictions_above_the_holding_leave_nothing_not_less() -> None:
    assert a_holding(held="100", frozen="80", pledged="80").available == 0


def test_p10_2_the_same_units_cannot_stand_in_two_listings() -> None:
    found = verified(line_facts(a_line(quantity="600000"), holding=a_holding(held="1000000"), ahead="500000"))

    refused = result(found, "B-AVAIL")
    assert refused.answer == "fail"
    assert refused.deductions == {"other_live_listings": Decimal(500000)}
    assert refused.available == Decimal(500000)


def test_p11_4_an_account_absent_from_the_snapshot_holds_nothing() -> None:
    found = verified(line_facts(held=False))

    assert result(found, "B-EXIST").refuses
    assert result(found, "B-AVAIL").answer == "not_applicable"


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        (a_line(share_class="unrestricted"), {"held": False, "other_classes": ("restricted",)}),
        (
            a_line(share_class="restricted", release_date=date(2026, 9, 1)),
            {"holding": a_holding(share_class="restricted", release_date=date(2027, 9, 1))},
        ),
    ],
)
def test_p11_1_class_and_release_date_are_those_of_the_holding(line: object, facts: dict[str, object]) -> None:
    found = verified(line_facts(line, **facts))  # type: ignore[arg-type]  # the builder's own keywords

    assert result(found, "B-CLASS").refuses


def test_p9_3_a_share_class_on_a_bond_is_refused() -> None:
    bond = a_security(asset_class="bond")

    found = verified(line_facts(a_line(share_class="unrestricted"), security=bond))

    assert result(found, "B-CLASS").refuses


@pytest.mark.parametrize(
    ("asset_class", "quantity", "good"), [("a_share", "100.5", False), ("fund_unit", "100.5", True)]
)
def test_p9_3_a_quantity_off_the_scale_of_its_class_is_refused(asset_class: str, quantity: str, good: bool) -> None:  # noqa: FBT001
    facts = line_facts(
        a_line(quantity=quantity, share_class="unrestricted" if asset_class == "a_share" else None),
        security=a_security(asset_class=asset_class),
    )

    assert (result(verified(facts), "B-SCALE").answer == "pass") is good


def test_p9_1_a_security_that_is_not_in_the_master_is_not_eligible() -> None:
    assert result(verified(line_facts(listed=False)), "B-ELIG").refuses


@pytest.mark.parametrize("asset_class", ["a_share", "b_share", "neeq_share", "depositary_receipt", "bond", "etf"])
def test_p9_1_the_classes_of_the_guide_are_eligible(asset_class: str) -> None:
    facts = line_facts(
        a_line(share_class=None if asset_class in ("bond", "etf") else "unrestricted"),
        security=a_security(asset_class=asset_class),
    )

    assert result(verified(facts), "B-ELIG").answer == "pass"


@pytest.mark.parametrize(
    ("rule_id", "security"),
    [
        ("FR10", a_security(special_treatment="star_st")),
        ("FR11", a_security(net_income_last_year="-1")),
        ("FR12", a_security(suspended=True)),
    ],
)
def test_p9_4_collateral_others_refuse_only_warns(rule_id: str, security: object) -> None:
    found = verified(line_facts(security=security))  # type: ignore[arg-type]  # the builder's own keyword

    assert result(found, rule_id).answer == "fail"
    assert result(found, rule_id).severity == "warn"
    assert found.outcome == "approved"


def test_p11_3_the_daily_check_asks_for_holdings_only() -> None:
    found = verify(RULES, pledgor_facts(line_facts(average_price=None)), occasion="daily")

    assert {one.rule_id for one in found.results} == {"B-EXIST", "B-CLASS", "B-AVAIL", "B-ELIG"}
