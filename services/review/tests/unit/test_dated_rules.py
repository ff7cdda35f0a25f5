"""FR01-FR21, P11.5, P11.6: the dated rules over the terms of either area."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from review.domain.board_rules import BoardRules
from review.domain.verification import CHECKS, RuleResult, Verification, verify
from review.domain.verification_facts import RateCap, VerificationFacts
from review.tests.builders import (
    a_line,
    a_pledgees_listing,
    a_security,
    line_facts,
    pledgee_facts,
    pledgor_facts,
    pledgor_terms,
)

RULES = BoardRules.bundled()
TODAY = date(2026, 3, 2)


def verified(facts: VerificationFacts) -> Verification:
    return verify(RULES, facts)


def result(verification: Verification, rule_id: str) -> RuleResult:
    return next(one for one in verification.results if one.rule_id == rule_id)


@pytest.mark.parametrize(("financing", "answer"), [("6000000", "pass"), ("6000000.01", "fail")])
def test_fr01_a_pledge_rate_of_exactly_60_percent_passes_and_above_is_refused(financing: str, answer: str) -> None:
    found = verified(pledgor_facts(line_facts(average_price="10"), terms=pledgor_terms(financing_wanted=financing)))

    assert result(found, "FR01").answer == answer


def test_fr01_two_lines_are_weighed_together() -> None:
    lines = (
        line_facts(a_line(quantity="500000"), average_price="10"),
        line_facts(a_line(line_no=2, security="600001", quantity="500000"), average_price="2"),
    )

    found = verified(pledgor_facts(*lines, terms=pledgor_terms(financing_wanted="3600000")))

    assert result(found, "FR01").answer == "pass"


def test_fr01_without_a_price_a_person_decides() -> None:
    found = verified(pledgor_facts(line_facts(average_price=None)))

    assert result(found, "FR01").answer == "unknown"
    assert found.outcome == "needs_person"


def test_fr01_the_lowest_pledge_rate_a_pledgor_accepts_is_capped_too() -> None:
    assert verified(pledgor_facts(terms=pledgor_terms(lowest_pledge_rate="0.61"))).outcome == "returned"


@pytest.mark.parametrize(("pledged", "outcome"), [("499000000", "approved"), ("499000001", "needs_person")])
def test_fr04_above_half_of_the_a_share_capital_a_person_decides(pledged: str, outcome: str) -> None:
    facts = line_facts(security=a_security(a_capital=1_000_000_000), pledged_market_wide=pledged)

    assert verified(pledgor_facts(facts)).outcome == outcome


def test_fr04_binds_a_shares_only() -> None:
    facts = line_facts(security=a_security(asset_class="b_share"), pledged_market_wide="999000000")

    assert result(verified(pledgor_facts(facts)), "FR04").answer == "not_applicable"


@pytest.mark.parametrize(("months", "answer"), [(36, "pass"), (37, "fail")])
def test_fr06_a_term_above_three_years_is_refused_in_both_areas(months: int, answer: str) -> None:
    pledgor = verified(pledgor_facts(terms=pledgor_terms(months=months)))
    pledgee = verified(pledgee_facts(a_pledgees_listing(months_to=months)))

    assert [result(one, "FR06").answer for one in (pledgor, pledgee)] == [answer, answer]


def test_fr07_a_term_below_six_months_only_warns() -> None:
    found = verified(pledgor_facts(terms=pledgor_terms(months=5)))

    assert result(found, "FR07").answer == "fail"
    assert found.outcome == "approved"


@pytest.mark.parametrize(
    ("category", "outcome"), [("trust", "needs_person"), ("证券公司", "needs_person"), (None, "approved")]
)
def test_fr08_a_financial_institution_as_borrower_needs_a_person(category: str | None, outcome: str) -> None:
    assert verified(pledgor_facts(institution_category=category)).outcome == outcome


@pytest.mark.parametrize(("rate", "outcome"), [("0.12", "approved"), ("0.1201", "returned")])
def test_p11_5_the_upper_end_of_a_pledgees_rate_is_held_against_the_cap_of_the_day(rate: str, outcome: str) -> None:
    cap = RateCap(cap=Fraction(12, 100), stale=False)

    assert verified(pledgee_facts(a_pledgees_listing(annual_rate_to=rate), rate_cap=cap)).outcome == outcome


def test_fr16_only_warns_a_pledgor() -> None:
    found = verified(pledgor_facts(terms=pledgor_terms(highest_annual_rate="0.2")))

    assert (result(found, "FR16").answer, found.outcome) == ("fail", "approved")


def test_fin19_a_loan_prime_rate_unconfirmed_for_40_days_makes_the_cap_ask_for_a_person() -> None:
    stale = RateCap(cap=Fraction(12, 100), stale=True)

    assert verified(pledgee_facts(rate_cap=stale)).outcome == "needs_person"


@pytest.mark.parametrize(
    "content",
    [
        a_pledgees_listing(funds_from="0"),
        a_pledgees_listing(funds_from="60000000"),
        a_pledgees_listing(source="gambling"),
        a_pledgees_listing(annual_rate_to="0.01"),
    ],
)
def test_p11_5_funds_term_rates_and_source_of_a_pledgee_must_make_sense(content: object) -> None:
    assert verified(pledgee_facts(content)).outcome == "returned"  # type: ignore[arg-type]  # a built listing


def test_fr01_binds_a_pledgees_highest_pledge_rates() -> None:
    content = a_pledgees_listing(highest_pledge_rates={"main": Decimal("0.61"), "star": Decimal("0.3")})

    refused = [one for one in verified(pledgee_facts(content)).results if one.refuses]

    assert [one.pointer for one in refused] == ["/highest_pledge_rates/main"]


@pytest.mark.parametrize("release_date", [date(2027, 10, 1), date(2027, 3, 2)])
def test_fr20_restricted_shares_locked_longer_than_18_months_or_than_the_term_warn(release_date: date) -> None:
    line = a_line(share_class="restricted", release_date=release_date)

    found = verified(pledgor_facts(line_facts(line), terms=pledgor_terms(months=12)))

    assert (result(found, "FR20").answer, result(found, "FR20").severity) == ("fail", "warn")


def test_fr21_a_pledge_rate_above_the_usual_band_of_the_board_only_warns() -> None:
    found = verified(pledgor_facts(terms=pledgor_terms(financing_wanted="5600000")))

    assert (result(found, "FR21").answer, found.outcome) == ("fail", "approved")


def test_fin10_a_warning_line_not_above_the_liquidation_line_is_refused() -> None:
    terms = pledgor_terms(warning_line="1.3", liquidation_line="1.3")

    assert verified(pledgor_facts(terms=terms)).outcome == "returned"


@pytest.mark.parametrize(("until", "outcome"), [(TODAY, "approved"), (date(2026, 3, 1), "returned")])
def test_p12_0_validity_includes_its_whole_last_day(until: date, outcome: str) -> None:
    assert verified(pledgor_facts(terms=pledgor_terms(valid_until=until))).outcome == outcome


def test_p11_6_rules_act_from_their_date_on() -> None:
    before = {one.id for one in RULES.acting(on=date(2018, 3, 11), area="pledgor", occasion="publication")}
    after = {one.id for one in RULES.acting(on=date(2018, 3, 12), area="pledgor", occasion="publication")}

    assert after - before == {"FR01", "FR04", "FR08"}


def test_p11_6_the_rate_cap_binds_pledgees_from_its_first_day() -> None:
    before = {one.id for one in RULES.acting(on=date(2020, 8, 19), area="pledgee", occasion="publication")}

    assert "FR16" not in before


@pytest.mark.parametrize("area", ["pledgor", "pledgee"])
def test_p11_6_every_rule_has_a_check_a_version_words_in_both_languages_and_its_evidence(area: str) -> None:
    for one in RULES.acting(on=TODAY, area=area, occasion="publication"):  # type: ignore[arg-type]  # both areas
        assert one.check in CHECKS
        assert all((one.version, one.title_zh, one.title_en, one.message_zh, one.message_en, one.fix_zh, one.fix_en))
        assert one.status in {"rule", "to_confirm", "judgement"}


def test_p11_7_the_same_facts_give_the_same_results_at_any_time() -> None:
    facts = pledgor_facts(terms=pledgor_terms(financing_wanted="9000000"))

    assert verified(facts) == verified(facts)
