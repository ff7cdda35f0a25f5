"""The regulator reads figures, their parts, alerts and contracts; every read leaves its trace (I3, I5, I6, I10)."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from chassis.cause import SYSTEM, Cause, Subject
from chassis.http import create_application
from finance.units import fen
from monitoring.application.analytics import Analytics
from monitoring.application.commands.close_day import CloseDay
from monitoring.persistence.monitor_reads import MonitorReading
from monitoring.tests.book import BONUS, CLOSES, DAY, SEC1, SEC2, a_contract, worked_book
from monitoring.tests.integration.stored_book import StoredBook
from monitoring.transport.http.alerts import alert_routes
from monitoring.transport.http.contracts import contract_routes
from monitoring.transport.http.indicators import indicator_routes
from monitoring.transport.http.problems_of_valuation import STATUS
from testkit.http import Caller, an_edge, calling
from testkit.tokens import TokenIssuer

pytestmark = pytest.mark.integration
FIRMS = ("F1", "F2", "F3")
ANALYST = Subject(user_id="ra-1", roles=frozenset({"RA"}))


@pytest.fixture
async def worked(book: StoredBook) -> StoredBook:
    await book.act(DAY, BONUS)
    await book.price(DAY, CLOSES)
    await book.report(worked_book())
    await book.value(*FIRMS)
    return book


@pytest.fixture
def analytics(book: StoredBook) -> Analytics:
    return Analytics.over(begin=book.begin, reading=MonitorReading(book.database, book.markets), differed=book.differed)


@pytest.fixture
async def anybody(analytics: Analytics) -> AsyncIterator[Caller]:
    issuer = TokenIssuer()
    app = create_application(
        edge=an_edge(service="monitoring", issuer=issuer),
        routes=[indicator_routes(analytics), alert_routes(analytics), contract_routes(analytics)],
        problems=STATUS,
        title="monitoring",
    )
    async with calling(app, issuer) as caller:
        yield caller


@pytest.fixture
def regulator(anybody: Caller) -> Caller:
    return anybody.signed_in(ANALYST)


async def read(caller: Caller, path: str) -> dict[str, Any]:
    answer = await caller.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def every_part(caller: Caller, path: str) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await read(caller, f"{path}{'&' if '?' in path else '?'}limit=2{cursor}")
        parts += page["items"]
        if page["next_cursor"] is None:
            return parts
        cursor = f"&cursor={page['next_cursor']}"


class TestIndicators:
    @pytest.mark.usefixtures("worked")
    async def test_m9_the_figures_of_the_worked_book(self, regulator: Caller) -> None:
        found = await read(regulator, "/indicators")

        shown = {one["id"]: (one["value"] and one["value"]["exact"], one["level"]) for one in found["items"]}
        assert shown == {
            "M9.3a": ("43550/21089", "warning"),
            "M9.3b": (None, "none"),
            "M9.3c": ("3031/1475", "none"),
            "M9.4a": ("27/59", "alert"),
            "M9.4b": ("12/59", "alert"),
        }
        assert found["borrowers"][0]["at"] == {"normal": 2, "warning": 1, "alert": 1}

    async def test_i5_says_of_which_data_it_speaks(self, worked: StoredBook, regulator: Caller) -> None:
        await worked.onboard("F4")

        freshness = (await read(regulator, "/indicators?id=M9.3a"))["freshness"]

        assert (freshness["business_date"], freshness["state"]) == ("2026-03-31", "live")
        assert freshness["provisional"] is True
        assert (freshness["firms_counted"], freshness["firms_missing"]) == (list(FIRMS), ["F4"])
        assert [one["price"]["revision"] for one in freshness["references"]] == [1]

    async def test_i2_the_kept_end_of_day_does_not_move_with_what_is_live(
        self, worked: StoredBook, analytics: Analytics, regulator: Caller
    ) -> None:
        for firm_id in FIRMS:
            cause = Cause(subject=SYSTEM, operation="monitoring.close_day")
            await analytics.close_day(CloseDay(firm_id=firm_id, day=DAY), cause)
        await worked.price(DAY, CLOSES | {SEC1: "9.00"}, revision=2)
        await worked.value(*FIRMS)

        live, kept = [
            await read(regulator, f"/indicators?id=M9.3a{day}") for day in ("", f"&business_date={DAY.isoformat()}")
        ]

        assert (live["freshness"]["state"], live["items"][0]["value"]["shown"]) == ("live", "1.9194")
        assert (kept["freshness"]["state"], kept["items"][0]["value"]["shown"]) == ("end_of_day", "2.0651")

    async def test_b11_2a_borrowers_of_a_kept_day(
        self, worked: StoredBook, analytics: Analytics, regulator: Caller
    ) -> None:
        for firm_id in FIRMS:
            cause = Cause(subject=SYSTEM, operation="monitoring.close_day")
            await analytics.close_day(CloseDay(firm_id=firm_id, day=DAY), cause)
        await worked.price(DAY, CLOSES | {SEC2: "20.25"}, revision=2)
        await worked.value(*FIRMS)

        live, kept = [
            (await read(regulator, f"/indicators?id=B11.2a{day}"))["borrowers"][0]["at"]
            for day in ("", f"&business_date={DAY.isoformat()}")
        ]

        assert live == {"normal": 3, "alert": 1}
        assert kept == {"normal": 2, "warning": 1, "alert": 1}

    async def test_m9_3b_compares_with_the_end_of_20_trading_days_before(
        self, book: StoredBook, regulator: Caller
    ) -> None:
        days = [date(2026, 3, 1) + timedelta(days=n) for n in range(21)]
        await book.calendar(dict.fromkeys(days, True))
        for at, day in enumerate(days):
            await book.price(day, {SEC1: "10.00" if at < 20 else "9.00"})
        await book.report([a_contract(recorded_on=days[0], interest_paid_to=days[-1])])
        await book.value("F1")

        found = (await read(regulator, "/indicators?id=M9.3b"))["items"][0]

        assert (found["state"], found["value"]["exact"], found["level"]) == ("known", "1/10", "attention")

    @pytest.mark.usefixtures("book")
    async def test_before_anything_is_valued_there_are_no_figures(self, regulator: Caller) -> None:
        found = await read(regulator, "/indicators")

        assert (found["items"], found["freshness"]["business_date"]) == ([], None)

    @pytest.mark.usefixtures("worked")
    async def test_a_day_without_any_firm_has_no_figures_rather_than_zeros(self, regulator: Caller) -> None:
        found = await read(regulator, "/indicators?business_date=2026-03-30")

        assert (found["items"], found["borrowers"]) == ([], [])
        assert found["freshness"]["firms_missing"] == list(FIRMS)

    async def test_i6_a_definition_page(self, regulator: Caller) -> None:
        found = await read(regulator, "/indicators/M9.4a")

        assert found["formula_en"].startswith("sum P[PG <= W]")
        assert found["thresholds"][0]["levels"] == {"attention": "0.1", "warning": "0.2", "alert": "0.3"}
        assert found["coverage_ratio"] == "full"

    async def test_an_unknown_indicator_is_404(self, regulator: Caller) -> None:
        answer = await regulator.get("/api/v1/indicators/M99.9")

        assert (answer.status_code, answer.json()["type"]) == (404, "urn:pledgeboard:problem:metric-unknown")


class TestLineage:
    @pytest.mark.parametrize("indicator_id", ["M9.3a", "M9.3c", "M9.4a", "M9.4b"])
    @pytest.mark.usefixtures("worked")
    async def test_i3_the_parts_sum_to_the_value(self, regulator: Caller, indicator_id: str) -> None:
        parts = await every_part(regulator, f"/indicators/{indicator_id}/contracts")
        found = (await read(regulator, f"/indicators?id={indicator_id}"))["items"][0]

        numerator = sum(fen(one["adds"]["numerator"]) for one in parts)
        denominator = sum(fen(one["adds"]["denominator"]) for one in parts)
        assert Fraction(numerator, denominator) == Fraction(found["value"]["exact"])

    @pytest.mark.usefixtures("worked")
    async def test_i3_a_part_names_the_submissions_it_came_from(self, regulator: Caller) -> None:
        parts = await every_part(regulator, "/indicators/M9.3a/contracts?firm_id=F1")

        assert [(one["contract_id"], one["valuation"]["accessions"]) for one in parts] == [
            ("C1", ["C1", "line-1"]),
            ("C2", ["C2", "line-1", "C2/2"]),
        ]

    @pytest.mark.usefixtures("worked")
    async def test_i3_a_borrowers_code_opens_its_contracts(self, regulator: Caller) -> None:
        parts = await every_part(regulator, "/indicators/B11.2a/contracts?firm_id=F2&borrower_id=B3")

        assert [(one["contract_id"], one["valuation"]["level"]) for one in parts] == [
            ("C3", "NORMAL"),
            ("C4", "TRIGGERED"),
        ]

    @pytest.mark.usefixtures("book")
    async def test_without_figures_there_is_nothing_to_open(self, regulator: Caller) -> None:
        answer = await regulator.get("/api/v1/indicators/M9.3a/contracts")

        assert (answer.status_code, answer.json()["type"]) == (404, "urn:pledgeboard:problem:nothing-valued-yet")


class TestAlerts:
    @pytest.mark.usefixtures("worked")
    async def test_alerts_are_listed_latest_first_and_paged(self, regulator: Caller) -> None:
        first = await read(regulator, "/alerts?limit=1")
        second = await read(regulator, f"/alerts?limit=1&cursor={first['next_cursor']}")

        assert [one["items"][0]["entity_id"] for one in (first, second)] == ["F2/B3", "F1/B2"]
        assert second["next_cursor"] is None

    async def test_one_alert_shows_its_story(self, worked: StoredBook, regulator: Caller) -> None:
        await worked.price(DAY, CLOSES | {SEC2: "20.25"}, revision=2)
        await worked.value(*FIRMS)
        cleared = (await read(regulator, "/alerts?state=cleared"))["items"][0]

        story = await read(regulator, f"/alerts/{cleared['id']}")

        assert [(one["change"], one["level"]) for one in story["history"]] == [
            ("raised", "warning"),
            ("cleared", "warning"),
        ]

    @pytest.mark.usefixtures("worked")
    async def test_filters(self, regulator: Caller) -> None:
        found = await read(regulator, "/alerts?state=open&level=alert&indicator_id=B11.2a&firm_id=F2")

        assert [one["entity_id"] for one in found["items"]] == ["F2/B3"]


class TestContracts:
    @pytest.mark.usefixtures("worked")
    async def test_a_contract_with_its_valuation_and_history(self, analytics: Analytics, regulator: Caller) -> None:
        cause = Cause(subject=SYSTEM, operation="monitoring.close_day")
        await analytics.close_day(CloseDay(firm_id="F1", day=DAY), cause)

        found = await read(regulator, "/contracts/F1/C2")

        assert found["contract"]["initial_amount"] == "150000000.00"
        assert found["valuation"]["coverage"] == {"exact": "8/5", "shown": "1.6000"}
        assert [(one["business_date"], one["valuation"]["level"]) for one in found["history"]] == [
            ("2026-03-31", "WARNING")
        ]
        assert found["standing"]["state"] == "end_of_day"

    @pytest.mark.usefixtures("worked")
    async def test_an_unknown_contract_is_404(self, regulator: Caller) -> None:
        answer = await regulator.get("/api/v1/contracts/F1/C9")

        assert answer.status_code == 404


PATHS = ("/indicators", "/indicators/M9.3a", "/indicators/M9.3a/contracts", "/alerts", "/contracts/F1/C1")


class TestTrace:
    async def test_m18_1_every_read_leaves_a_trace(self, worked: StoredBook, regulator: Caller) -> None:
        for path in PATHS:
            await read(regulator, path)

        rows = await worked.rows("select actor, outcome from audit where operation = 'indicator.read'")
        assert rows == [{"actor": "ra-1", "outcome": "read"}] * len(PATHS)

    @pytest.mark.parametrize("path", PATHS)
    async def test_m18_1_no_trace_no_answer(self, worked: StoredBook, regulator: Caller, path: str) -> None:
        await worked.as_owner("revoke insert on audit from monitoring")

        answer = await regulator.get(f"/api/v1{path}")

        assert (answer.status_code, answer.json()["type"]) == (503, "urn:pledgeboard:problem:trace-unavailable")
