"""Every rule that one record breaks by itself: rule and path, and whether the record is taken nevertheless."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from submissions.outcome import Outcome
from submissions.rules.case import ComputedCoverage
from submissions.rules.table import rules
from submissions.tests.builders import (
    APPENDED,
    SHANGHAI,
    Known,
    a_closed_contract,
    a_contract,
    a_declaration,
    a_line,
    as_json,
    broken,
    judged,
    outcomes,
)

TWICE = as_json(a_contract()).replace(b'"sequence":1', b'"sequence":?,"sequence":2')
CONTRACTS: list[Any] = [
    pytest.param({"agreement_no": None}, "V004", "agreement_no", id="v004_absent"),
    pytest.param({"initial_amount": "4000000.001"}, "V005", "initial_amount", id="v005_a_third_place"),
    pytest.param({"initial_amount": "4,000,000"}, "V005", "initial_amount", id="v005_no_plain_decimal"),
    pytest.param({"initial_amount": True}, "V005", "initial_amount", id="v005_a_flag_is_no_amount"),
    pytest.param({"initial_amount": "1" * 17}, "V005", "initial_amount", id="v005_too_large"),
    pytest.param({"agreement_no": ""}, "V005", "agreement_no", id="v005_empty_text"),
    pytest.param({"agreement_no": "x" * 65}, "V005", "agreement_no", id="v005_too_long"),
    pytest.param({"cumulative_term": "365"}, "V005", "cumulative_term", id="v005_an_integer_is_no_text"),
    pytest.param({"relief_flag": "false"}, "V005", "relief_flag", id="v005_a_flag_is_no_text"),
    pytest.param({"sequence": 0}, "V005", "sequence", id="v005_sequence_from_one"),
    pytest.param({"status": "open"}, "V006", "status", id="v006_no_such_code"),
    pytest.param({"note": "kept"}, "V007", "note", id="v007_unknown_field"),
    pytest.param({"maturity": "2027-02-30"}, "V008", "maturity", id="v008_no_such_day"),
    pytest.param({"maturity": "20270302"}, "V008", "maturity", id="v008_another_form"),
    pytest.param({"reported_at": "2026-03-31T20:15:00"}, "V008", "reported_at", id="v008_no_offset"),
    pytest.param({"business_date": "2026-03-29"}, "V009", "business_date", id="v009_a_sunday"),
    pytest.param({"record_key": "C-2"}, "V010", "record_key", id="v010_another_key"),
    pytest.param({"payable": "-0.01"}, "V013", "payable", id="v013_negative"),
    pytest.param({"rate": "6.5"}, "V013", "rate", id="v013_a_percentage_is_no_fraction"),
    pytest.param({"action": "DELETE"}, "V006", "action", id="v006_no_such_action"),
    pytest.param({"agreement_no": "A 11010519491231002X"}, "V017", "agreement_no", id="v017_identity_in_clear"),
    pytest.param({"business_date": "2026-04-01"}, "V028", "business_date", id="v028_tomorrow"),
    pytest.param({"reported_at": "2026-03-31T20:35:01+08:00"}, "V029", "reported_at", id="v029_ahead_of_receipt"),
    pytest.param({"reported_at": "2026-03-01T20:15:00+08:00"}, "V029", "reported_at", id="v029_before_the_event"),
    pytest.param({"cumulative_term": 364}, "V047", "cumulative_term", id="v047_days"),
    pytest.param({"maturity": "2026-03-01"}, "V047", "maturity", id="v047_before_the_start"),
    pytest.param({"warning_line": "1.3"}, "V048", "warning_line", id="v048_w_not_above_l"),
    pytest.param({"liquidation_line": "1"}, "V048", "liquidation_line", id="v048_l_not_above_one"),
    pytest.param(
        {"maturity": "2029-03-03", "cumulative_term": 1097}, "V049", "maturity", id="v049_three_years_and_a_day"
    ),
    pytest.param({"initial_pledge_rate": "0.600001"}, "V050", "initial_pledge_rate", id="v050_above_60_percent"),
    pytest.param({"principal_repaid": "4000000.01"}, "V051", "principal_repaid", id="v051_more_than_lent"),
    pytest.param({"payable": "3999999.99"}, "V051", "payable", id="v051_payable_below_the_rest"),
    pytest.param({"payable": "4020658.54"}, "V052", "payable", id="v052_off_by_1_01"),
    pytest.param({"close_date": "2026-03-31"}, "V054", "close_date", id="v054_open_with_a_close_date"),
    pytest.param({"default_flag": True}, "V055", "default_date", id="v055_flag_without_date"),
    pytest.param({"default_date": "2026-03-20"}, "V055", "default_date", id="v055_date_without_flag"),
    pytest.param(
        {"status": "in_disposal", "default_flag": True, "default_date": "2026-03-20", "default_kind": "unpaid"},
        "V055",
        "disposal_start",
        id="v055_in_disposal_since_when",
    ),
    pytest.param({"residual_claim": "1.00"}, "V056", "residual_claim", id="v056_open_with_a_residual"),
    pytest.param({"fund_use": "secondary_market"}, "V057", "fund_use", id="v057_barred"),
    pytest.param({"fund_use": "other"}, "V057", "fund_use_text", id="v057_other_without_text"),
    pytest.param({"relief_flag": True}, "V059", "relief_basis", id="v059_without_basis"),
]
LINES: list[Any] = [
    pytest.param({"record_key": "1/C-1"}, "V010", "record_key", id="v010_order_of_the_key"),
    pytest.param({"security": "000001"}, "V012", "security", id="v012_not_of_that_market"),
    pytest.param({"security": "830799", "market": "BSE"}, "V012", "security", id="v012_not_of_that_date"),
    pytest.param({"line_no": -1, "record_key": "C-1/1"}, "V013", "line_no", id="v013_negative_count"),
    pytest.param({"initial_quantity": "1000000.00001"}, "V005", "initial_quantity", id="v005_a_fifth_place"),
    pytest.param({"share_class": "restricted"}, "V042", "share_origin", id="v042_auction_is_never_restricted"),
    pytest.param({"share_class": "restricted", "share_origin": "pre_ipo"}, "V042", "lockup_end", id="v042_until_when"),
    pytest.param({"current_quantity": 999999, "market_value": "9999990"}, "V060", "current_quantity", id="v060_sum"),
    pytest.param({"market_value": "10000000.02"}, "V061", "market_value", id="v061_off_by_two_fen"),
    pytest.param({"status": "sellable"}, "V062", "status", id="v062_without_a_disposal"),
    pytest.param({"price_used": "10.01", "market_value": "10010000.00"}, "V063", "price_used", id="v063_price"),
    pytest.param({"price_date": "2026-04-01"}, "V063", "price_date", id="v063_a_price_of_tomorrow"),
    pytest.param({"asset_class": "bond"}, "V065", "asset_class", id="v065_a_bond_first"),
]


@pytest.mark.parametrize(("changes", "rule", "path"), CONTRACTS)
def test_a_contract_that_breaks_a_rule(changes: dict[str, object], rule: str, path: str) -> None:
    assert (rule, path) in broken(a_contract(**changes))
    taken = rules()[rule].severity == "W"
    assert (outcomes(a_contract(**changes))[0] is Outcome.ACCEPTED_WARN) is taken


@pytest.mark.parametrize(("changes", "rule", "path"), LINES)
def test_a_collateral_line_that_breaks_a_rule(changes: dict[str, object], rule: str, path: str) -> None:
    assert (rule, path) in broken(a_line(**changes))
    taken = rules()[rule].severity == "W"
    assert (outcomes(a_line(**changes))[0] is Outcome.ACCEPTED_WARN) is taken


@pytest.mark.parametrize("record", [a_contract(), a_closed_contract(), a_line(), a_declaration()])
def test_valid_records_break_nothing(record: dict[str, object]) -> None:
    outcome = judged(record, references=Known(coverage=ComputedCoverage(Fraction("2.487157"), "NORMAL")))
    assert outcome.received[0].findings == []
    assert outcome.received[0].outcome is Outcome.ACCEPTED
    assert outcome.received[0].whole
    assert not outcome.not_checked


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        pytest.param(b'{"record_type":', "V001", id="v001_no_json"),
        pytest.param(b"[1]", "V001", id="v001_no_object"),
        pytest.param(b'{"record_type":"contract","rate":NaN}', "V001", id="v001_nan"),
        pytest.param(as_json(a_contract(record_type="loan")), "V002", id="v002_unknown_type"),
        pytest.param(as_json(a_contract(spec_version="0.9")), "V002", id="v002_version_not_in_force"),
        pytest.param(TWICE.replace(b"?", b"1"), "V003", id="v003_twice"),
        pytest.param(TWICE.replace(b"?", b"null"), "V003", id="v003_null_first"),
        pytest.param(TWICE.replace(b'"sequence":?', b'"sequenc\\u0065":1'), "V003", id="v003_twice_in_disguise"),
        pytest.param(as_json(a_contract(sequence=10**38)), "V003", id="v003_39_digits"),
        pytest.param(as_json(a_contract()).replace(b'"0.065"', b"0.0" + b"6" * 38), "V003", id="v003_39_places"),
        pytest.param(as_json(a_contract(note="x" * 65536)), "V003", id="v003_too_large"),
        pytest.param(b'{"record_type":' + b"[" * 9 + b"]" * 9 + b"}", "V003", id="v003_too_deep"),
    ],
)
def test_a_fatal_finding_stops_everything_else(line: bytes, rule: str) -> None:
    outcome = judged(line)
    assert [finding.rule for finding in outcome.received[0].findings] == [rule]
    assert outcome.received[0].outcome is Outcome.REJECTED


def test_v004_a_no_data_code_excuses_but_not_the_key() -> None:
    assert broken(a_contract(agreement_no=None, no_data={"agreement_no": "ND2"})) == []
    assert broken(a_contract(contract_id=None, record_key="C-1", no_data={"contract_id": "ND1"})) == [
        ("V004", "contract_id")
    ]
    assert broken(a_contract(agreement_no=None, no_data={"agreement_no": "ND9"})) == [
        ("V006", "no_data"),
        ("V004", "agreement_no"),
    ]


def test_v005_decimals_come_as_number_or_text_and_never_as_binary_fractions() -> None:
    exact = as_json(a_contract()).replace(b'"0.065"', b"0.065").replace(b'"4020657.53"', b"4020657.53")
    assert broken(exact) == []
    assert judged(exact).received[0].record.payable_fen == 402_065_753
    assert broken(as_json(a_contract()).replace(b'"0.065"', b"0.0650000000000000001")) == [("V005", "rate")]
    assert judged(as_json(a_contract()).replace(b'"0.065"', b"65e-3")).received[0].record.rate_e6 == 65_000


def test_v015_a_declaration_is_never_modified() -> None:
    assert ("V015", "action") in broken(a_declaration(action="MODIFY"))


def test_v014_another_firms_record_is_quarantined_and_raises_a_security_alert() -> None:
    outcome = judged(a_contract(firm_id="F002"))
    assert outcome.received[0].outcome is Outcome.QUARANTINED
    assert [(one.rule, one.path) for one in outcome.received[0].findings] == [("V014", "firm_id")]
    assert outcome.foreign == outcome.received


def test_v017_a_personal_value_is_masked_in_the_receipt() -> None:
    finding = judged(a_contract(agreement_no="A 11010519491231002X")).received[0].findings[0]
    assert finding.value == "***"
    beside = judged(a_contract(rate="11010519491231002X")).received[0].findings[0]
    assert (beside.rule, beside.value) == ("V005", "***")


def test_r4_the_value_is_shown_as_the_firm_writes_it() -> None:
    finding = judged(a_contract(initial_pledge_rate="0.61")).received[0].findings[0]
    assert (finding.rule, finding.value) == ("V050", "0.610000")


@pytest.mark.parametrize(
    ("minutes_late", "rule"), [pytest.param(0, None, id="at_21_00"), pytest.param(1, "V030", id="a_minute_later")]
)
def test_v030_due_at_nine(minutes_late: int, rule: str | None) -> None:
    due = datetime(2026, 3, 31, 21, 0, tzinfo=SHANGHAI) + timedelta(minutes=minutes_late)
    found = judged(a_contract(), appended_at=due).received[0].findings
    assert [one.rule for one in found] == ([rule] if rule else [])


def test_e4_a_first_day_load_is_never_late() -> None:
    assert judged(a_contract(load_id="LOAD-1"), appended_at=APPENDED + timedelta(days=400)).received[0].findings == []


def test_v049_three_years_exactly_is_within() -> None:
    assert broken(a_contract(maturity="2029-03-02", cumulative_term=1096)) == []


def test_v050_and_v057_bind_contracts_begun_from_their_date() -> None:
    old = {
        "initial_date": "2018-03-11",
        "interest_paid_to": "2026-03-02",
        "maturity": "2021-03-11",
        "cumulative_term": 1096,
        "initial_maturity": "2021-03-11",
    }
    before = a_contract(**old, initial_pledge_rate="0.7", fund_use="placing")
    assert broken(before) == []
    begun = before | {"initial_date": "2018-03-12", "cumulative_term": 1095}
    assert broken(begun) == [("V050", "initial_pledge_rate"), ("V057", "fund_use")]


def test_v050_exactly_60_percent_holds() -> None:
    assert broken(a_contract(initial_pledge_rate="0.6")) == []


def test_v052_one_yuan_is_within() -> None:
    assert broken(a_contract(payable="4020658.53")) == []


def test_v053_against_the_computed_one() -> None:
    computed = Known(coverage=ComputedCoverage(Fraction("2.482157"), "NORMAL"))
    assert broken(a_contract(), references=computed) == []
    assert broken(a_contract(coverage_reported="2.487158"), references=computed) == [("V053", "coverage_reported")]
    assert broken(a_contract(level_reported="WARNING"), references=computed) == [("V053", "level_reported")]
    assert judged(a_contract()).not_checked["V053"] == 1


def test_v054_closed_needs_all_three() -> None:
    assert broken(a_closed_contract(close_reason=None)) == [("V054", "close_reason")]


def test_v056_the_shortfall_of_a_disposal() -> None:
    disposed = {
        "close_reason": "disposal",
        "payable": "4129643.84",
        "default_flag": True,
        "default_date": "2026-03-20",
        "default_kind": "unpaid",
        "disposal_proceeds": "3990000.00",
    }
    assert broken(a_closed_contract(**disposed, residual_claim="139643.84")) == []
    assert broken(a_closed_contract(**disposed, residual_claim="139643.83")) == [("V056", "residual_claim")]
    assert broken(a_closed_contract(**(disposed | {"disposal_proceeds": "5000000.00"}))) == []


def test_v058_the_cap_of_the_day_on_which_the_contract_began() -> None:
    at_cap = a_contract(rate="0.12", payable="4038136.99")
    assert broken(at_cap) == []
    above = a_contract(rate="0.120001", payable="4038137.31")
    assert broken(above) == [("V058", "rate")]


def test_v061_bonds_with_accrued_interest() -> None:
    bonds = a_line(
        security="113001",
        asset_class="bond",
        line_kind="supplement",
        initial_quantity=10000,
        current_quantity=10000,
        price_used="98.50",
        accrued_interest="1.23",
        market_value="997300.00",
    )
    known = Known(price=Decimal("98.50"), supplemented=date(2026, 3, 20))
    assert broken(bonds, references=known) == []


def test_v062_after_a_default_disposal() -> None:
    assert broken(a_line(status="sellable"), references=Known(disposed="C-1")) == []
    locked_up = a_line(status="sellable", share_class="restricted", share_origin="pre_ipo", lockup_end="2026-12-31")
    assert broken(locked_up, references=Known(disposed="C-1")) == [("V062", "status")]


def test_v064_a_supplement_is_not_before_the_contract() -> None:
    supplement = a_line(line_kind="supplement")
    assert broken(a_contract(), supplement, references=Known(supplemented=date(2026, 3, 2))) == []
    assert broken(a_contract(), supplement, references=Known(supplemented=date(2026, 3, 1))) == [("V064", "trade_id")]


@pytest.mark.parametrize(
    ("record", "answers", "rule", "path"),
    [
        pytest.param(a_contract(), {"licences": frozenset({"collective"})}, "V016", "lender_id", id="v016"),
        pytest.param(a_contract(), {"blacklisted": "B-1"}, "V036", "borrower_id", id="v036"),
        pytest.param(a_line(), {"cap_broken": True}, "V066", "security", id="v066"),
        pytest.param(a_line(), {"unregistered": "R-1"}, "V067", "registration_no", id="v067"),
    ],
)
def test_rules_that_ask_the_platform_warn(
    record: dict[str, object], answers: dict[str, object], rule: str, path: str
) -> None:
    assert broken(record, references=Known(**answers)) == [(rule, path)]
    assert outcomes(record, references=Known(**answers)) == [Outcome.ACCEPTED_WARN]


def test_v018_and_v031_of_declarations() -> None:
    assert broken(a_declaration(declarer_id="D-99")) == [("V018", "declarer_id")]
    declared = a_declaration(count=2, amount_sum="8000000.00", quantity_sum="2000000")
    totals = Known(totals=(2, 800_000_000, 20_000_000_000))
    assert broken(declared, references=totals) == []
    for changes in ({"count": 3}, {"amount_sum": "8000000.01"}, {"quantity_sum": "2000000.0001"}):
        assert broken(declared | changes, references=totals) == [("V031", next(iter(changes)))]
