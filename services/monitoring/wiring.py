"""Builds the monitor: its doors, its use cases, and the roles that run them."""

from collections.abc import Awaitable, Callable

from chassis.assembly import kafka_connection, open_database
from chassis.cause import Cause
from chassis.database import Database
from chassis.service import Service
from chassis.slices import DatabaseLedger, SliceConsumer, SliceLimits, SliceSettings, TopicPattern
from monitoring.application.commands.apply_slice import ApplySliceHandler
from monitoring.application.commands.release_pending import ReleasePendingHandler
from monitoring.outbox.translation import translate
from monitoring.persistence.intake_work import PostgresIntakeWork
from monitoring.persistence.lookups import LookupCache
from monitoring.settings import Settings
from monitoring.transport.events.intake import DecodedSlice, IntakeHandler
from monitoring.transport.schedule import intake_schedules

BookChanged = Callable[[str], Awaitable[None]]
BeginIntake = Callable[[Cause], PostgresIntakeWork]


def build(settings: Settings) -> Service:
    """The monitor, wired and not yet started."""
    database = open_database(settings)
    begin = begin_intake(database)
    return Service(
        name=settings.service,
        settings=settings,
        database=database,
        slice_consumers=[intake_consumer(settings, database, begin, book_changed=nothing_follows)],
        schedules=intake_schedules(ReleasePendingHandler(begin=begin), book_changed=nothing_follows),
        relay=True,
    )


def begin_intake(database: Database) -> BeginIntake:
    """Opens the unit of work of intake on a database."""
    lookups = LookupCache()

    def begin(cause: Cause) -> PostgresIntakeWork:
        return PostgresIntakeWork(database, cause, translate=translate, lookups=lookups)

    return begin


def intake_consumer(
    settings: Settings, database: Database, begin: BeginIntake, *, book_changed: BookChanged
) -> SliceConsumer[PostgresIntakeWork, DecodedSlice]:
    """The consumer of firms' topics; topics of firms that come on board later are found while it runs."""
    return SliceConsumer(
        SliceSettings(
            name=f"{settings.service}.intake",
            topics=TopicPattern(names=("submissions.{firm}",), prefix=settings.topic_prefix),
            kafka=kafka_connection(settings),
            session_timeout_ms=settings.consumer_session_timeout_ms,
            discovery_ms=settings.topic_discovery_ms,
            limits=SliceLimits(messages_max=settings.intake_messages_max),
        ),
        begin=begin,
        handler=IntakeHandler(ApplySliceHandler(), book_changed=book_changed),
        ledger=DatabaseLedger(engine=database.engine),
    )


async def nothing_follows(firm_id: str) -> None:
    """Where nothing is derived from the book."""
    del firm_id
