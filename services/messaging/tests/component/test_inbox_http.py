"""The inbox as its reader meets it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from chassis.cause import Subject
from chassis.kernel import Refusal, new_id
from messaging.domain.notification import Notification
from messaging.tests.fakes import World
from messaging.transport.http.problems import STATUS
from messaging.wiring import application
from testkit.fakes import MONDAY
from testkit.http import Caller, an_edge, calling
from testkit.tokens import TokenIssuer

OWNER = Subject(user_id="u-1", roles=frozenset({"PL"}), participant_id="P-1")
COLLEAGUE = Subject(user_id="u-2", roles=frozenset({"PL"}), participant_id="P-1")
REVIEWER = Subject(user_id="u-9", roles=frozenset({"RV"}))


@dataclass
class Inboxes:
    world: World
    caller: Caller

    async def hold(self, count: int, *, participant: str = "P-1") -> list[UUID]:
        ids = [new_id() for _ in range(count)]
        for number, one in enumerate(ids):
            await self.world.shelf.add(
                Notification(
                    id=one,
                    listing_id=UUID(int=7),
                    participant_id=participant,
                    kind="listing-published",
                    created_at=MONDAY + timedelta(seconds=number),
                )
            )
        return ids


@pytest.fixture
async def inboxes() -> AsyncIterator[Inboxes]:
    world, issuer = World(), TokenIssuer()
    app = application(world.use_cases, an_edge(service="messaging", issuer=issuer))
    async with calling(app, issuer) as caller:
        yield Inboxes(world, caller)


async def test_newest_first_page_by_page_in_chinese(inboxes: Inboxes) -> None:
    ids = await inboxes.hold(3)
    owner = inboxes.caller.signed_in(OWNER)

    first = (await owner.get("/api/v1/my/notifications", params={"limit": 2})).json()
    rest = (await owner.get("/api/v1/my/notifications", params={"limit": 2, "cursor": first["next_cursor"]})).json()

    assert [one["id"] for one in first["items"] + rest["items"]] == [str(one) for one in reversed(ids)]
    assert first["items"][0]["title"] == "您的信息已发布"
    assert (first["unread"], rest["next_cursor"]) == (3, None)


async def test_english_is_asked_for_by_header(inboxes: Inboxes) -> None:
    await inboxes.hold(1)

    page = await inboxes.caller.signed_in(OWNER).get("/api/v1/my/notifications", headers={"Accept-Language": "en"})

    assert page.json()["items"][0]["title"] == "Your listing is published"


async def test_each_user_reads_for_itself(inboxes: Inboxes) -> None:
    (one,) = await inboxes.hold(1)

    marked = await inboxes.caller.signed_in(OWNER).put(f"/api/v1/my/notifications/{one}/read")

    mine = (await inboxes.caller.signed_in(OWNER).get("/api/v1/my/notifications")).json()
    colleagues = (await inboxes.caller.signed_in(COLLEAGUE).get("/api/v1/my/notifications")).json()
    assert marked.status_code == 204
    assert (mine["unread"], colleagues["unread"]) == (0, 1)


async def test_one_that_does_not_exist_answers_404(inboxes: Inboxes) -> None:
    answer = await inboxes.caller.signed_in(OWNER).put(f"/api/v1/my/notifications/{new_id()}/read")

    assert answer.status_code == 404


async def test_staff_has_an_empty_inbox(inboxes: Inboxes) -> None:
    await inboxes.hold(1)

    assert (await inboxes.caller.signed_in(REVIEWER).get("/api/v1/my/notifications")).json()["items"] == []


def test_every_refusal_of_messaging_has_its_status() -> None:
    refusals = {one for one in Refusal.__subclasses__() if one.__module__.startswith("messaging.")}

    assert refusals <= STATUS.keys()
