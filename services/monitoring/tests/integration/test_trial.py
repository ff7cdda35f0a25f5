"""T1: what a firm tries out is judged by the same rules, answered on a topic of its own, and counts nowhere."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import asyncpg
import pytest

from chassis.assembly import OwnedRelay, open_database
from chassis.cause import Subject
from chassis.database import Database
from chassis.schedule import Scheduler
from chassis.slices import Turns
from monitoring.domain.firm import Firm
from monitoring.persistence.trial_schema import know_in_test
from monitoring.settings import Settings
from monitoring.tests.intake_world import FirmClient, IntakeWorld, insert_securities
from monitoring.wiring import TEST, application, begin_intake, intake_on, intake_routes, trial_service
from submissions.outcome import Outcome
from submissions.tests.builders import a_contract
from testkit.eventually import eventually
from testkit.http import an_edge, calling
from testkit.tokens import TokenIssuer
from testkit.world import World

pytestmark = pytest.mark.integration
ANALYST = Subject(user_id="ra-1", roles=frozenset({"RA"}))
COUNTED = ("submission_record", "intake_slice", "receipt_frame", "intake_day", "contract", "book_change", "outbox")


@dataclass(frozen=True)
class Trial:
    """Both environments at work, and one firm in each of them."""

    intake: IntakeWorld
    settings: Settings
    database: Database
    scheduler: Scheduler
    live: FirmClient
    test: FirmClient

    async def counted(self, schema: str) -> dict[str, int]:
        """What a schema holds of the firm."""
        return {
            table: (await self.intake.rows(f"select count(*) from {schema}.{table}"))[0][0]  # noqa: S608  # words of this file
            for table in COUNTED
        }

    async def knows_securities(self) -> None:
        """What the consumer of lookups would have kept."""
        connection = await asyncpg.connect(self.intake.world.database_url)
        try:
            await insert_securities(connection, "600000", schema=TEST.name)
        finally:
            await connection.close()


@pytest.fixture
async def trial(world: World) -> AsyncIterator[Trial]:
    async with IntakeWorld.started(world) as intake:
        database = open_database(intake.settings, schema=TEST)
        service, relay = trial_service(intake.settings, database, Turns()), OwnedRelay(intake.settings, schema=TEST)
        parts = (*service.slice_consumers, relay)
        running = [asyncio.create_task(one.run()) for one in parts]
        live = await intake.firm("F001")
        firm = Firm(firm_id="F001", name="F001", status="active", onboarded_at=datetime(2026, 3, 2, tzinfo=UTC))
        for _ in range(2):
            await know_in_test(database, firm)
        await asyncio.to_thread(world.kafka_admin.create_firm_topics, "F001", environments=["TEST"])
        yield Trial(
            intake=intake,
            settings=intake.settings,
            database=database,
            scheduler=Scheduler(service.name, service.schedules, database),
            live=live,
            test=replace(live, environment="TEST"),
        )
        await asyncio.gather(*(one.stop() for one in parts))
        await asyncio.gather(*running)
        await database.close()


async def test_t1_a_test_record_has_its_outcome_and_its_receipt_and_counts_nowhere(trial: Trial) -> None:
    await trial.intake.knows_securities()
    await trial.knows_securities()
    await trial.live.send(a_contract(contract_id="C-1", sequence=1))
    (real,) = await trial.live.items(until=1)
    before = await trial.counted("monitoring")

    await trial.test.send(
        a_contract(contract_id="C-1", sequence=1), a_contract(contract_id="C-1", sequence=1), b"\xff", b"no json"
    )
    tried = await trial.test.items(until=4)

    assert [one.outcome for one in tried] == [
        real.outcome,
        Outcome.DUPLICATE,
        Outcome.QUARANTINED,
        Outcome.REJECTED,
    ]
    assert [one.accession for one in tried] == [f"T.{_bare(one.accession)}" for one in tried]
    assert _bare(tried[0].accession).startswith("F001-0-0-0-")
    assert {frame.environment for frame in await trial.test.frames(until=4)} == {"TEST"}
    assert {frame.environment for frame in await trial.live.frames(until=1)} == {"PROD"}
    assert await trial.counted("monitoring") == before
    assert trial.intake.changed == ["F001"], "nothing but the real record set a valuation off"
    kept = await eventually(lambda: trial.counted(TEST.name), within=10, until=lambda found: not found["book_change"])
    assert (kept["submission_record"], kept["contract"]) == (4, 1)


async def test_t1_each_environment_is_asked_apart_and_leaves_its_own_trace(trial: Trial) -> None:
    await trial.knows_securities()
    await trial.test.send(a_contract(contract_id="C-1", sequence=1))
    (tried,) = await trial.test.items(until=1)
    issuer = TokenIssuer()
    intake = intake_on(trial.settings, trial.intake.database, begin_intake(trial.intake.database), trial.database)
    app = application(intake_routes(intake), an_edge(service="monitoring", issuer=issuer))

    async with calling(app, issuer) as anybody:
        analyst = anybody.signed_in(ANALYST)
        real = (await analyst.get("/api/v1/firms/F001/conservation")).json()
        test = (await analyst.get("/api/v1/firms/F001/conservation?environment=TEST")).json()
        listed = (await analyst.get("/api/v1/firms/F001/submissions?environment=TEST")).json()
        opened = await analyst.get(f"/api/v1/submissions/{tried.accession}")
        other = await analyst.get(f"/api/v1/submissions/{_bare(tried.accession)}")

    assert (real["environment"], real["topic_end"], real["days"]) == ("PROD", 0, [])
    assert (test["environment"], test["topic_end"], test["holds"], test["lost"]) == ("TEST", 1, True, 0)
    assert [one["accession"] for one in listed["items"]] == [tried.accession]
    assert (opened.status_code, other.status_code) == (200, 404)
    traced = await trial.intake.rows("select actor from monitoring_test.audit where actor = 'ra-1'")
    assert len(traced) == 3


async def test_r8_a_test_record_that_waits_for_a_security_is_judged_again_by_the_clock(trial: Trial) -> None:
    await trial.test.send(a_contract(contract_id="C-1", sequence=1))
    (waiting,) = await trial.test.items(until=1)

    await trial.knows_securities()
    await trial.intake.rows(
        "insert into monitoring_test.due_work (id, kind, key, due_at) "
        "values (gen_random_uuid(), 'monitoring.release_pending', 'F001', now())"
    )
    assert await trial.scheduler.run_next()

    assert waiting.outcome is Outcome.PENDING_REFERENCE
    # Linking says frames of its own, before or after.
    frames = await trial.test.all_frames(count=3)
    (update,) = (one for one in frames if one.kind == "update" and any(item.link is None for item in one.items))
    assert update.environment == "TEST"
    assert [one.outcome for one in update.items] == [Outcome.ACCEPTED_WARN]


@pytest.mark.parametrize(
    ("url_of", "other"),
    [
        (lambda settings: settings.required("test_database_url"), "monitoring"),
        (lambda settings: settings.required("database_url"), "monitoring_test"),
    ],
)
async def test_t1_no_role_reaches_into_the_other_schema(
    trial: Trial, url_of: Callable[[Settings], str], other: str
) -> None:
    connection = await asyncpg.connect(url_of(trial.settings))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch(f"select * from {other}.firm")  # noqa: S608  # a word of this file
    finally:
        await connection.close()


def _bare(accession: str) -> str:
    return accession.removeprefix("T.")
