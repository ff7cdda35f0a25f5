"""Two people take a firm on board, two others give it a credential that is shown once and lives."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from chassis.assembly import open_database
from chassis.cause import SYSTEM, Cause, Subject
from chassis.kafka_admin import KafkaConnection
from chassis.kernel import new_id
from chassis.schedule import Scheduler
from monitoring.application.commands.decide_firm_proposal import ApproveFirm
from monitoring.application.commands.propose_firm import ProposeFirm
from monitoring.application.onboarding import Onboarding
from monitoring.tests.intake_world import settings_of
from monitoring.transport.http.onboarding import onboarding_routes
from monitoring.transport.schedule import onboarding_schedules
from monitoring.wiring import application, onboarding_on
from testkit.http import Caller, an_edge, calling
from testkit.tokens import TokenIssuer
from testkit.world import Stack, World

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Office:
    """Four people at the interface, and the use cases behind it."""

    world: World
    onboarding: Onboarding
    scheduler: Scheduler
    steward: Caller
    regulator: Caller
    system: Caller
    security: Caller

    async def on_board(self, firm_id: str) -> None:
        """A firm with topics."""
        proposed = (await self.steward.post("/api/v1/firm-proposals", json={"firm_id": firm_id, "name": "甲"})).json()
        approved = await self.regulator.post(f"/api/v1/firm-proposals/{proposed['id']}/approval")
        assert approved.status_code == 200, approved.text

    async def proposed_credential(self, firm_id: str, environment: str = "PROD") -> str:
        """Where it is approved."""
        made = await self.system.post(f"/api/v1/firms/{firm_id}/credentials", json={"environment": environment})
        assert made.status_code == 201, made.text
        return f"/api/v1/firm-credentials/{made.json()['id']}/approval"

    def reaches(self, shown: dict[str, Any]) -> set[str]:
        """The topics that somebody with these credentials sees."""
        connection = KafkaConnection(
            bootstrap=shown["bootstrap"],
            security="SASL_SSL",
            username=shown["username"],
            password=shown["password"],
            authority_file=self.world.addresses.firms_authority_file,
        )
        client = AdminClient(connection.client_settings() | {"log_level": 0})
        return {name.removeprefix(self.world.prefix) for name in client.list_topics(timeout=5).topics}


@pytest.fixture(scope="module")
def world(stack: Stack) -> Iterator[World]:
    """One world for all tests here: each has firms of its own."""
    made = World.create(stack)
    yield made
    made.remove()


@pytest.fixture
async def office(world: World) -> AsyncIterator[Office]:
    settings = settings_of(world)
    database = open_database(settings)
    onboarding = onboarding_on(settings, database, None)
    issuer = TokenIssuer()
    app = application([onboarding_routes(onboarding)], an_edge(service="monitoring", issuer=issuer))
    async with calling(app, issuer) as anybody:
        yield Office(
            world=world,
            onboarding=onboarding,
            scheduler=Scheduler("monitoring", onboarding_schedules(onboarding.open_firm), database),
            steward=anybody.signed_in(somebody("DS")),
            regulator=anybody.signed_in(somebody("RS")),
            system=anybody.signed_in(somebody("SA")),
            security=anybody.signed_in(somebody("SE")),
        )
    await database.close()


def somebody(role: str) -> Subject:
    fresh = datetime.now(UTC)  # noqa: TID251  # as tokens: the real clock
    return Subject(user_id=f"{role}-1", roles=frozenset({role}), second_factor_at=fresh)


async def test_a_firm_is_proposed_by_one_and_taken_on_board_by_another(office: Office) -> None:
    body = {"firm_id": "F010", "name": "甲证券"}
    key = {"Idempotency-Key": str(new_id())}

    made = await office.steward.post("/api/v1/firm-proposals", json=body, headers=key)
    again = await office.steward.post("/api/v1/firm-proposals", json=body, headers=key)
    twice = await office.steward.post("/api/v1/firm-proposals", json=body)
    alone = await office.steward.post(f"/api/v1/firm-proposals/{made.json()['id']}/approval")
    waiting = await office.regulator.get("/api/v1/firm-proposals?state=open")
    approval = {"Idempotency-Key": str(new_id())}
    approved = [
        await office.regulator.post(f"/api/v1/firm-proposals/{made.json()['id']}/approval", headers=approval)
        for _ in range(2)
    ]
    taken = await office.steward.post("/api/v1/firm-proposals", json=body)

    assert (made.status_code, made.json()["state"], made.json()["proposed_by"]) == (201, "open", "DS-1")
    assert again.json() == made.json()
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:pledgeboard:problem:firm-already-proposed")
    assert alone.status_code == 403
    assert [one["firm_id"] for one in waiting.json()["items"]] == ["F010"]
    assert [(one.status_code, one.json()["status"]) for one in approved] == [(200, "active")] * 2
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:pledgeboard:problem:firm-exists")


async def test_a_declined_firm_may_be_proposed_anew_and_is_decided_once(office: Office) -> None:
    body = {"firm_id": "F011", "name": "乙证券"}
    made = (await office.steward.post("/api/v1/firm-proposals", json=body)).json()

    path = f"/api/v1/firm-proposals/{made['id']}"
    declined = await office.regulator.post(f"{path}/refusal", json={"reason": "许可文件尚未补齐"})
    late = await office.regulator.post(f"{path}/approval")
    anew = await office.steward.post("/api/v1/firm-proposals", json=body)
    unknown = await office.regulator.post(f"/api/v1/firm-proposals/{new_id()}/approval")

    assert (declined.json()["state"], declined.json()["reason"]) == ("declined", "许可文件尚未补齐")
    assert (late.status_code, late.json()["type"]) == (409, "urn:pledgeboard:problem:proposal-decided")
    assert anew.status_code == 201
    assert unknown.status_code == 404


async def test_a_firm_whose_approval_died_half_way_is_opened_by_the_clock(office: Office) -> None:
    proposal = ProposeFirm(proposal_id=new_id(), firm_id="F012", name="丙证券")
    await office.onboarding.propose_firm(proposal, Cause(subject=somebody("DS"), operation="firm.onboard"))
    approve = ApproveFirm(proposal_id=proposal.proposal_id)
    await office.onboarding.approve_firm(approve, Cause(subject=somebody("RS"), operation="firm.onboard"))
    early = await office.system.post("/api/v1/firms/F012/credentials", json={"environment": "PROD"})

    await _rows(office, "update monitoring.due_work set due_at = now() where key = 'F012'")
    assert await office.scheduler.run_next()

    assert (early.status_code, early.json()["type"]) == (409, "urn:pledgeboard:problem:firm-not-active")
    assert await office.proposed_credential("F012")
    opened = await _rows(office, "select actor from monitoring.audit where operation = 'monitoring.open_firm'")
    assert [one["actor"] for one in opened] == [SYSTEM.user_id]


async def test_t1_each_environment_has_credentials_of_its_own_that_are_shown_once(office: Office) -> None:
    await office.on_board("F013")
    shown = {}
    for environment in ("PROD", "TEST"):
        path, key = await office.proposed_credential("F013", environment), {"Idempotency-Key": str(new_id())}
        first, second = [await office.security.post(path, headers=key) for _ in range(2)]
        assert (first.status_code, second.status_code) == (200, 200), first.text
        assert second.json()["password"] is None
        shown[environment] = first.json()

    assert await asyncio.to_thread(office.reaches, shown["PROD"]) == {"submissions.F013", "receipts.F013"}
    assert await asyncio.to_thread(office.reaches, shown["TEST"]) == {"test.submissions.F013", "test.receipts.F013"}
    listed = (await office.system.get("/api/v1/firm-credentials")).json()
    assert all("password" not in one for one in listed["items"])
    assert await _rows(office, "select true from monitoring.firm_credential where seed is not null") == []


async def test_identical_requests_that_overlap_never_show_a_dead_password(office: Office) -> None:
    await office.on_board("F014")
    path, key = await office.proposed_credential("F014"), {"Idempotency-Key": str(new_id())}

    answers = await asyncio.gather(*(office.security.post(path, headers=key) for _ in range(4)))

    shown = [one.json() for one in answers if one.json().get("password")]
    assert [one.status_code for one in answers] == [200] * 4
    assert len(shown) == 1
    assert await asyncio.to_thread(office.reaches, shown[0]) == {"submissions.F014", "receipts.F014"}


async def test_a_new_credential_takes_the_place_of_the_old_one(office: Office) -> None:
    await office.on_board("F015")
    first = (await office.security.post(await office.proposed_credential("F015"))).json()
    path = await office.proposed_credential("F015")
    waiting = await office.system.post("/api/v1/firms/F015/credentials", json={"environment": "PROD"})
    second = (await office.security.post(path)).json()

    assert waiting.json()["type"] == "urn:pledgeboard:problem:credential-already-proposed"
    assert await asyncio.to_thread(office.reaches, second)
    with pytest.raises(KafkaException):
        await asyncio.to_thread(office.reaches, first)


async def _rows(office: Office, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(office.world.database_url)
    try:
        return list(await connection.fetch(query))
    finally:
        await connection.close()
