"""What stands in data and what stands in code agree."""

import json
from datetime import date, datetime
from typing import get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.dictionary import (
    COMMON_FIELDS,
    PLACES,
    code_list,
    columns,
    fields,
    taken_types,
    types,
)
from submissions.exact import read
from submissions.numbers import DIGITS_MAX, NotANumber, exact, scaler
from submissions.records import Collateral, Contract, Declaration
from submissions.records_of_events import (
    Disposal,
    Explanation,
    FirmFinancials,
    Header,
    Incident,
    Trade,
    Trailer,
)
from submissions.records_of_parties import Account, Borrower, Firm, Lender, Position
from submissions.rules.table import checks_for, registered_rules, rules
from submissions.tests.builders import a_closed_contract, a_contract, a_line, as_json, received
from submissions.wire import canonised, quick_decoder, wire_types

SHAPES = {
    "firm": Firm,
    "borrower": Borrower,
    "lender": Lender,
    "account": Account,
    "position": Position,
    "trade": Trade,
    "contract": Contract,
    "collateral": Collateral,
    "disposal": Disposal,
    "firm_financials": FirmFinancials,
    "incident": Incident,
    "explanation": Explanation,
    "declaration": Declaration,
    "header": Header,
    "trailer": Trailer,
}
# Decided while reading and ordering, before any check of a typed record.
BY_THE_READER = {"V001", "V002", "V003", "V004", "V005", "V007", "V008", "V014", "V019", "V020"}
amounts = st.decimals("0", "9999999999999999.99", places=2, allow_nan=False).map(lambda one: f"{one:f}")
texts = st.text(min_size=1, max_size=70)


@pytest.mark.parametrize("record_type", taken_types())
def test_the_typed_shape_is_the_dictionary(record_type: str) -> None:
    hints = get_type_hints(SHAPES[record_type])
    assert set(hints) == set(columns(record_type)) - {"record_type"}
    by_kind = {
        "date": date, "time": datetime, "flag": bool, "map": dict, "counts": dict, "texts": tuple, "codes": tuple
    }  # fmt: skip
    for one in fields(record_type)[1:]:
        expected = int if one.kind in PLACES or one.kind == "integer" else by_kind.get(one.kind, str)
        hint = str(hints[one.column])
        assert expected.__name__ in hint, one
        assert ("None" in hint) == (one.presence != "M"), one


def test_the_common_fields_come_first_in_every_type() -> None:
    common = [one.name for one in fields("contract")[:COMMON_FIELDS]]
    assert common[0] == "record_type"
    assert common[-1] == "no_data"
    assert all([one.name for one in fields(name)[:COMMON_FIELDS]] == common for name in taken_types())


def test_every_list_that_a_field_names_exists_and_every_key_is_a_field() -> None:
    for name in taken_types():
        names = {one.name for one in fields(name)}
        assert set(types()[name].key_fields) <= names
        assert all(code_list(one.limit) for one in fields(name) if one.kind == "code")


def test_m4_3_twelve_types_and_m4_4_three_control_records() -> None:
    controls = [name for name, one in types().items() if one.is_control]
    assert len(types()) - len(controls) == 12
    assert controls == ["declaration", "header", "trailer"]
    assert taken_types() == tuple(types())
    assert types()["contract"].actions == {
        "NEW", "MODIFY", "CORRECT", "CANCEL", "TERMINATE", "VALUE", "SNAPSHOT", "MERGE"
    }  # fmt: skip
    assert types()["contract"].actions - types()["collateral"].actions == {"MERGE"}


def test_every_rule_has_a_check_and_every_check_a_rule() -> None:
    assert registered_rules() | BY_THE_READER >= set(rules())
    assert registered_rules() <= set(rules())
    for name in taken_types():
        for one in checks_for(name):
            assert name in one.rule.record_types, one.rule.id


def test_v001_to_v073_are_complete() -> None:
    assert set(rules()) == {f"V{number:03}" for number in range(1, 74)}


def test_every_type_a_rule_names_has_a_check_of_it() -> None:
    for rule in rules().values():
        if rule.id not in BY_THE_READER | {"V013"}:  # V013: but for rates, by the reader
            checked = {name for name in types() for one in checks_for(name) if one.rule.id == rule.id}
            assert checked == rule.record_types, rule.id


def test_r4_every_rule_speaks_both_languages() -> None:
    for one in rules().values():
        assert one.severity in {"F", "E", "W", "N"}
        assert one.category in {"schema", "permission", "logical", "business"}
        assert any("\u4e00" <= character <= "\u9fff" for character in one.message_zh), one.id
        assert one.message_en.isascii(), one.id


def test_examples_are_passages_of_json() -> None:
    for one in rules().values():
        if one.example and "..." not in one.example:
            assert json.loads("{" + one.example + "}"), one.id


@given(st.one_of(amounts, amounts.map(lambda text: text.removesuffix("0"))))
def test_the_quick_and_the_exact_reading_of_a_decimal_agree(text: str) -> None:
    quick = scaler(2)
    assert quick(text) == exact(text, 2)


@given(st.text("0123456789.-+eE_ \u0661", max_size=45))
def test_what_the_quick_reading_takes_the_exact_one_takes_too(text: str) -> None:
    try:
        number = scaler(4)(text)
    except NotANumber:
        return
    assert exact(text, 4) == number


@given(st.integers(-5, 10**20))
def test_the_quick_and_the_exact_reading_of_an_integer_agree(number: int) -> None:
    try:
        quick = scaler(2)(number)
    except NotANumber:
        assert number < 0 or number >= 10**16
        return
    assert exact(number, 2) == quick == number * 100


def test_a_binary_fraction_is_never_taken() -> None:
    quick = scaler(2)
    assert quick(1) == 100
    with pytest.raises(NotANumber):
        quick(1.0)  # type: ignore[arg-type]  # what a decoder makes of 1.0


def test_t2_numbers_of_more_than_38_digits_are_refused() -> None:
    assert exact("0." + "0" * (DIGITS_MAX - 1), 2) == 0
    with pytest.raises(NotANumber):
        exact(10**DIGITS_MAX, 0)
    with pytest.raises(NotANumber):
        exact("1e400", 2)


@given(
    st.fixed_dictionaries(
        {"initial_amount": amounts, "agreement_no": texts, "rate": st.sampled_from(["0", "0.065", "0.0650", 0])},
        optional={"close_amount": amounts, "fund_use_text": texts, "merge_group_id": texts},
    )
)
def test_both_readers_give_the_same_record(changes: dict[str, object]) -> None:
    raw = as_json(a_contract(**changes))
    slowly = read(raw)
    try:
        quickly = canonised(quick_decoder().decode(raw), wire_types()["contract"])
    except (msgspec.MsgspecError, NotANumber):
        quickly = None
    # Whatever the quick reader refuses, the exact one must know why.
    assert (quickly is None) == bool(slowly.findings)
    assert quickly is None or slowly.record == quickly


@pytest.mark.parametrize("record", [a_contract(), a_closed_contract(), a_line()])
def test_the_way_a_record_was_read_does_not_show(record: dict[str, object]) -> None:
    spelt_out = as_json(record).replace(b'{"record_type"', b'{"no_data": null, "record_type"')
    quick, slow = received(as_json(record))[0], received(spelt_out)[0]
    assert quick.record == slow.record
    assert quick.content_hash == slow.content_hash
    assert quick.whole
    assert slow.whole
