"""The valuation on a real Postgres: increments, days in order, and the proof that both ways agree (I1, I5, I7)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from chassis.cause import SYSTEM, Cause
from finance.corporate_actions import CorporateAction
from finance.units import fen
from monitoring.application.commands import value_book as value_book_module
from monitoring.application.commands.close_day import CloseDay, CloseDayHandler
from monitoring.application.commands.value_book import ValueBook, ValueBookHandler
from monitoring.application.revaluation import differences
from monitoring.domain.sums import SUM_NAMES, BookSums, sums_of, total
from monitoring.domain.valuation import value_book
from monitoring.persistence import valuations as valuations_module
from monitoring.persistence.book_work import unfinished_books
from monitoring.tests.book import (
    BONUS,
    CLOSES,
    DAY,
    REPORTED,
    SEC1,
    SEC2,
    SEC3,
    a_contract,
    a_line,
    a_market,
    by_firm,
    worked_book,
)
from monitoring.tests.integration.stored_book import StoredBook
from monitoring.transport.book_follower import BookFollower
from testkit.eventually import eventually

pytestmark = pytest.mark.integration
FIRMS = ("F1", "F2", "F3")


@pytest.fixture
async def worked(book: StoredBook) -> StoredBook:
    """The worked book, valued on its day."""
    await book.act(DAY, BONUS)
    await book.price(DAY, CLOSES)
    await book.report(worked_book())
    await book.value(*FIRMS)
    return book


async def sums(book: StoredBook) -> BookSums:
    rows = await book.rows("select * from firm_aggregate")
    return total(BookSums(*(int(str(row[name])) for name in SUM_NAMES)) for row in rows)


async def alerts(book: StoredBook) -> dict[str, tuple[str, bool]]:
    rows = await book.rows("select entity_id, level, provisional from alert where cleared_at is null")
    return {str(row["entity_id"]): (str(row["level"]), bool(row["provisional"])) for row in rows}


async def found_differences(book: StoredBook, firm_id: str) -> list[str]:
    async with book.begin(Cause(subject=SYSTEM, operation="monitoring.prove")) as work:
        return await differences(work, await work.books.lock(firm_id))


class TestWorkedBook:
    async def test_m9_sums_of_the_worked_book(self, worked: StoredBook) -> None:
        firms = by_firm(worked_book())
        assert await sums(worked) == total(sums_of(value_book(one, a_market())) for one in firms.values())

    async def test_b11_2a_raised_for_who_stands_at_a_line(self, worked: StoredBook) -> None:
        assert await alerts(worked) == {"F1/B2": ("warning", True), "F2/B3": ("alert", True)}

    async def test_i7_no_alert_on_an_ex_date_without_a_price_move(self, book: StoredBook) -> None:
        before = {SEC2: "40.00"}
        await book.act(DAY, BONUS)
        await book.price(REPORTED, before)
        await book.price(DAY, {SEC2: "20.00"})
        await book.report([a_contract(lines=(a_line(instrument=SEC2, shares=170_000),), interest_paid_to=DAY)])

        await book.value("F1")

        assert await alerts(book) == {}

    async def test_each_alert_says_so_in_the_same_transaction(self, worked: StoredBook) -> None:
        said = await worked.rows("select headers::text as headers from outbox where topic = 'monitoring.alert.v1'")
        assert ["monitoring.alert.raised.v1" in str(one["headers"]) for one in said] == [True, True]


class TestIncrements:
    async def test_live_variant_touches_only_what_holds_the_security(self, worked: StoredBook) -> None:
        await worked.price(DAY, CLOSES | {SEC3: "2.51"}, revision=2)

        await worked.value(*FIRMS)

        notes = await worked.rows("select details from audit where details ? 'changed'")
        assert [one["details"] for one in notes] == [{"day": "2026-03-31", "contracts": 1, "changed": 1}]

    @pytest.mark.parametrize("firm_id", FIRMS)
    async def test_i1_increments_equal_a_full_recomputation(self, worked: StoredBook, firm_id: str) -> None:
        await worked.price(DAY, CLOSES | {SEC1: "9.00"}, revision=2)
        await worked.report(
            [replace(one, principal_fen=fen("1.00")) for one in worked_book() if one.contract_id == "C1"]
        )
        await worked.value(*FIRMS)

        assert await found_differences(worked, firm_id) == []

    async def test_i1_a_planted_difference_is_found(self, worked: StoredBook) -> None:
        await worked.execute(
            "update contract_valuation set collateral_fen = collateral_fen + 1 where contract_id = 'C1'"
        )
        await worked.execute("update firm_aggregate set valued_debt_fen = valued_debt_fen + 1 where firm_id = 'F1'")

        assert await found_differences(worked, "F1") == ["C1", "sums"]

    async def test_a_closed_contract_leaves_the_sums(self, worked: StoredBook) -> None:
        await worked.report([replace(one, status="closed") for one in worked_book() if one.firm_id == "F3"])
        await worked.value("F3")

        rows = await worked.rows("select contract_count, initial_fen from firm_aggregate where firm_id = 'F3'")
        assert rows == [{"contract_count": 0, "initial_fen": 0}]

    async def test_a_contract_that_joins_a_merge_group_rejudges_the_others(self, worked: StoredBook) -> None:
        merged = {one.contract_id: one for one in worked_book(merged=True)}
        await worked.report([merged["C4"]])
        await worked.value("F2")
        await worked.report([merged["C3"]])
        await worked.value("F2")

        rows = await worked.rows("select distinct level_code from contract_valuation where firm_id = 'F2'")
        assert rows == [{"level_code": 0}]
        assert "F2/B3" not in await alerts(worked)

    async def test_a_contract_that_leaves_a_merge_group_rejudges_the_others(self, worked: StoredBook) -> None:
        await worked.report(worked_book(merged=True))
        await worked.value("F2")
        await worked.report([one for one in worked_book() if one.contract_id == "C3"])
        await worked.value("F2")

        assert (await alerts(worked))["F2/B3"] == ("alert", True)
        assert await found_differences(worked, "F2") == []

    async def test_nothing_is_valued_twice(self, worked: StoredBook) -> None:
        assert await worked.value(*FIRMS) == 0

    async def test_a_running_follower_completes_what_a_dead_process_left(self, worked: StoredBook) -> None:
        handler = ValueBookHandler(begin=worked.begin, differed=worked.differed)

        async def nobody() -> list[str]:
            return []

        follower = BookFollower(
            step=lambda firm_id, cause: handler(ValueBook(firm_id=firm_id), cause),
            firms=nobody,
            unfinished=lambda: unfinished_books(worked.database),
            asked_every_s=0.1,
        )
        running = asyncio.create_task(follower.run())
        await worked.report([replace(one, status="closed") for one in worked_book() if one.firm_id == "F3"])

        async def left() -> list[dict[str, object]]:
            return await worked.rows("select contract_id from book_change")

        await eventually(left, within=10, until=lambda found: not found)
        await follower.stop()
        await running

        rows = await worked.rows("select contract_count from firm_aggregate where firm_id = 'F3'")
        assert rows == [{"contract_count": 0}]

    async def test_unfinished_are_changes_and_newer_prices_alone(self, worked: StoredBook) -> None:
        assert await unfinished_books(worked.database) == []

        await worked.report([one for one in worked_book() if one.firm_id == "F2"])
        assert await unfinished_books(worked.database) == ["F2"]

        await worked.price(DAY + timedelta(days=1), CLOSES)
        assert await unfinished_books(worked.database) == list(FIRMS)

        await worked.value(*FIRMS)
        assert await unfinished_books(worked.database) == []

    async def test_a_day_that_was_issued_again_is_unfinished_until_it_is_valued_again(self, worked: StoredBook) -> None:
        issued_again: list[Callable[[], Awaitable[UUID]]] = [
            lambda: worked.price(DAY, CLOSES, revision=2),
            lambda: worked.act(DAY, {}),
            lambda: worked.calendar({DAY: True}),
        ]
        for issue_again in issued_again:
            await issue_again()
            assert await unfinished_books(worked.database) == list(FIRMS)

            await worked.value(*FIRMS)
            assert await unfinished_books(worked.database) == []

    async def test_changes_that_change_nothing_hide_no_others_behind_them(
        self, worked: StoredBook, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(value_book_module, "CHANGES_MAX", 1)
        await worked.report([one for one in worked_book() if one.firm_id == "F1"])

        assert await worked.value("F1") == 1

        assert await worked.rows("select * from book_change") == []

    async def test_fin9_interest_follows_the_pieces_of_the_terms(self, book: StoredBook) -> None:
        contract = a_contract(
            principal_fen=fen("1000000.00"), rate_e6=36_500, interest_paid_to=date(2026, 3, 1), recorded_on=DAY
        )
        await book.price(DAY, CLOSES)
        await book.report([contract])
        await book.terms(
            contract,
            (date(2026, 1, 1), fen("4000000.00"), 36_500),
            (date(2026, 2, 1), fen("2000000.00"), 36_500),
            (date(2026, 3, 21), fen("1000000.00"), 36_500),
        )

        await book.value("F1")

        rows = await book.rows("select interest_fen from contract_valuation")
        assert rows == [{"interest_fen": fen("5000.00")}]


class TestAlertLife:
    async def test_b11_2a_is_cleared_by_a_price_above_the_line(self, worked: StoredBook) -> None:
        await worked.price(DAY, CLOSES | {SEC2: "20.25"}, revision=2)
        await worked.value(*FIRMS)

        assert await alerts(worked) == {"F2/B3": ("alert", True)}

    async def test_al7_a_missing_price_never_clears(self, worked: StoredBook) -> None:
        await worked.price(DAY, {SEC1: "10.00", SEC2: "20.24"}, revision=2)
        await worked.value(*FIRMS)

        assert (await alerts(worked))["F2/B3"] == ("alert", True)

    async def test_al4_the_end_of_day_confirms(self, worked: StoredBook) -> None:
        handler = CloseDayHandler(begin=worked.begin, differed=worked.differed)

        found = await handler(CloseDay(firm_id="F2", day=DAY), Cause(subject=SYSTEM, operation="monitoring.close_day"))

        assert found == 0
        assert await alerts(worked) == {"F1/B2": ("warning", True), "F2/B3": ("alert", False)}

    async def test_i1_the_end_of_day_proves_what_increments_made(self, worked: StoredBook) -> None:
        await worked.price(DAY, CLOSES | {SEC3: "2.51"}, revision=2)
        await worked.value("F2")
        await worked.execute("update firm_aggregate set initial_fen = initial_fen + 1 where firm_id = 'F2'")
        handler = CloseDayHandler(begin=worked.begin, differed=worked.differed)

        found = await handler(CloseDay(firm_id="F2", day=DAY), Cause(subject=SYSTEM, operation="monitoring.close_day"))

        assert found == 1
        assert worked.found == [("F2", DAY, ("sums",))]
        kept = await worked.rows("select differences from firm_aggregate_day where firm_id = 'F2'")
        assert kept == [{"differences": 1}]


class TestDays:
    async def test_a_new_day_leaves_out_what_closed_since_and_keeps_the_rest(
        self, worked: StoredBook, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(valuations_module, "ROWS_MAX", 1)
        await worked.report([replace(worked_book()[0], status="closed")])
        await worked.price(DAY + timedelta(days=1), CLOSES)
        await worked.value(*FIRMS)

        rows = await worked.rows("select contract_id from contract_valuation order by 1")
        assert [one["contract_id"] for one in rows] == ["C2", "C3", "C4", "C5"]
        assert await found_differences(worked, "F1") == []

    async def test_days_are_replayed_in_order_and_each_end_is_kept(self, book: StoredBook) -> None:
        days = [REPORTED + timedelta(days=n) for n in range(3)]
        for day, close in zip(days, ("10.00", "7.00", "6.40"), strict=True):
            await book.price(day, {SEC1: close})
        await book.report([a_contract(interest_paid_to=days[2])])

        await book.value("F1")

        kept = await book.rows("select business_date, valued_collateral_fen from firm_aggregate_day order by 1")
        assert [(one["business_date"], one["valued_collateral_fen"]) for one in kept] == [
            (days[0], fen("10000000.00")),
            (days[1], fen("7000000.00")),
        ]
        assert await alerts(book) == {"F1/B1": ("warning", True)}

    async def test_days_before_the_firm_had_a_book_are_left_out(self, book: StoredBook) -> None:
        for day in (date(2026, 3, 27), REPORTED, DAY):
            await book.price(day, {SEC1: "10.00"})
        await book.report([a_contract()])

        await book.value("F1")

        assert await book.rows("select min(business_date) as first from firm_aggregate_day") == [{"first": REPORTED}]

    async def test_i2_the_end_of_a_day_waits_for_22_00_as_clocked_work(self, worked: StoredBook) -> None:
        due = await worked.rows("select key, due_at from due_work where kind = 'monitoring.close_day' order by key")

        assert [one["key"] for one in due] == [f"2026-03-31/{firm}" for firm in FIRMS]
        assert {str(one["due_at"]) for one in due} == {"2026-03-31 14:00:00+00:00"}

    async def test_fin4_a_suspended_security_keeps_its_last_close_over_its_ex_date(self, book: StoredBook) -> None:
        await book.act(REPORTED, {SEC1: (CorporateAction(ex_date=DAY, bonus=1),)})
        await book.price(REPORTED, {SEC1: "10.00"})
        await book.price(DAY, {SEC1: "10.00"}, traded=False)
        await book.report([a_contract()])

        await book.value("F1")

        rows = await book.rows("select collateral_fen from contract_valuation")
        assert rows == [{"collateral_fen": fen("10000000.00")}]
