"""Records of every type: valid ones pass, and each rule of a type finds what breaks it, by rule and path."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from submissions.dictionary import Field, code_list, fields, taken_types
from submissions.exact import read
from submissions.numbers import NotANumber
from submissions.outcome import Outcome
from submissions.rules.table import rules
from submissions.tests.builders import Known, as_json, broken, judged, outcomes, received
from submissions.tests.builders_of_types import (
    EVERY_TYPE,
    MANAGER_USCC,
    a_borrower,
    a_disposal,
    a_firm,
    a_header,
    a_lender,
    a_plan,
    a_position,
    a_trade,
    a_trailer,
    an_account,
    an_explanation,
    an_extension,
    an_incident,
    firm_financials,
)
from submissions.wire import canonised, quick_decoder, wire_types

IN_DEFAULT = Known(in_default="C-1")
PERSON: dict[str, object] = {"type": "person", "uscc": None, "id_type": "resident_id", "id_hash": "ab" * 32}
CASES: list[Any] = [
    pytest.param(a_firm(uscc="91310000MA1FL0AA00"), "V011", "uscc", id="v011_firm"),
    pytest.param(a_borrower(uscc="91110000MA0B0C0D03"), "V011", "uscc", id="v011_borrower"),
    pytest.param(a_borrower(**PERSON | {"id_hash": "1101"}), "V011", "id_hash", id="v011_hash"),
    pytest.param(a_plan(manager_uscc="91110000MA0B0C0D03"), "V011", "manager_uscc", id="v011_manager"),
    pytest.param(a_firm(licences=["own", "own"]), "V005", "licences", id="v005_a_list_names_each_once"),
    pytest.param(a_firm(licences="own"), "V005", "licences", id="v005_a_text_is_no_list"),
    pytest.param(a_firm(licences=["banking"]), "V006", "licences", id="v006_a_code_in_a_list"),
    pytest.param(a_trailer(counts={"loans": 2}), "V006", "counts", id="v006_a_stream_in_a_trailer"),
    pytest.param(a_trailer(counts={"contract": -2}), "V013", "counts", id="v013_a_count_below_zero"),
    pytest.param(a_firm(action="NEW"), "V015", "action", id="v015_firms_are_made_by_onboarding"),
    pytest.param(a_trade(action="MODIFY"), "V015", "action", id="v015_a_trade_is_corrected_never_changed"),
    pytest.param(a_position(action="NEW"), "V015", "action", id="v015_positions_are_snapshots"),
    pytest.param(a_header(action="SNAPSHOT"), "V015", "action", id="v015_a_header_is_new"),
    pytest.param(an_explanation(signer="D-09"), "V018", "signer", id="v018_signer"),
    pytest.param(an_account(record_key="A100000001/SSE"), "V010", "record_key", id="v010_market_first"),
    pytest.param(
        a_position(record_key="SSE/A100000001/600000/unrestricted/auction/2026-03-31"),
        "V010",
        "record_key",
        id="v010_an_empty_restriction_keeps_its_place",
    ),
    pytest.param(a_trade(security="999999"), "V012", "security", id="v012_trade"),
    pytest.param(a_disposal(market="SZSE"), "V012", "security", id="v012_disposal"),
    pytest.param(a_trade(business_date="2026-03-29"), "V009", "business_date", id="v009_trade_on_a_sunday"),
    pytest.param(a_trade(time="2026-03-31T20:16:00+08:00"), "V029", "time", id="v029_a_moment_to_come"),
    pytest.param(a_borrower(type="person"), "V034", "id_type", id="v034_person"),
    pytest.param(a_borrower(uscc=None), "V034", "uscc", id="v034_enterprise"),
    pytest.param(a_borrower(type="other"), "V035", "type", id="v035_what_the_rules_bar"),
    pytest.param(a_borrower(debt_date="2025-03-30"), "V037", "debt_date", id="v037_a_year_and_a_day"),
    pytest.param(a_borrower(is_holder_5pct=False), "V038", "is_holder_5pct", id="v038_register"),
    pytest.param(a_plan(plan_code=None), "V039", "plan_code", id="v039_code"),
    pytest.param(a_plan(plan_units=None), "V039", "plan_units", id="v039_units"),
    pytest.param(a_plan(own_units="1000000.0001"), "V039", "own_units", id="v039_more_than_the_plan"),
    pytest.param(a_lender(pledgee_of_record="F002"), "V040", "pledgee_of_record", id="v040_own_funds"),
    pytest.param(a_plan(pledgee_of_record="F001"), "V040", "pledgee_of_record", id="v040_collective"),
    pytest.param(
        a_plan(type="single_client", pledgee_of_record="L-OTHER"), "V040", "pledgee_of_record", id="v040_single"
    ),
    pytest.param(a_position(available=1000001), "V041", "available", id="v041_more_than_is_left"),
    pytest.param(a_position(share_class="restricted"), "V042", "restriction", id="v042_no_ground"),
    pytest.param(a_position(share_class="restricted", restriction="ipo"), "V042", "lockup_end", id="v042_until_when"),
    pytest.param(a_trade(quantity=0), "V043", "quantity", id="v043_nothing"),
    pytest.param(a_trade(amount=None), "V043", "amount", id="v043_initial_without_amount"),
    pytest.param(a_trade(amount="499999.99"), "V045", "amount", id="v045_below_every_floor"),
    pytest.param(a_trade(new_maturity="2027-09-02"), "V046", "new_maturity", id="v046_no_extension"),
    pytest.param(an_extension(new_maturity="2027-03-02"), "V046", "new_maturity", id="v046_not_later"),
    pytest.param(an_extension(new_maturity=None), "V046", "new_maturity", id="v046_until_when"),
    pytest.param(a_disposal(proceeds="849151.01"), "V069", "proceeds", id="v069_off_by_1_01"),
    pytest.param(a_disposal(applied_to_debt="849149.99"), "V070", "applied_to_debt", id="v070_a_fen_is_gone"),
    pytest.param(firm_financials(net_assets="30000000000.01"), "V071", "net_assets", id="v071_net_assets"),
    pytest.param(firm_financials(risk_coverage="2.000101"), "V071", "risk_coverage", id="v071_risk_coverage"),
    pytest.param(firm_financials(capital_leverage="0.180101"), "V071", "capital_leverage", id="v071_leverage"),
    pytest.param(
        an_incident(discovered_at="2026-03-31T09:29:59+08:00"), "V072", "discovered_at", id="v072_before_it_occurred"
    ),
    pytest.param(an_incident(measures=" "), "V072", "measures", id="v072_says_nothing"),
    pytest.param(an_explanation(refers_to=["F001-0-1-0-0"]), "V073", "refers_to", id="v073_no_such_accession"),
    pytest.param(an_explanation(refers_to=["loans/2026-03-31"]), "V073", "refers_to", id="v073_no_such_stream"),
    pytest.param(an_explanation(refers_to=["2026-04-01"]), "V073", "refers_to", id="v073_a_day_to_come"),
    pytest.param(an_explanation(remedy="　"), "V073", "remedy", id="v073_says_nothing"),
]


@pytest.mark.parametrize("record_type", taken_types())
def test_m4_1_a_valid_record_of_every_type_breaks_nothing(record_type: str) -> None:
    outcome = judged(EVERY_TYPE[record_type](), references=IN_DEFAULT)
    assert outcome.received[0].findings == []
    assert outcome.received[0].outcome is Outcome.ACCEPTED
    assert outcome.received[0].whole


def test_a_plan_and_a_person_break_nothing_either() -> None:
    assert broken(a_plan()) == []
    assert broken(a_borrower(**PERSON)) == []
    assert broken(a_plan(type="single_client", pledgee_of_record="L-PLAN")) == []


@pytest.mark.parametrize(("record", "rule", "path"), CASES)
def test_a_record_that_breaks_a_rule(record: dict[str, object], rule: str, path: str) -> None:
    assert (rule, path) in broken(record)
    taken = rules()[rule].severity == "W"
    assert (outcomes(record)[0] is Outcome.ACCEPTED_WARN) is taken


def test_v036_a_borrower_is_blacklisted_since_before_its_newest_contract() -> None:
    listed = a_borrower(blacklist_flag=True, blacklist_date="2026-03-02")

    assert ("V036", "blacklist_date") in broken(listed, references=Known(newest_contract=date(2026, 3, 2)))
    assert broken(listed, references=Known(newest_contract=date(2026, 3, 1))) == []


def test_v044_a_trade_refers_to_one_of_its_contract_and_of_what_it_releases() -> None:
    release = {"trade_id": "T-2", "sequence": 2, "kind": "partial_release", "refers_to": "T-1"}

    assert broken(a_trade(), a_trade(**release)) == []
    assert broken(a_trade(), a_trade(**release, contract_id="C-2")) == [("V044", "refers_to")]
    assert broken(a_trade(), a_trade(**release, share_class="restricted")) == [("V044", "share_class")]
    assert broken(a_trade(**release | {"sequence": 1})) == []


def test_v045_a_first_amount_below_five_million_warns() -> None:
    assert broken(a_trade(amount="4999999.99")) == []
    assert broken(a_trade(amount="4999999.99"), references=Known(first=True)) == [("V045", "amount")]


def test_v068_a_contract_that_is_here_must_be_in_default_and_hold_what_is_disposed_of() -> None:
    contract = EVERY_TYPE["contract"]
    defaulted = contract(default_flag=True, default_date="2026-03-20", default_kind="unpaid")

    assert ("V068", "contract_id") in broken(contract(), a_disposal())
    assert broken(defaulted, a_disposal()) == []
    too_much = a_disposal(quantity=1000001, executed=100000)
    assert broken(defaulted, too_much) == [("V068", "quantity")]
    assert broken(too_much) == []


def test_v073_an_explanation_may_name_a_record_that_was_received() -> None:
    accession = received(a_firm())[0].accession

    assert broken(an_explanation(refers_to=[accession]), references=Known(received=accession)) == []


def test_m5_2_monthly_figures_are_due_on_the_tenth_trading_day() -> None:
    due = datetime(2026, 3, 13, 13, 0, tzinfo=UTC)  # 21:00 in Shanghai
    told = {"period_end": "2026-02-28", "business_date": "2026-03-06", "reported_at": "2026-03-06T20:15:00+08:00"}

    assert judged(firm_financials(**told), appended_at=due).received[0].findings == []
    assert broken(firm_financials(**told)) == [("V030", "period_end")]


def test_the_order_of_a_list_says_nothing() -> None:
    first, again = received(a_firm(licences=["own", "single"]), a_firm(licences=["single", "own"]))
    assert first.content_hash == again.content_hash
    assert first.record.licences == ("own", "single")


def test_a_deficit_is_told_with_its_sign() -> None:
    (loss,) = received(firm_financials(net_assets="-1.00", net_profit=-5))
    assert (loss.record.net_assets_fen, loss.record.net_profit_fen) == (-100, -500)
    assert loss.findings == []


def test_a_manager_keeps_the_records_of_its_plans() -> None:
    assert a_plan()["pledgee_of_record"] == MANAGER_USCC


class TestEveryTypeIsReadAlike:
    """Whatever the quick reader takes, the exact one takes to the same record; what it refuses, that one explains."""

    @pytest.mark.parametrize("record_type", taken_types())
    def test_the_way_a_record_was_read_does_not_show(self, record_type: str) -> None:
        raw = as_json(EVERY_TYPE[record_type]())
        spelt_out = raw.replace(b'"record_type"', b'"no_data": null, "record_type"')

        quick, slow = received(raw)[0], received(spelt_out)[0]

        assert quick.record == slow.record
        assert quick.content_hash == slow.content_hash
        assert quick.whole
        assert slow.whole

    @pytest.mark.parametrize("record_type", taken_types())
    @settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def test_both_readers_agree_on_any_values(self, record_type: str, data: st.DataObject) -> None:
        drawn = {one.name: data.draw(_values(one), label=one.name) for one in fields(record_type)[COMMON:]}
        raw = as_json({name: one for name, one in (EVERY_TYPE[record_type]() | drawn).items() if one is not None})

        slowly = read(raw)
        try:
            quickly = canonised(quick_decoder().decode(raw), wire_types()[record_type])
        except (msgspec.MsgspecError, NotANumber):
            quickly = None

        if quickly is None:
            assert slowly.findings or _is_unusual(drawn) or None in wire_types()[record_type].mandatory(slowly.record)
        else:
            assert slowly.record == quickly


COMMON = 13


def _values(one: Field) -> st.SearchStrategy[Any]:
    texts = st.text(min_size=0, max_size=8)
    number = st.decimals("-5", "99999999", places=data_places(one), allow_nan=False).map(lambda value: f"{value:f}")
    days = st.dates(date(2020, 1, 1), date(2026, 12, 31)).map(date.isoformat)
    codes = [code.code for code in code_list(one.limit)] if one.kind in {"code", "codes", "counts"} else ["-"]
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "text": texts,
        "code": st.sampled_from([*codes, "no such code"]),
        "integer": st.integers(-1, 10**9),
        "date": st.one_of(days, st.just("2026-02-30")),
        "time": days.map(lambda day: f"{day}T09:30:00+08:00"),
        "flag": st.booleans(),
        "counts": st.dictionaries(st.sampled_from(codes), st.integers(0, 10**6), max_size=3),
        "texts": st.lists(texts, max_size=3),
        "codes": st.lists(st.sampled_from(codes), max_size=3),
    }
    drawn = by_kind.get(one.kind, number)
    return drawn if one.presence == "M" else st.one_of(st.none(), drawn)


def data_places(one: Field) -> int:
    return {"money": 2, "signed": 2, "ratio": 6}.get(one.kind, 4)


def _is_unusual(drawn: dict[str, Any]) -> bool:
    """What only the exact reader takes: signs of figures that may be below zero."""
    return any(isinstance(one, str) and one.startswith("-") for one in drawn.values())
