"""What each type wants and offers (M4.3), without a database."""

from typing import Any

import pytest

from monitoring.domain.linking import Name, Standing, offers, referred, wants
from monitoring.domain.typed_state import content_of
from submissions.dictionary import types
from submissions.tests.builders import received
from submissions.tests.builders_of_types import EVERY_TYPE

ALWAYS = {"firm", "lender", "firm_financials", "explanation"}


def standing(record_type: str, **changes: object) -> Standing:
    (one,) = received(EVERY_TYPE[record_type](**changes))
    return Standing(content_of(record_type, one.record))


@pytest.mark.parametrize("record_type", [name for name, one in types().items() if not one.is_control])
def test_m4_3_every_type_says_what_it_must_find(record_type: str) -> None:
    assert bool(wants(record_type, standing(record_type))) is (record_type not in ALWAYS)


@pytest.mark.parametrize("record_type", [name for name, one in types().items() if one.is_control])
def test_control_records_are_not_linked(record_type: str) -> None:
    assert wants(record_type, standing(record_type)) == ()


def test_what_was_cancelled_wants_and_offers_nothing() -> None:
    cancelled = standing("account")._replace(is_cancelled=True)

    assert (wants("account", cancelled), offers(("account", "SSE/A1"), cancelled)) == ((), ())


def test_an_account_that_was_closed_is_somebodys_and_takes_no_positions() -> None:
    open_account = standing("account")

    assert Name("open account", "SSE/A1") in offers(("account", "SSE/A1"), open_account)
    closed = offers(("account", "SSE/A1"), open_account._replace(has_ended=True))
    assert closed == (Name("account of", "borrower/B-1"),)


def test_only_a_contract_in_default_is_offered_to_disposals() -> None:
    sound, defaulted = standing("contract"), standing("contract", default_flag=True)

    assert offers(("contract", "C-1"), sound) == (Name("contract", "C-1"),)
    assert Name("contract in default", "C-1") in offers(("contract", "C-1"), defaulted)


def test_what_a_no_data_code_excuses_is_not_waited_for() -> None:
    without = standing("contract", initial_trade_id=None, no_data={"initial_trade_id": "ND2"})

    assert "trade" not in {name.kind for name in wants("contract", without)}


@pytest.mark.parametrize(
    ("record_type", "keys"),
    [
        ("account", {("borrower", "B-1")}),
        ("position", {("account", "SSE/A100000001")}),
        ("contract", {("borrower", "B-1"), ("lender", "L-OWN"), ("trade", "T-1")}),
        ("collateral", {("contract", "C-1"), ("trade", "T-1")}),
        ("disposal", {("contract", "C-1")}),
        ("incident", {("contract", "C-1")}),
        # A trade is part of its contract, and cancelled after it.
        ("trade", set()),
    ],
)
def test_v025_whose_cancellation_a_record_keeps_away(record_type: str, keys: set[Any]) -> None:
    assert referred(record_type, standing(record_type).content) == keys
