"""Records of every type in the database: stored, changed, ended, corrected, cancelled."""

import pytest

from chassis.database import Database
from monitoring.tests.integration.stored_book import StoredBook
from monitoring.tests.integration.submitting_firm import SubmittingFirm
from submissions.outcome import Outcome
from submissions.tests.builders import a_contract, a_declaration, a_line
from submissions.tests.builders_of_types import (
    EVERY_TYPE,
    a_borrower,
    a_disposal,
    a_firm,
    a_lender,
    a_plan,
    a_position,
    a_trade,
    an_account,
    an_explanation,
    an_extension,
)

pytestmark = pytest.mark.integration
TAKEN = {Outcome.ACCEPTED, Outcome.ACCEPTED_WARN}
DEFAULTED: dict[str, object] = {"default_flag": True, "default_date": "2026-03-20", "default_kind": "unpaid"}


@pytest.fixture
async def firm(database: Database, book: StoredBook) -> SubmittingFirm:
    await book.onboard("F001")
    made = SubmittingFirm(database, book)
    await made.knows_securities("600000")
    return made


async def test_m4_1_every_type_is_taken_and_stored_by_its_key(firm: SubmittingFirm) -> None:
    records = [build() for name, build in EVERY_TYPE.items() if name not in {"disposal", "declaration"}]

    received = await firm.submit(*records)
    assert {one.record_type: one.outcome for one in received if one.outcome not in TAKEN} == {}

    stored = await firm.book.rows("select record_type, record_key, accession, content from record_state")
    typed = [one for one in received if one.record_type not in {"contract", "collateral"}]
    assert {(one["record_type"], one["record_key"]): one["accession"] for one in stored} == {
        (one.record_type, one.record_key): one.accession for one in typed
    }
    (firms_own,) = (one["content"] for one in stored if one["record_type"] == "firm")
    assert firms_own["licences"] == ["collective", "own"]  # type: ignore[index]  # JSON


async def test_m4_2_what_a_record_leaves_out_stays_as_it_was(firm: SubmittingFirm) -> None:
    value = {
        name: a_plan()[name] for name in ("record_type", "spec_version", "firm_id", "business_date", "reported_at")
    }
    await firm.submit(a_plan())

    outcomes = await firm.outcomes(
        {**value, "action": "VALUE", "lender_id": "L-PLAN", "record_key": "L-PLAN", "nav": "1.1000"}
    )

    assert outcomes[0] in TAKEN
    (kept,) = await firm.book.rows("select content, sequence from record_state")
    assert kept["sequence"] == 2
    content = kept["content"]
    assert (content["nav_e4"], content["plan_units_e4"]) == (11000, 10_000_000_000)  # type: ignore[index]  # JSON


async def test_v021_to_v024_hold_across_slices(firm: SubmittingFirm) -> None:
    first = (await firm.submit(a_borrower()))[0]

    assert await firm.broken(a_borrower()) == [("V021", "record_key")]
    assert await firm.broken(a_borrower(action="MODIFY", borrower_id="B-2")) == [("V022", "record_key")]
    assert await firm.broken(a_borrower(action="CORRECT", reason="typing error")) == [("V023", "corrects")]
    correction = a_borrower(action="CORRECT", reason="typing error", corrects=first.accession, credit_rating="B")
    assert await firm.broken(correction) == []
    (corrected,) = await firm.book.rows("select content from record_state")
    assert corrected["content"]["credit_rating"] == "B"  # type: ignore[index]  # JSON
    assert await firm.broken(a_borrower(action="TERMINATE")) == []
    assert await firm.broken(a_borrower(action="MODIFY")) == [("V022", "record_key")]
    assert await firm.broken(a_lender(), a_lender(action="CANCEL")) == []
    assert await firm.broken(a_lender(action="SNAPSHOT")) == [("V024", "record_key")]


async def test_v025_nothing_is_cancelled_that_something_live_names(firm: SubmittingFirm) -> None:
    await firm.submit(a_borrower(), an_account(), a_position(), a_trade(), a_contract(), a_line())
    cancel = {"action": "CANCEL"}

    for still_named in (a_borrower(**cancel), an_account(**cancel), a_trade(**cancel), a_contract(**cancel)):
        assert await firm.broken(still_named) == [("V025", "record_key")]
    for free in (
        a_line(**cancel),
        a_contract(**cancel),
        a_trade(**cancel),
        a_position(**cancel),
        an_account(**cancel),
        a_borrower(**cancel),
    ):
        assert await firm.broken(free) == [], free["record_type"]


async def test_v025_counts_what_the_same_slice_names_and_cancels(firm: SubmittingFirm) -> None:
    assert await firm.broken(a_contract(), a_line(), a_contract(action="CANCEL")) == [("V025", "record_key")]
    assert await firm.broken(a_line(action="CANCEL"), a_contract(action="CANCEL")) == []


async def test_v026_and_v032_compare_with_what_earlier_slices_left(firm: SubmittingFirm) -> None:
    await firm.submit(a_plan(), a_contract(), a_position())

    assert await firm.broken(a_plan(action="VALUE", nav="1.1000")) == []
    assert await firm.broken(a_plan(action="VALUE", plan_name="another")) == [("V026", "plan_name")]
    assert await firm.broken(a_contract(action="VALUE", payable="4020657.53")) == []
    assert await firm.broken(a_contract(action="VALUE", borrower_id="B-9")) == [("V026", "borrower_id")]
    assert await firm.broken(a_contract(action="SNAPSHOT")) == []
    assert await firm.broken(a_contract(action="SNAPSHOT", agreement_no="A-2")) == [("V032", "agreement_no")]
    assert await firm.broken(a_position()) == []
    assert await firm.broken(a_position(held=1, pledged=0, available=1)) == [("V032", "held")]


async def test_v027_a_merger_goes_on_as_another_of_its_type(firm: SubmittingFirm) -> None:
    await firm.submit(a_borrower(), a_borrower(borrower_id="B-2"))
    merger = {"action": "MERGE", "reason": "one person"}

    assert await firm.broken(a_borrower(**merger, merged_into="B-3")) == [("V027", "merged_into")]
    assert await firm.broken(a_borrower(**merger, merged_into="B-2")) == []
    assert await firm.broken(a_borrower(borrower_id="B-2", **merger, merged_into="B-1")) == [("V027", "merged_into")]


async def test_v044_v046_v068_ask_what_earlier_slices_left(firm: SubmittingFirm) -> None:
    await firm.submit(a_trade(), a_contract(**DEFAULTED), a_line())

    assert await firm.broken(an_extension(new_maturity="2027-03-02")) == [("V046", "new_maturity")]
    assert await firm.broken(an_extension(trade_id="T-3", contract_id="C-2")) == [("V044", "refers_to")]
    assert await firm.broken(an_extension(trade_id="T-4")) == []
    assert await firm.broken(a_disposal(quantity=1000001)) == [("V068", "quantity")]
    assert await firm.broken(a_disposal(disposal_id="D-2")) == []
    await firm.submit(a_contract(contract_id="C-3"))
    assert await firm.broken(a_disposal(disposal_id="D-3", contract_id="C-3")) == [("V068", "contract_id")]


async def test_v073_an_explanation_names_what_was_received(firm: SubmittingFirm) -> None:
    rejected = (await firm.submit(a_firm(uscc="91310000MA1FL0AA00")))[0]

    assert await firm.broken(an_explanation(refers_to=[rejected.accession])) == []
    unknown = an_explanation(explanation_id="E-2", refers_to=["F001-0-99-0-0"])
    assert await firm.broken(unknown) == [("V073", "refers_to")]


async def test_v031_a_declaration_of_any_stream_agrees_with_what_arrived(firm: SubmittingFirm) -> None:
    await firm.submit(a_trade(), a_trade(trade_id="T-2", amount="1000000.00"), a_position())
    trades = {"stream": "trade", "count": 2, "amount_sum": "6000000.00", "quantity_sum": 2000000}

    assert await firm.broken(a_declaration(**trades | {"count": 1})) == [("V031", "count")]
    assert await firm.broken(a_declaration(**trades | {"amount_sum": "6000000.01"})) == [("V031", "amount_sum")]
    assert await firm.broken(a_declaration(**trades)) == []
    assert await firm.broken(a_declaration(stream="position", count=1, quantity_sum=2000000)) == []
    assert await firm.broken(a_declaration(stream="disposal")) == []  # E3: a zero report


async def test_r8_records_of_any_type_wait_for_their_security(firm: SubmittingFirm) -> None:
    unknown = await firm.outcomes(a_trade(security="601318"), a_position(security="601318"))
    assert unknown == [Outcome.PENDING_REFERENCE] * 2

    await firm.knows_securities("600000", "601318")

    assert await firm.release() == 2
    assert len(await firm.book.rows("select record_key from record_state")) == 2
