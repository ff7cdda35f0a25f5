"""Accepted records find the others they name, or wait for them, and the firm is told (M4.3, R8)."""

import pytest

from chassis.database import Database
from monitoring.application.commands import link_records
from monitoring.persistence.links import firms_to_link
from monitoring.tests.integration.stored_book import StoredBook
from monitoring.tests.integration.submitting_firm import SubmittingFirm
from submissions.frames import Frame, Linked
from submissions.tests.builders import a_contract, a_declaration, a_line
from submissions.tests.builders_of_types import (
    EVERY_TYPE,
    MANAGER_USCC,
    a_borrower,
    a_disposal,
    a_lender,
    a_plan,
    a_position,
    a_trade,
    an_account,
    an_incident,
)

pytestmark = pytest.mark.integration
DEFAULTED: dict[str, object] = {"default_flag": True, "default_date": "2026-03-20", "default_kind": "unpaid"}


@pytest.fixture
async def firm(database: Database, book: StoredBook) -> SubmittingFirm:
    await book.onboard("F001")
    made = SubmittingFirm(database, book)
    await made.knows_securities("600000", "601318")
    return made


def links(frame: Frame) -> dict[tuple[str | None, str | None], str | None]:
    return {(one.type, one.key): one.link for one in frame.items}


async def test_m4_3_records_that_find_what_they_name_are_linked_by_their_offsets(firm: SubmittingFirm) -> None:
    contract = a_contract(**DEFAULTED)
    every = {name: build() for name, build in EVERY_TYPE.items() if name != "declaration"} | {"contract": contract}
    records = [every.pop(name) for name in ("contract", "collateral")] + [
        *every.values(),
        a_declaration(stream="borrower", count=1),
    ]
    received = await firm.submit(*records)
    assert all(one.outcome is not None and one.outcome.applied for one in received), received

    assert await firm.link() == 1

    frame = await firm.told()
    assert (frame.kind, frame.linked, frame.items) == ("update", Linked(start=0, end=len(records)), ())
    assert [one.sequence for one in await firm.frames()] == [1, 2]
    assert await firm.link() == 0


async def test_m4_3_each_type_says_what_it_has_not_found(firm: SubmittingFirm) -> None:
    await firm.submit(
        a_borrower(), a_plan(), an_account(owner_id="B-2"), a_position(account_id="A2"), a_trade(refers_to="T-0"),
        a_contract(borrower_id="B-9", lender_id="L-9", contract_id="C-9", initial_trade_id="T-9"),
        a_line(contract_id="C-8", trade_id="T-8"), a_disposal(contract_id="C-7"), an_incident(contracts=["C-9", "C-6"]),
        a_lender(),
    )  # fmt: skip

    await firm.link()

    assert await firm.waiting() == {
        ("borrower", "B-1"): {"account of borrower/B-1"},
        ("lender", "L-PLAN"): {f"account of manager/{MANAGER_USCC}"},
        ("account", "SSE/A100000001"): {"borrower B-2"},
        ("position", "SSE/A2/600000/unrestricted//auction/2026-03-31"): {"open account SSE/A2"},
        ("trade", "T-1"): {"contract C-1", "trade T-0"},
        ("contract", "C-9"): {"borrower B-9", "lender L-9", "trade T-9", "initial line C-9"},
        ("collateral", "C-8/1"): {"contract C-8", "trade T-8"},
        ("disposal", "D-1"): {"contract in default C-7", "line C-7/SSE/600000"},
        ("incident", "I-1"): {"contract C-6"},
    }
    frame = await firm.told()
    assert set(links(frame)) == set(await firm.waiting())
    assert set(links(frame).values()) == {"UNLINKED"}
    (contract,) = (one for one in frame.items if one.type == "contract")
    assert contract.waits_for == ("borrower B-9", "lender L-9", "trade T-9", "initial line C-9")
    assert contract.outcome.applied


async def test_r8_a_record_that_comes_later_links_those_that_waited_for_it(firm: SubmittingFirm) -> None:
    line, contract = await firm.submit(a_line(), a_contract(lender_id="L-PLAN"))
    await firm.link()
    assert await firm.waiting() == {
        ("collateral", "C-1/1"): {"trade T-1"},
        ("contract", "C-1"): {"borrower B-1", "lender L-PLAN", "trade T-1"},
    }

    await firm.submit(a_trade(), a_borrower(), an_account())
    await firm.link()
    assert links(await firm.told()) == {("collateral", "C-1/1"): "LINKED"}

    await firm.submit(a_plan(), an_account(account_id="M1", owner_role="manager", owner_id=MANAGER_USCC))
    await firm.link()
    frame = await firm.told()
    assert [(one.accession, one.link) for one in frame.items] == [(contract.accession, "LINKED")]
    assert await firm.waiting() == {}
    kept = await firm.book.rows('select "offset", since <= linked_at as linked from unlinked_record order by 1')
    assert [(one["offset"], one["linked"]) for one in kept] == [(line.offset, True), (contract.offset, True)]


async def test_every_record_of_a_key_that_waits_is_told_when_it_is_found(firm: SubmittingFirm) -> None:
    whole = {"lender_id": "L-OWN", "borrower_id": "B-1"}
    await firm.submit(
        a_contract(**whole), a_contract(**whole, action="MODIFY", agreement_no="A-2"), a_line(), a_trade()
    )
    await firm.link()
    await firm.submit(a_contract(action="MODIFY"), a_borrower(), an_account())
    await firm.link()

    await firm.submit(a_lender())
    await firm.link()

    assert [one.key for one in (await firm.told()).items] == ["C-1", "C-1", "C-1"]


async def test_a_correction_changes_what_is_waited_for(firm: SubmittingFirm) -> None:
    (wrong,) = await firm.submit(an_account(owner_id="B-2"))
    await firm.submit(a_borrower())
    await firm.link()
    assert ("account", "SSE/A100000001") in await firm.waiting()

    await firm.submit(an_account(action="CORRECT", reason="typing error", corrects=wrong.accession))
    await firm.link()

    told = [(one.type, one.sequence, one.link) for one in (await firm.told()).items]
    assert told == [("account", 1, "LINKED"), ("borrower", 1, "LINKED")]
    assert await firm.waiting() == {}


async def test_what_was_cancelled_is_not_found_and_waits_for_nothing(firm: SubmittingFirm) -> None:
    await firm.submit(a_borrower(), an_account())
    await firm.submit(an_account(action="CANCEL"))
    await firm.submit(a_borrower(action="CANCEL"))
    await firm.submit(an_account(account_id="A9"))
    await firm.link()

    assert await firm.waiting() == {("account", "SSE/A9"): {"borrower B-1"}}


async def test_a_disposal_waits_until_its_contract_is_in_default(firm: SubmittingFirm) -> None:
    await firm.submit(a_disposal())
    await firm.link()

    await firm.submit(a_contract(), a_line())
    await firm.link()
    assert (await firm.waiting())["disposal", "D-1"] == {"contract in default C-1"}

    await firm.submit(a_contract(action="MODIFY", **DEFAULTED))
    await firm.link()
    assert ("disposal", "D-1") not in await firm.waiting()


async def test_r8_a_record_that_waited_for_its_security_is_linked_when_it_is_released(firm: SubmittingFirm) -> None:
    await firm.submit(a_trade(security="600519"), a_borrower())
    await firm.link()
    assert set(await firm.waiting()) == {("borrower", "B-1")}

    await firm.knows_securities("600519")
    assert await firm.release() == 1
    assert await firm.link() == 1

    frame = await firm.told()
    assert frame.linked is None
    assert links(frame) == {("trade", "T-1"): "UNLINKED"}


async def test_steps_end_between_messages_and_begin_where_the_last_one_ended(
    firm: SubmittingFirm, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    monkeypatch.setattr(link_records, "RECORDS_MAX", 2)
    await firm.submit(*(a_trade(trade_id=f"T-{number}") for number in range(5)))
    assert await firms_to_link(database) == ["F001"]

    assert await firm.link() == 5

    runs = [(one.linked.start, one.linked.end) for one in await firm.frames() if one.linked is not None]
    assert runs == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    assert len(await firm.book.rows("select line from unlinked_record")) == 5
    assert await firms_to_link(database) == []
