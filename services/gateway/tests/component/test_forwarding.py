"""What the neighbours publish is reachable through the one door, under the same matrix."""

import asyncio

import pytest

from gateway.tests.conftest import Gateway
from gateway.tests.fakes import ANALYST, PLEDGOR, REVIEWER, STEWARD


class TestPassingOn:
    async def test_a_command_arrives_with_its_promise_and_comes_back_with_its_version(self, gateway: Gateway) -> None:
        headers = {"Idempotency-Key": "k-1", "Accept-Language": "en"}

        answer = await gateway.caller.signed_in(PLEDGOR).post("/api/v1/listings", json={"amount": 3}, headers=headers)

        assert answer.status_code == 201
        assert answer.json() | {"traceparent": ""} == {"amount": 3, "key": "k-1", "language": "en", "traceparent": ""}
        assert answer.headers["etag"] == '"1"'
        assert answer.headers["location"] == "/api/v1/listings/7"

    async def test_if_match_arrives(self, gateway: Gateway) -> None:
        answer = await gateway.caller.signed_in(PLEDGOR).put("/api/v1/listings/7", headers={"If-Match": '"4"'})

        assert answer.json() == {"id": "7", "version": 4}

    async def test_a_neighbours_problem_arrives_as_it_is(self, gateway: Gateway) -> None:
        answer = await gateway.caller.signed_in(PLEDGOR).post("/api/v1/listings", json={"amount": "many"})

        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["errors"][0]["pointer"] == "/amount"

    async def test_a_large_file_is_streamed_where_the_route_takes_one(self, gateway: Gateway) -> None:
        content = b"x" * 3_000_000

        answer = await gateway.caller.signed_in(STEWARD).post("/api/v1/reference/price/loads", content=content)

        assert answer.json() == {"kind": "price", "size": 3_000_000}

    async def test_a_body_over_the_routes_limit_is_not_passed_on(self, gateway: Gateway) -> None:
        answer = await gateway.caller.signed_in(PLEDGOR).post("/api/v1/listings", content=b"x" * 1_100_000)

        assert answer.status_code == 413
        assert gateway.neighbours.asked("listing", "POST")[-1].target != "/api/v1/listings"

    async def test_internal_routes_are_not_reachable(self, gateway: Gateway) -> None:
        answer = await gateway.caller.signed_in(PLEDGOR).post("/api/v1/session/registration")

        assert answer.status_code == 404

    @pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/listings/..", "/api/v1/listings//7", "/elsewhere"])
    async def test_an_unknown_path_answers_404(self, gateway: Gateway, path: str) -> None:
        assert (await gateway.caller.signed_in(PLEDGOR).put(path)).status_code == 404

    async def test_a_known_path_without_the_method_answers_405(self, gateway: Gateway) -> None:
        assert (await gateway.caller.signed_in(PLEDGOR).delete("/api/v1/listings")).status_code == 405

    async def test_a_path_is_written_anew_before_it_is_passed_on(self, gateway: Gateway) -> None:
        await gateway.caller.signed_in(PLEDGOR).put("/api/v1/listings/a%20b", headers={"If-Match": '"1"'})

        assert gateway.neighbours.asked("listing", "PUT")[0].target == "/api/v1/listings/a%20b"


class TestRights:
    async def test_the_gateway_denies_by_the_matrix_and_the_owner_keeps_the_trail(self, gateway: Gateway) -> None:
        answer = await gateway.caller.signed_in(ANALYST).get("/api/v1/review/queue")

        assert answer.status_code == 403
        (denial,) = gateway.trails["review"].denials
        assert (denial.subject.user_id, denial.operation) == ("u-3", "verification_queue.read")

    async def test_a_denied_command_reaches_its_owner_without_its_body(self, gateway: Gateway) -> None:
        await gateway.caller.signed_in(REVIEWER).post("/api/v1/listings", json={"amount": 3})

        (asked,) = gateway.neighbours.asked("listing", "POST")
        assert asked.body == b""
        assert asked.headers["x-pledgeboard-denied"] == "operation-denied"

    async def test_an_owner_told_of_a_denial_denies_whatever_its_own_matrix_says(self, gateway: Gateway) -> None:
        headers = {**gateway.issuer.authorization(PLEDGOR), "x-pledgeboard-denied": "operation-denied"}
        headers["If-Match"] = '"1"'

        from gateway.application.ports import Outgoing  # noqa: PLC0415

        answer = await gateway.neighbours.send(
            Outgoing(neighbour="listing", method="PUT", target="/api/v1/listings/7", headers=headers)
        )

        assert answer.status == 403

    async def test_a_client_cannot_send_that_header_through(self, gateway: Gateway) -> None:
        headers = {"x-pledgeboard-denied": "operation-denied", "If-Match": '"1"'}

        assert (await gateway.caller.signed_in(PLEDGOR).put("/api/v1/listings/7", headers=headers)).status_code == 200

    async def test_nobody_signed_in_is_asked_to_sign_in(self, gateway: Gateway) -> None:
        assert (await gateway.caller.get("/api/v1/listings")).status_code == 401
        assert (await gateway.caller.get("/api/v1/guide")).status_code == 200


class TestRegistration:
    async def test_p6_1_the_first_request_to_listing_is_preceded_by_the_registration(self, gateway: Gateway) -> None:
        await gateway.caller.signed_in(PLEDGOR).get("/api/v1/listings")
        await gateway.caller.signed_in(PLEDGOR).get("/api/v1/listings")

        targets = [one.target for one in gateway.neighbours.asked("listing")]
        assert targets == ["/api/v1/session/registration", "/api/v1/listings", "/api/v1/listings"]

    async def test_staff_is_nobody_to_register(self, gateway: Gateway) -> None:
        await gateway.caller.signed_in(REVIEWER).get("/api/v1/listings")

        assert [one.target for one in gateway.neighbours.asked("listing")] == ["/api/v1/listings"]

    async def test_an_emptied_or_dead_memory_costs_nothing_that_matters(self, gateway: Gateway) -> None:
        pledgor = gateway.caller.signed_in(PLEDGOR)
        assert (await pledgor.get("/api/v1/listings")).status_code == 200
        gateway.redis.values.clear()
        assert (await pledgor.get("/api/v1/listings")).status_code == 200
        gateway.redis.away = True

        assert (await pledgor.get("/api/v1/listings")).status_code == 200

    async def test_what_the_memory_holds_tells_nobody_whom_it_is_about(self, gateway: Gateway) -> None:
        await gateway.caller.signed_in(PLEDGOR).get("/api/v1/listings")

        held = repr(gateway.redis.values)
        assert not [secret for secret in ("180000000011", "u-1", "P-1") if secret in held]


class TestNeighboursAway:
    async def test_a_neighbour_away_is_a_problem_that_names_it(self, gateway: Gateway) -> None:
        await gateway.caller.signed_in(REVIEWER).get("/api/v1/review/queue")
        gateway.neighbours.away = {"review"}

        answer = await gateway.caller.signed_in(REVIEWER).get("/api/v1/review/queue")

        assert answer.status_code == 503
        assert answer.json()["type"].endswith(":neighbour-unavailable")
        assert answer.json()["neighbour"] == "review"

    async def test_before_a_neighbour_was_ever_heard_its_paths_are_unavailable_not_unknown(
        self, gateway: Gateway
    ) -> None:
        gateway.neighbours.away = {"review"}

        assert (await gateway.caller.signed_in(REVIEWER).get("/api/v1/review/queue")).status_code == 503

    async def test_what_the_others_publish_goes_on(self, gateway: Gateway) -> None:
        gateway.neighbours.away = {"review", "messaging", "monitoring"}

        assert (await gateway.caller.signed_in(PLEDGOR).get("/api/v1/listings")).status_code == 200

    async def test_without_listing_no_unregistered_participant_gets_in(self, gateway: Gateway) -> None:
        await gateway.caller.get("/api/v1/guide")
        gateway.neighbours.away = {"listing"}

        assert (await gateway.caller.signed_in(PLEDGOR).get("/api/v1/listings")).status_code == 503


class TestCache:
    async def test_what_everybody_may_read_is_asked_once(self, gateway: Gateway) -> None:
        first = await gateway.caller.get("/api/v1/guide")
        second = await gateway.caller.get("/api/v1/guide")

        assert first.json() == second.json() == {"text": "guide"}
        assert len(gateway.neighbours.asked("listing")) == 1

    async def test_many_who_ask_at_once_are_one_question(self, gateway: Gateway) -> None:
        answers = await asyncio.gather(*(gateway.caller.get("/api/v1/guide") for _ in range(20)))

        assert {answer.status_code for answer in answers} == {200}
        assert len(gateway.neighbours.asked("listing")) == 1

    async def test_who_has_it_already_is_told_that_it_has_not_changed(self, gateway: Gateway) -> None:
        first = await gateway.caller.get("/api/v1/guide")

        again = await gateway.caller.get("/api/v1/guide", headers={"If-None-Match": first.headers["etag"]})
        other = await gateway.caller.get("/api/v1/guide", headers={"If-None-Match": '"other"'})

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == "public, max-age=30"
        assert other.status_code == 200

    async def test_what_is_shown_to_whoever_is_signed_in_is_kept_but_not_by_proxies(self, gateway: Gateway) -> None:
        first = await gateway.caller.signed_in(PLEDGOR).get("/api/v1/calendar")
        second = await gateway.caller.signed_in(ANALYST).get("/api/v1/calendar")

        assert first.json() == second.json()
        assert len(gateway.neighbours.asked("review")) == 1
        assert second.headers["cache-control"] == "private, max-age=60"
        assert (await gateway.caller.get("/api/v1/calendar")).status_code == 401

    async def test_what_is_ready_for_some_is_not_shown_to_whoever_is_not_signed_in(self, gateway: Gateway) -> None:
        await gateway.caller.signed_in(PLEDGOR).get("/api/v1/calendar")

        assert (await gateway.caller.get("/api/v1/calendar")).status_code == 401

    async def test_the_shortest_way_says_no_as_the_ordinary_way_does(self, gateway: Gateway) -> None:
        answers = [await gateway.caller.get("/api/v1/guide") for _ in range(51)]

        assert answers[50].status_code == 429
        assert answers[50].headers["content-type"] == "application/problem+json"
        assert answers[1].headers["x-content-type-options"] == answers[0].headers["x-content-type-options"] == "nosniff"
        assert {name: value for name, value in answers[1].headers.items() if name != "vary"} == {
            name: value for name, value in answers[2].headers.items() if name != "vary"
        }

    async def test_each_language_and_each_query_is_kept_by_itself(self, gateway: Gateway) -> None:
        for headers, query in (({}, ""), ({"Accept-Language": "en"}, ""), ({}, "?part=2")):
            await gateway.caller.get(f"/api/v1/guide{query}", headers=headers)

        assert len(gateway.neighbours.asked("listing")) == 3

    async def test_without_the_memory_the_process_keeps_it_for_a_moment(self, gateway: Gateway) -> None:
        gateway.redis.away = True

        for _ in range(5):
            assert (await gateway.caller.get("/api/v1/guide")).json() == {"text": "guide"}

        assert len(gateway.neighbours.asked("listing")) == 1

    async def test_a_failure_is_not_kept(self, gateway: Gateway) -> None:
        await gateway.caller.get("/api/v1/guide?part=1")
        gateway.neighbours.away = {"listing"}
        assert (await gateway.caller.get("/api/v1/guide")).status_code == 503
        gateway.neighbours.away = set()

        assert (await gateway.caller.get("/api/v1/guide")).status_code == 200

    async def test_a_traced_read_is_never_answered_from_a_cache(self, gateway: Gateway) -> None:
        await gateway.caller.signed_in(ANALYST).get("/api/v1/alerts")
        await gateway.caller.signed_in(ANALYST).get("/api/v1/alerts")

        assert len(gateway.neighbours.asked("monitoring")) == 2


class TestLimits:
    @pytest.mark.parametrize("away", [False, True])
    async def test_a_used_up_budget_answers_429_also_without_the_memory(self, gateway: Gateway, *, away: bool) -> None:
        gateway.redis.away = away

        answers = [await gateway.caller.get("/api/v1/guide") for _ in range(51)]

        assert {answer.status_code for answer in answers[:50]} == {200}
        assert answers[50].status_code == 429
        assert 1 <= int(answers[50].headers["retry-after"]) <= 60

    async def test_one_callers_budget_is_not_anothers(self, gateway: Gateway) -> None:
        for _ in range(51):
            await gateway.caller.get("/api/v1/guide")

        assert (await gateway.caller.signed_in(PLEDGOR).get("/api/v1/guide")).status_code == 200
