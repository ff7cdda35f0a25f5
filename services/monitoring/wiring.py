"""Builds the monitor: its doors, its use cases, and the roles that run them."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from fastapi import FastAPI

from chassis.assembly import OwnSchema, ProviderSession, kafka_connection, make_edge, open_database
from chassis.cause import Cause
from chassis.database import Database
from chassis.http import Edge, Routes, create_application
from chassis.kafka_admin import KafkaConnection
from chassis.service import Service
from chassis.slices import DatabaseLedger, SliceConsumer, SliceLimits, SliceSettings, TopicIds, TopicPattern, Turns
from chassis.snapshots import SnapshotConsumer, SnapshotDone
from chassis.unit_of_work import UnitOfWork
from monitoring.application.analytics import Analytics
from monitoring.application.commands.apply_slice import ApplySliceHandler
from monitoring.application.commands.follow_reference import follow_reference
from monitoring.application.commands.link_records import LinkRecords, LinkRecordsHandler
from monitoring.application.commands.release_pending import RELEASE_PENDING, ReleasePendingHandler
from monitoring.application.commands.value_book import ValueBook
from monitoring.application.intake import Intake
from monitoring.application.onboarding import Onboarding, OnBroker
from monitoring.application.records import Records
from monitoring.clients.firms_broker import FirmsBroker
from monitoring.domain.firm import Firm, FirmEnvironment, submissions_topic
from monitoring.outbox.translation import translate
from monitoring.persistence import tables
from monitoring.persistence.book_work import PostgresBookWork, firms_on_board, unfinished_books
from monitoring.persistence.firms import PostgresFirms
from monitoring.persistence.intake_work import PostgresIntakeWork
from monitoring.persistence.links import firms_to_link
from monitoring.persistence.lookups import LOOKED_UP, LookupCache
from monitoring.persistence.monitor_reads import MonitorReading
from monitoring.persistence.onboarding import OnboardingReading, PostgresOnboardingWork
from monitoring.persistence.references import MarketCache
from monitoring.persistence.submission_reads import CONSUMERS, SubmissionReading
from monitoring.persistence.trial_schema import forget_changes, know_in_test
from monitoring.settings import TEST_SCHEMA, Settings
from monitoring.transport.book_follower import LINKING, BookFollower, differences_found
from monitoring.transport.events.from_reference import projections
from monitoring.transport.events.intake import DecodedSlice, IntakeHandler
from monitoring.transport.http.alerts import alert_routes
from monitoring.transport.http.contracts import contract_routes
from monitoring.transport.http.definitions import definition_routes
from monitoring.transport.http.firms import firm_routes
from monitoring.transport.http.indicators import indicator_routes
from monitoring.transport.http.onboarding import onboarding_routes
from monitoring.transport.http.problems import STATUS
from monitoring.transport.http.quarantine import quarantine_routes
from monitoring.transport.http.records import record_routes
from monitoring.transport.http.submissions import submission_routes
from monitoring.transport.schedule import intake_schedules, onboarding_schedules
from monitoring.transport.schedules_of_valuation import valuation_schedules

TEST: Final = OwnSchema(name=TEST_SCHEMA, settings="test_")
INTAKE_FETCH_BYTES: Final = 2 * 1024 * 1024
# One slice is judged while another one is written: more would stand open and wait for the interpreter.
INTAKE_WRITERS: Final = 2
BookChanged = Callable[[str], Awaitable[None]]
BeginIntake = Callable[[Cause], PostgresIntakeWork]


def build(settings: Settings) -> Service:
    """The monitor, wired and not yet started."""
    database = open_database(settings)
    session = ProviderSession()
    begin = begin_intake(database)
    trial = open_database(settings, schema=TEST) if settings.serves_test else None
    turns = Turns()
    intake = intake_on(settings, database, begin, trial)
    onboarding = onboarding_on(settings, database, trial)
    markets = MarketCache()
    analytics = analytics_on(database, markets)
    follower = follower_of_books(analytics, database)
    linker = linker_of_records(begin, database)

    async def book_changed(firm_id: str) -> None:
        await follower.book_changed(firm_id)
        await linker.book_changed(firm_id)

    return Service(
        name=settings.service,
        settings=settings,
        database=database,
        api=lambda: application(
            [
                *intake_routes(intake),
                record_routes(records_on(database, trial)),
                onboarding_routes(onboarding),
                *analytics_routes(analytics),
            ],
            make_edge(settings, database, session),
        ),
        slice_consumers=[
            intake_consumer(settings, database, begin, book_changed=book_changed, turns=turns),
            reference_consumer(settings, database, markets, turns),
            follower,
            linker,
        ],
        schedules=[
            *intake_schedules(intake.release_pending, book_changed=book_changed),
            *onboarding_schedules(onboarding.open_firm),
            *valuation_schedules(analytics, wake=follower.book_changed),
        ],
        relay=True,
        beside=[] if trial is None else [trial_service(settings, trial, turns)],
        resources=[session],
    )


def trial_service(settings: Settings, database: Database, turns: Turns) -> Service:
    """What firms try out: the same intake on a schema of its own. No figure follows from it: nothing counts."""
    begin = begin_intake(database, "TEST")
    linker = linker_of_records(begin, database, "TEST")

    async def nothing_counts(firm_id: str) -> None:
        await forget_changes(database, firm_id)
        await linker.book_changed(firm_id)

    return Service(
        name=TEST.name,
        settings=settings,
        database=database,
        schema=TEST,
        slice_consumers=[
            intake_consumer(settings, database, begin, book_changed=nothing_counts, environment="TEST", turns=turns),
            lookup_consumer(settings, database, begin, turns),
            linker,
        ],
        schedules=intake_schedules(ReleasePendingHandler(begin=begin, environment="TEST"), book_changed=nothing_counts),
        relay=True,
    )


def application(routes: Sequence[Routes], edge: Edge) -> FastAPI:
    """The interface over HTTP."""
    return create_application(edge=edge, routes=routes, problems=STATUS, title="Pledgeboard: the monitor")


def intake_routes(intake: Intake) -> Sequence[Routes]:
    """Routes of firms and of what they submit."""
    return (firm_routes(intake), submission_routes(intake), quarantine_routes(intake))


def analytics_routes(analytics: Analytics) -> Sequence[Routes]:
    """Routes of indicators, alerts and contracts, and of what their numbers mean."""
    return (
        indicator_routes(analytics),
        alert_routes(analytics),
        contract_routes(analytics),
        definition_routes(analytics),
    )


def intake_on(settings: Settings, database: Database, begin: BeginIntake, trial: Database | None = None) -> Intake:
    """The use cases of the intake around the real doors."""
    topics = TopicIds(kafka_connection(settings).client_settings())

    async def topic_end(topic: str) -> int:
        return await topics.end_of(settings.topic_prefix + topic)

    return Intake.over(begin=begin, reading=reading_of(database, trial), topic_end=topic_end)


def records_on(database: Database, trial: Database | None = None) -> Records:
    """The questions about records of every type."""
    return Records.over(reading=reading_of(database, trial))


def reading_of(database: Database, trial: Database | None) -> SubmissionReading:
    """Reads what was submitted, in either environment."""
    databases: dict[FirmEnvironment, Database] = {"PROD": database}
    return SubmissionReading(databases if trial is None else databases | {"TEST": trial})


def begin_intake(database: Database, environment: FirmEnvironment = "PROD") -> BeginIntake:
    """Opens the unit of work of intake on a database."""
    lookups = LookupCache()

    def begin(cause: Cause) -> PostgresIntakeWork:
        return PostgresIntakeWork(database, cause, translate=translate, lookups=lookups, environment=environment)

    return begin


def intake_consumer(  # what a consumer is told, and what it works on
    settings: Settings,
    database: Database,
    begin: BeginIntake,
    *,
    book_changed: BookChanged,
    environment: FirmEnvironment = "PROD",
    turns: Turns | None = None,
) -> SliceConsumer[PostgresIntakeWork, DecodedSlice]:
    """The consumer of firms' topics; topics of firms that come on board later are found while it runs."""
    return SliceConsumer(
        SliceSettings(
            name=CONSUMERS[environment],
            topics=TopicPattern(names=(submissions_topic("{firm}", environment),), prefix=settings.topic_prefix),
            kafka=kafka_connection(settings),
            session_timeout_ms=settings.consumer_session_timeout_ms,
            discovery_ms=settings.topic_discovery_ms,
            # What is fixed per slice is spread over many records.
            partition_fetch_bytes=INTAKE_FETCH_BYTES,
            writers=INTAKE_WRITERS,
            limits=SliceLimits(messages_max=settings.intake_messages_max),
        ),
        begin=begin,
        handler=IntakeHandler(book_changed=book_changed, apply_slice=ApplySliceHandler(environment=environment)),
        ledger=DatabaseLedger(engine=database.engine),
        turns=turns,
    )


def analytics_on(database: Database, markets: MarketCache) -> Analytics:
    """Valuation, indicators and alerts around the real doors."""
    return Analytics.over(
        begin=begin_book(database, markets), reading=MonitorReading(database, markets), differed=differences_found
    )


def begin_book(database: Database, markets: MarketCache) -> Callable[[Cause], PostgresBookWork]:
    """Opens the unit of work of valuation on a database."""

    def begin(cause: Cause) -> PostgresBookWork:
        return PostgresBookWork(database, cause, translate=translate, markets=markets)

    return begin


def follower_of_books(analytics: Analytics, database: Database) -> BookFollower:
    """Values firms' books as they change."""

    async def step(firm_id: str, cause: Cause) -> bool:
        return await analytics.value_book(ValueBook(firm_id=firm_id), cause)

    return BookFollower(
        step=step, firms=lambda: firms_on_board(database), unfinished=lambda: unfinished_books(database)
    )


def linker_of_records(begin: BeginIntake, database: Database, environment: FirmEnvironment = "PROD") -> BookFollower:
    """Links firms' records as they are accepted, slowly enough for their next slices."""
    link_records = LinkRecordsHandler(begin=begin, environment=environment)
    # Probes tell the two of a process apart by name.
    work = LINKING if environment == "PROD" else replace(LINKING, name="test_linking")

    async def step(firm_id: str, cause: Cause) -> bool:
        return await link_records(LinkRecords(firm_id=firm_id), cause)

    async def firms() -> list[str]:
        return await firms_to_link(database)

    return BookFollower(step=step, firms=firms, unfinished=firms, work=work)


def reference_consumer(settings: Settings, database: Database, markets: MarketCache, turns: Turns) -> SnapshotConsumer:
    """The consumer of the reference data that rules and valuations stand on."""
    return SnapshotConsumer(
        service=settings.service,
        kafka=kafka_connection(settings),
        topic_prefix=settings.topic_prefix,
        session_timeout_ms=settings.consumer_session_timeout_ms,
        database=database,
        begin=begin_book(database, markets),
        projections=projections(tables.reference, on_complete=[value_again, judge_waiting_again]),
        tables=tables.reference.snapshots,
        turns=turns,
    )


def lookup_consumer(settings: Settings, database: Database, begin: BeginIntake, turns: Turns) -> SnapshotConsumer:
    """The consumer of the reference data that rules alone stand on, for what firms try out."""
    return SnapshotConsumer(
        service=TEST.name,
        kafka=kafka_connection(settings),
        topic_prefix=settings.topic_prefix,
        session_timeout_ms=settings.consumer_session_timeout_ms,
        database=database,
        begin=begin,
        projections=[
            one for one in projections(tables.reference, on_complete=[judge_waiting_again]) if one.kind in LOOKED_UP
        ],
        tables=tables.reference.snapshots,
        turns=turns,
    )


async def value_again(work: PostgresBookWork, done: SnapshotDone) -> None:
    """A complete snapshot of any kind may move valuations; what it does not touch is found out firm by firm."""
    del done
    await follow_reference(work)


async def judge_waiting_again(work: UnitOfWork, done: SnapshotDone) -> None:
    """Records that wait for a security or a calendar are judged again when one comes (R8)."""
    if done.kind in LOOKED_UP:
        for firm_id in await PostgresFirms(work.connection).with_pending():
            work.schedule(kind=RELEASE_PENDING, key=firm_id, due_at=work.now)


def onboarding_on(settings: Settings, database: Database, trial: Database | None) -> Onboarding:
    """The use cases of what takes two people around the real doors."""
    broker = FirmsBroker(
        administrators=lambda: _administrators(settings),
        prefix=settings.topic_prefix,
        bootstrap=settings.firms_bootstrap or settings.kafka_bootstrap,
        authority_file=settings.firms_ca_file,
    )

    def begin(cause: Cause) -> PostgresOnboardingWork:
        return PostgresOnboardingWork(database, cause, translate=translate)

    async def make_room(firm: Firm) -> None:
        if trial is not None:
            await know_in_test(trial, firm)
        await broker.create_topics(firm.firm_id)

    return Onboarding.over(
        begin=begin,
        reading=OnboardingReading(database),
        broker=OnBroker(make_room=make_room, issue=broker.issue),
        new_seed=lambda: secrets.token_bytes(32),
    )


def _administrators(settings: Settings) -> KafkaConnection:
    if settings.kafka_security == "PLAINTEXT":
        return kafka_connection(settings)
    return KafkaConnection(
        bootstrap=settings.kafka_bootstrap,
        security=settings.kafka_security,
        username=settings.required("kafka_admin_username"),
        password=settings.required("kafka_admin_password"),
        authority_file=settings.kafka_ca_file,
    )
