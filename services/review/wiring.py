"""Builds review: its doors, its use cases, and the roles that run them."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from fastapi import FastAPI
from prometheus_client import Counter

from chassis.assembly import ProviderSession, kafka_connection, make_edge, open_database
from chassis.database import Database
from chassis.http import Edge, Routes, create_application
from chassis.logs import logger
from chassis.service import Service
from chassis.snapshots import SnapshotConsumer, SnapshotDone
from chassis.standings import HeardStandings
from chassis.subscriptions import Subscriptions
from finance.identifiers import account_ref
from review.application.access_ports import IdentityProvider
from review.application.commands.note_snapshot import note_snapshot
from review.application.use_cases import UseCases
from review.clients.identity_provider import CertifyDoor
from review.domain.board_rules import BoardRules
from review.domain.rate_caps import RateCaps
from review.domain.verification_facts import SnapshotRef
from review.outbox.blocks import BlockEncoder
from review.outbox.translation import translate
from review.persistence import tables
from review.persistence.access_tables import login_standing
from review.persistence.projections import projections
from review.persistence.unit_of_work import beginning, reading
from review.settings import Settings
from review.transport.events import from_listing, from_messaging
from review.transport.http.access import application_routes, own_application_routes
from review.transport.http.cases import case_routes, own_case_routes
from review.transport.http.ladder import appeal_routes, notice_routes, own_ladder_routes, sanction_routes
from review.transport.http.loads import load_routes
from review.transport.http.moderation import moderation_routes
from review.transport.http.problems import STATUS
from review.transport.schedule import schedules

LATE_SNAPSHOTS = Counter(
    "pledgeboard_review_late_snapshots_total", "Days whose holdings were not complete at 07:00 of the next day; pages"
)


def build(settings: Settings) -> Service:
    """Review, wired and not yet started."""
    database = open_database(settings)
    session = ProviderSession()
    key = settings.certifier_key
    door = CertifyDoor(url=settings.certify_door, key=key.get_secret_value() if key else None, session=session)
    use_cases = use_cases_on(database, settings, provider=door)
    standings = HeardStandings(database, login_standing)
    return Service(
        name=settings.service,
        settings=settings,
        database=database,
        api=lambda: application(use_cases, settings, make_edge(settings, database, session, standings=standings)),
        consumers=from_all(use_cases),
        slice_consumers=[reference_consumer(settings, database)],
        schedules=schedules(use_cases),
        relay=True,
        resources=[session],
    )


def from_all(use_cases: UseCases) -> Sequence[Subscriptions]:
    """Every domain topic review hears."""
    return (
        from_listing.subscriptions(use_cases),
        from_listing.participants(use_cases),
        from_messaging.conversations(use_cases),
    )


def use_cases_on(database: Database, settings: Settings, *, provider: IdentityProvider) -> UseCases:
    """The use cases around the real doors."""
    return UseCases.build(
        begin=beginning(database, translate),
        read_own=reading(database, scope="own"),
        read_all=reading(database, scope="all"),
        encode=BlockEncoder(settings.required("account_ref_key").encode()),
        alert_late=alert_late,
        rules=BoardRules.bundled(),
        rate_caps=RateCaps(confirmed_on=settings.lpr_confirmed_on),
        provider=provider,
    )


def application(use_cases: UseCases, settings: Settings, edge: Edge) -> FastAPI:
    """The interface over HTTP."""
    return create_application(
        edge=edge, routes=all_routes(use_cases, settings), problems=STATUS, title="Pledgeboard: review"
    )


def all_routes(use_cases: UseCases, settings: Settings) -> Sequence[Routes]:
    """Every route, each under its row of the matrix."""
    account_ref_of = account_ref_with(settings)
    return (
        case_routes(use_cases, account_ref_of=account_ref_of),
        notice_routes(use_cases.ladder, account_ref_of=account_ref_of),
        sanction_routes(use_cases.ladder, account_ref_of=account_ref_of),
        appeal_routes(use_cases.ladder, account_ref_of=account_ref_of),
        own_ladder_routes(use_cases.ladder),
        moderation_routes(use_cases.moderation, account_ref_of=account_ref_of),
        own_case_routes(use_cases),
        own_application_routes(use_cases.access),
        application_routes(use_cases.access, account_ref_of=account_ref_of),
        load_routes(use_cases, upload_bytes_max=settings.reference_upload_bytes_max),
    )


def account_ref_with(settings: Settings) -> Callable[[str], str]:
    """How a unified account number becomes the reference it travels by."""
    key = settings.required("account_ref_key").encode()

    def account_ref_of(number: str) -> str:
        return account_ref(number, key)

    return account_ref_of


def reference_consumer(settings: Settings, database: Database) -> SnapshotConsumer:
    """The consumer of the reference data that verification stands on."""
    return SnapshotConsumer(
        service=settings.service,
        kafka=kafka_connection(settings),
        topic_prefix=settings.topic_prefix,
        session_timeout_ms=settings.consumer_session_timeout_ms,
        database=database,
        begin=beginning(database, translate),
        projections=projections(on_complete=on_complete),
        tables=tables.snapshots,
    )


async def on_complete(work: Any, done: SnapshotDone) -> None:
    """A snapshot is complete: what hangs on it is scheduled in the same transaction."""
    await note_snapshot(work, SnapshotRef(**vars(done)))


def alert_late(day: date) -> None:
    """The alert of a late end of day."""
    LATE_SNAPSHOTS.inc()
    logger("review").error("the holdings of a day are late", business_date=day.isoformat())
