"""What people see of records: states by type, links, open items, and whether a stream is complete (M4.4, R8, R11)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from chassis.cause import Subject
from chassis.database import Database
from monitoring.application.records import Records
from monitoring.persistence.submission_reads import SubmissionReading
from monitoring.tests.integration.stored_book import StoredBook
from monitoring.tests.integration.submitting_firm import SubmittingFirm
from monitoring.transport.http.records import record_routes
from monitoring.wiring import application
from submissions.tests.builders import a_contract, a_declaration
from submissions.tests.builders_of_types import a_borrower, a_position, a_trade, an_account
from testkit.http import Caller, an_edge, calling
from testkit.tokens import TokenIssuer

pytestmark = pytest.mark.integration
STEWARD = Subject(user_id="ds-1", roles=frozenset({"DS"}))
OTHER = Subject(user_id="fc-2", roles=frozenset({"FC"}), firm_id="F002")


@pytest.fixture
async def firm(database: Database, book: StoredBook) -> SubmittingFirm:
    await book.onboard("F001")
    made = SubmittingFirm(database, book)
    await made.knows_securities("600000")
    return made


@pytest.fixture
async def anybody(database: Database) -> AsyncIterator[Caller]:
    issuer = TokenIssuer()
    routes = [record_routes(Records.over(reading=SubmissionReading({"PROD": database})))]
    async with calling(application(routes, an_edge(service="monitoring", issuer=issuer)), issuer) as caller:
        yield caller


async def seen(anybody: Caller, path: str, subject: Subject = STEWARD) -> Any:
    answer = await anybody.signed_in(subject).get(f"/api/v1/firms/F001/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_is_held_of_a_type_is_shown_with_its_link_and_masked(firm: SubmittingFirm, anybody: Caller) -> None:
    await firm.submit(a_borrower(), a_borrower(borrower_id="B-2"), an_account())
    before = await seen(anybody, "records?record_type=borrower")
    await firm.link()

    first = await seen(anybody, "records?record_type=borrower&limit=1")
    second = await seen(anybody, f"records?record_type=borrower&limit=1&cursor={first['next_cursor']}")

    assert [one["link"] for one in before["items"]] == [None, None]
    (linked,), (waiting,) = first["items"], second["items"]
    assert (linked["record_key"], linked["link"], linked["waits_for"]) == ("B-1", "LINKED", [])
    assert (waiting["record_key"], waiting["link"]) == ("B-2", "UNLINKED")
    assert waiting["waits_for"] == ["account of borrower/B-2"]
    assert linked["content"]["credit_limit"] == "50000000.00"
    assert (linked["content"]["name"], linked["content"]["unified_account"]) == ("***", "***")
    assert second["next_cursor"] is None


async def test_r11_open_items_are_listed_by_kind_the_oldest_first(firm: SubmittingFirm, anybody: Caller) -> None:
    firm.sequences["trade"] = 4
    await firm.submit(a_trade(), a_trade(trade_id="T-2"), a_position(security="601318"))
    await firm.link()

    unlinked = await seen(anybody, "open-items?limit=1")
    rest = await seen(anybody, f"open-items?limit=1&cursor={unlinked['next_cursor']}")
    pending = await seen(anybody, "open-items?kind=PENDING_REFERENCE")
    gaps = await seen(anybody, "open-items?kind=GAP")

    assert unlinked["counts"] == {"unlinked": 2, "pending_reference": 1, "gaps": 1}
    assert [one["record_key"] for one in (*unlinked["items"], *rest["items"])] == ["T-1", "T-2"]
    assert unlinked["items"][0]["waits_for"] == ["contract C-1"]
    assert [one["record_type"] for one in pending["items"]] == ["position"]
    assert [(one["record_type"], one["first"], one["last"]) for one in gaps["items"]] == [("trade", 1, 4)]


async def test_m4_4_a_stream_is_complete_once_its_declaration_agrees_and_nothing_is_missing(
    firm: SubmittingFirm, anybody: Caller
) -> None:
    async def stream(name: str) -> Any:
        found = await seen(anybody, "streams?day=2026-03-31")
        return next(one for one in found["items"] if one["stream"] == name)

    await firm.submit(a_trade(), a_contract())
    assert (await stream("trade"))["declared"] is None
    assert not (await stream("disposal"))["complete"]

    trades = {"stream": "trade", "count": 1, "amount_sum": "5000000.00", "quantity_sum": 1000000}
    await firm.submit(a_declaration(**trades), a_declaration(stream="disposal"))
    complete = await stream("trade")
    assert (complete["agrees"], complete["complete"]) == (True, True)
    assert complete["received"] == {"count": 1, "amount_sum": "5000000.00", "quantity_sum": "1000000.0000"}
    assert (await stream("disposal"))["complete"]

    await firm.submit(a_trade(trade_id="T-2"))
    later = await stream("trade")
    assert (later["agrees"], later["complete"], later["received"]["count"]) == (False, False, 2)
    assert len((await seen(anybody, "streams?day=2026-03-31"))["items"]) == 12


async def test_a_firm_sees_nothing_of_another_ones_records(firm: SubmittingFirm, anybody: Caller) -> None:
    await firm.submit(a_borrower())
    for path in ("records?record_type=borrower", "open-items", "streams?day=2026-03-31"):
        answer = await anybody.signed_in(OTHER).get(f"/api/v1/firms/F001/{path}")
        assert answer.status_code == 404, path
