"""Every route stands behind identity, the matrix and the route's own promise; every error is a problem."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
import pytest
from fastapi import Response
from pydantic import BaseModel, Field

from chassis.authorization import OperationDenied
from chassis.cause import Cause, Subject
from chassis.http import CommandCause, Page, PageRequest, QueryCause, Routes, command, create_application, etag
from chassis.http.pages import encode_cursor
from chassis.idempotency import AlreadyDone
from chassis.kernel import Refusal
from chassis.unit_of_work import VersionConflict
from testkit.http import Caller, KeptTrail, an_edge, calling
from testkit.tokens import TokenIssuer

PLEDGOR = Subject(user_id="u-1", roles=frozenset({"PL"}), participant_id="p-1")
VIEWER = replace(PLEDGOR, function="viewer")
REVIEWER = Subject(user_id="u-2", roles=frozenset({"RV"}))
ANALYST = Subject(user_id="u-3", roles=frozenset({"RA"}))
SECURITY = Subject(user_id="u-4", roles=frozenset({"SE"}))


class IllegalMove(Refusal):
    slug = "illegal-move"
    title_zh = "不允许的状态变更"
    title_en = "This move is not allowed"


class AnotherOnes(Refusal):
    slug = "not-found"
    title_zh = "未找到"
    title_en = "Not found"
    denial = True


class NobodyMapped(Refusal):
    slug = "nobody-mapped"
    title_zh = "无"
    title_en = "None"


class Line(BaseModel):
    quantity: Annotated[int, Field(gt=0)]


class NewListing(BaseModel):
    lines: Annotated[list[Line], Field(min_length=1, max_length=3)]


@dataclass(frozen=True, kw_only=True)
class Created:
    number: int


class CreateHandler:
    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.causes: list[Cause] = []

    async def __call__(self, lines: int, cause: Cause) -> Created:
        self.causes.append(cause)
        assert cause.idempotency
        if cause.idempotency.key in self.answers:
            raise AlreadyDone(msgspec.Raw(self.answers[cause.idempotency.key]))
        created = Created(number=lines)
        self.answers[cause.idempotency.key] = msgspec.json.encode(created)
        return created


@pytest.fixture
def issuer() -> TokenIssuer:
    return TokenIssuer()


@pytest.fixture
def trail() -> KeptTrail:
    return KeptTrail()


@pytest.fixture
def handler() -> CreateHandler:
    return CreateHandler()


def board(handler: CreateHandler) -> Routes:  # noqa: C901  # one small route per demand
    routes = Routes(service="probe", tags=["board"])

    @routes.post("/listings", operation="listing.change", status_code=201)
    async def create_listing(body: NewListing, cause: CommandCause, response: Response) -> Created:
        response.headers["ETag"] = etag(1)
        return await command(handler, len(body.lines), cause)

    @routes.put("/listings/{listing_id}", operation="listing.change", versioned=True)
    async def edit_listing(listing_id: str, cause: CommandCause) -> dict[str, int | None]:
        if cause.expected_version != 3:
            raise VersionConflict
        return {"version": cause.expected_version}

    @routes.post("/listings/{listing_id}/state", operation="listing.change", idempotent=False)
    async def change_state(listing_id: str, cause: CommandCause) -> None:
        refusals: dict[str, Refusal] = {
            "pledged": IllegalMove(allowed=["open"]),
            "theirs": AnotherOnes(),
            "unmapped": NobodyMapped(),
            "denied": OperationDenied(),
        }
        if listing_id == "broken":
            raise RuntimeError("secret detail")
        raise refusals[listing_id]

    @routes.get("/listings", operation="listing.search")
    async def list_listings(page: PageRequest, cause: QueryCause) -> Page[int]:
        after = page.after(tuple[int])
        first = after[0] + 1 if after else 0
        items = list(range(first, first + page.limit))
        return Page(items=items, next_cursor=encode_cursor((items[-1],)), as_of=datetime(2026, 3, 2, tzinfo=UTC))

    @routes.get("/guide", operation="public.read")
    async def read_guide() -> str:
        return "guide"

    @routes.get("/holdings/{mark}", operation="holding.read")
    async def read_holdings(mark: str, cause: QueryCause) -> str:
        cause.ticket.traced = mark == "traced"
        return mark

    @routes.post("/roles", operation="staff_role.change", act="approve")
    async def approve_role(cause: CommandCause) -> None:
        return None

    return routes


@pytest.fixture
async def caller(issuer: TokenIssuer, trail: KeptTrail, handler: CreateHandler) -> AsyncIterator[Caller]:
    app = create_application(
        edge=an_edge(service="probe", issuer=issuer, trail=trail),
        routes=[board(handler)],
        problems={IllegalMove: 409, AnotherOnes: 404, VersionConflict: 409},
        title="probe",
        body_bytes_max=1000,
    )
    async with calling(app, issuer) as one:
        yield one


class TestIdentityAndMatrix:
    async def test_anybody_reads_what_is_public(self, caller: Caller) -> None:
        answer = await caller.get("/api/v1/guide")

        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"

    async def test_nobody_signed_in_is_asked_to_sign_in(self, caller: Caller) -> None:
        answer = await caller.get("/api/v1/listings")

        assert answer.status_code == 401
        assert answer.json()["type"] == "urn:pledgeboard:problem:sign-in-needed"
        assert answer.headers["www-authenticate"].startswith("Bearer")

    @pytest.mark.parametrize(
        "claims",
        [{"iss": "http://elsewhere.test"}, {"aud": "another"}, {"exp": 1}, {"exp": None}, {"sub": None}],
        ids=lambda claims: next(iter(claims)),
    )
    async def test_a_token_that_does_not_hold_is_refused(
        self, caller: Caller, issuer: TokenIssuer, claims: dict[str, object]
    ) -> None:
        answer = await caller.get("/api/v1/guide", headers=issuer.authorization(PLEDGOR, **claims))

        assert answer.status_code == 401
        assert answer.json()["type"].endswith(":token-refused")

    async def test_a_token_signed_by_another_key_is_refused(self, caller: Caller) -> None:
        forged = TokenIssuer().authorization(PLEDGOR)

        answer = await caller.get("/api/v1/listings", headers=forged)

        assert answer.status_code == 401

    async def test_a_role_without_the_row_is_denied_and_the_denial_is_kept(
        self, caller: Caller, trail: KeptTrail
    ) -> None:
        answer = await caller.signed_in(ANALYST).put("/api/v1/listings/7")

        assert answer.status_code == 403
        (denial,) = trail.denials
        assert (denial.subject.user_id, denial.operation, denial.slug) == ("u-3", "listing.change", "operation-denied")
        assert denial.objects == {"listing_id": "7"}

    async def test_a_viewer_reads_and_does_not_change(self, caller: Caller) -> None:
        viewer = caller.signed_in(VIEWER)

        assert (await viewer.get("/api/v1/listings")).status_code == 200
        assert (await viewer.post("/api/v1/listings", json={"lines": [{"quantity": 1}]})).status_code == 403

    async def test_denial_comes_before_the_body_is_looked_at(self, caller: Caller) -> None:
        answer = await caller.signed_in(REVIEWER).post("/api/v1/listings", content=b"not json")

        assert answer.status_code == 403

    async def test_a_denied_object_of_another_is_kept_although_it_answers_404(
        self, caller: Caller, trail: KeptTrail
    ) -> None:
        answer = await caller.signed_in(PLEDGOR).post("/api/v1/listings/theirs/state")

        assert answer.status_code == 404
        assert [denial.slug for denial in trail.denials] == ["not-found"]

    async def test_a_trail_that_fails_never_turns_a_denial_into_a_permission(
        self, caller: Caller, trail: KeptTrail, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(denial: object) -> None:
            raise ConnectionError

        monkeypatch.setattr(trail, "denied", fail)

        assert (await caller.signed_in(ANALYST).get("/api/v1/listings")).status_code == 403

    async def test_an_approval_needs_a_fresh_second_factor(self, caller: Caller) -> None:
        fresh = replace(SECURITY, second_factor_at=datetime.now(UTC))  # noqa: TID251  # the real clock, as tokens

        assert (await caller.signed_in(SECURITY).post("/api/v1/roles")).json()["type"].endswith(":step-up-needed")
        assert (await caller.signed_in(fresh).post("/api/v1/roles")).status_code == 200

    async def test_an_old_second_factor_is_no_second_factor(self, caller: Caller, issuer: TokenIssuer) -> None:
        long_ago = int((datetime.now(UTC) - timedelta(minutes=16)).timestamp())  # noqa: TID251  # the same
        headers = issuer.authorization(
            replace(SECURITY, second_factor_at=datetime(2026, 1, 1, tzinfo=UTC)), auth_time=long_ago
        )

        answer = await caller.post("/api/v1/roles", headers=headers)

        assert answer.status_code == 401


class TestTracedReads:
    async def test_a_traced_read_that_left_its_trace_is_answered(self, caller: Caller) -> None:
        assert (await caller.signed_in(PLEDGOR).get("/api/v1/holdings/traced")).status_code == 200

    async def test_a_traced_read_without_a_trace_is_not_answered(self, caller: Caller) -> None:
        answer = await caller.signed_in(PLEDGOR).get("/api/v1/holdings/untraced")

        assert answer.status_code == 503
        assert answer.json()["type"].endswith(":trace-unavailable")


class TestCommands:
    async def test_the_same_key_gets_the_first_answer(self, caller: Caller) -> None:
        pledgor = caller.signed_in(PLEDGOR)
        headers = {"Idempotency-Key": "k-1"}

        first = await pledgor.post("/api/v1/listings", json={"lines": [{"quantity": 1}]}, headers=headers)
        again = await pledgor.post("/api/v1/listings", json={"lines": [{"quantity": 1}]}, headers=headers)

        assert first.status_code == again.status_code == 201
        assert first.json() == again.json() == {"number": 1}
        assert first.headers["etag"] == '"1"'

    async def test_another_body_under_the_key_has_another_hash(self, caller: Caller, handler: CreateHandler) -> None:
        pledgor = caller.signed_in(PLEDGOR)
        for quantity in (1, 2):
            body = {"lines": [{"quantity": quantity}]}
            await pledgor.post("/api/v1/listings", json=body, headers={"Idempotency-Key": "k"})

        first, second = (cause.idempotency for cause in handler.causes)
        assert first
        assert second
        assert first.request_hash != second.request_hash

    async def test_a_post_without_a_key_is_refused(self, caller: Caller) -> None:
        answer = await caller.signed_in(PLEDGOR).request("POST", "/api/v1/listings", json={"lines": [{"quantity": 1}]})

        assert answer.status_code == 422
        assert answer.json()["type"].endswith(":idempotency-key-missing")

    async def test_a_change_says_which_version_it_was_made_on(self, caller: Caller) -> None:
        pledgor = caller.signed_in(PLEDGOR)

        assert (await pledgor.put("/api/v1/listings/7")).status_code == 428
        assert (await pledgor.put("/api/v1/listings/7", headers={"If-Match": "three"})).status_code == 422
        assert (await pledgor.put("/api/v1/listings/7", headers={"If-Match": '"2"'})).status_code == 412
        assert (await pledgor.put("/api/v1/listings/7", headers={"If-Match": '"3"'})).status_code == 200


class TestProblems:
    async def test_field_errors_point_at_the_fields_in_chinese_first(self, caller: Caller) -> None:
        answer = await caller.signed_in(PLEDGOR).post("/api/v1/listings", json={"lines": [{"quantity": 0}, {}]})

        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == "zh-CN"
        assert answer.json()["errors"] == [
            {"pointer": "/lines/0/quantity", "rule": "greater-than", "message": "应大于 0"},
            {"pointer": "/lines/1/quantity", "rule": "missing", "message": "必填"},
        ]
        assert "trace_id" not in answer.json() or len(answer.json()["trace_id"]) == 32

    async def test_english_is_complete(self, caller: Caller) -> None:
        headers = {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.2"}

        answer = await caller.signed_in(PLEDGOR).post("/api/v1/listings", json={"lines": []}, headers=headers)

        assert answer.json()["title"] == "The request does not have the prescribed form"
        assert answer.json()["errors"][0]["message"].startswith("List should have at least 1 item")

    async def test_broken_json_is_the_clients_error(self, caller: Caller) -> None:
        answer = await caller.signed_in(PLEDGOR).post("/api/v1/listings", content=b'{"lines": [')

        assert answer.status_code == 422

    async def test_a_body_over_the_limit_answers_413(self, caller: Caller) -> None:
        answer = await caller.signed_in(PLEDGOR).post("/api/v1/listings", content=b"x" * 1001)

        assert answer.status_code == 413
        assert answer.json()["type"].endswith(":content-too-large")

    async def test_a_refusal_carries_its_details(self, caller: Caller) -> None:
        answer = await caller.signed_in(PLEDGOR).post("/api/v1/listings/pledged/state")

        assert answer.status_code == 409
        assert answer.json()["allowed"] == ["open"]

    @pytest.mark.parametrize("listing", ["broken", "unmapped"])
    async def test_a_fault_of_ours_tells_nothing_of_its_cause(self, caller: Caller, listing: str) -> None:
        answer = await caller.signed_in(PLEDGOR).post(f"/api/v1/listings/{listing}/state")

        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert answer.json()["type"].endswith(":unexpected")

    async def test_an_unknown_path_and_method_are_problems_too(self, caller: Caller) -> None:
        unknown = await caller.get("/api/v1/nothing")
        method = await caller.delete("/api/v1/guide")

        assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:pledgeboard:problem:not-found")
        assert (method.status_code, method.json()["type"]) == (405, "urn:pledgeboard:problem:method-not-allowed")


class TestPages:
    async def test_a_cursor_goes_on_where_the_page_ended(self, caller: Caller) -> None:
        pledgor = caller.signed_in(PLEDGOR)

        first = (await pledgor.get("/api/v1/listings", params={"limit": 2})).json()
        second = (await pledgor.get("/api/v1/listings", params={"limit": 2, "cursor": first["next_cursor"]})).json()

        assert (first["items"], second["items"]) == ([0, 1], [2, 3])

    @pytest.mark.parametrize("cursor", ["%%%", "bm90aGluZw", encode_cursor(("a",)), encode_cursor({"x": 1})])
    async def test_a_bad_cursor_is_the_clients_error(self, caller: Caller, cursor: str) -> None:
        answer = await caller.signed_in(PLEDGOR).get("/api/v1/listings", params={"cursor": cursor})

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/query/cursor"

    async def test_a_page_has_a_maximum(self, caller: Caller) -> None:
        answer = await caller.signed_in(PLEDGOR).get("/api/v1/listings", params={"limit": 101})

        assert answer.json()["errors"][0]["pointer"] == "/query/limit"


class TestDocument:
    async def test_the_interface_is_openapi_3_1_with_operations_and_problems(self, caller: Caller) -> None:
        document = (await caller.get("/api/v1/openapi.json")).json()

        created = document["paths"]["/api/v1/listings"]["post"]
        assert document["openapi"].startswith("3.1")
        assert created["operationId"] == "createListing"
        assert created["x-pledgeboard-operation"] == "listing.change"
        assert {one["name"] for one in created["parameters"]} == {"Idempotency-Key", "If-Match"}
        assert created["responses"]["422"]["content"].keys() == {"application/problem+json"}
