"""Builds messaging: its doors, its use cases, and the roles that run them."""

from collections.abc import Callable

from fastapi import FastAPI

from chassis.assembly import ProviderSession, make_edge, open_database
from chassis.cause import Cause
from chassis.database import Database
from chassis.http import Edge, create_application
from chassis.service import Service
from chassis.standings import HeardStandings
from messaging.application.use_cases import UseCases
from messaging.outbox.translation import translate
from messaging.persistence import tables
from messaging.persistence.reading import reading_door
from messaging.persistence.unit_of_work import MessagingWork
from messaging.settings import Settings
from messaging.transport.events import from_listing, from_review
from messaging.transport.http import desk, notifications, talk, terms
from messaging.transport.http.problems import STATUS


def build(settings: Settings) -> Service:
    """Messaging, wired and not yet started."""
    database = open_database(settings)
    session = ProviderSession()
    use_cases = use_cases_on(database)
    return Service(
        name=settings.service,
        settings=settings,
        database=database,
        api=lambda: application(
            use_cases, make_edge(settings, database, session, standings=HeardStandings(database, tables.login_standing))
        ),
        consumers=[*from_listing.all_of(use_cases), *from_review.all_of(use_cases)],
        relay=True,
        resources=[session],
    )


def use_cases_on(database: Database) -> UseCases:
    """Every use case of messaging on a database."""
    return UseCases.build(
        begin=begin_on(database),
        read=reading_door(database, scope="own"),
        read_desk=reading_door(database, scope="all"),
    )


def begin_on(database: Database) -> Callable[[Cause], MessagingWork]:
    """Opens messaging's unit of work on a database."""

    def begin(cause: Cause) -> MessagingWork:
        return MessagingWork(database, cause, translate=translate)

    return begin


def application(use_cases: UseCases, edge: Edge) -> FastAPI:
    """The interface over HTTP."""
    return create_application(
        edge=edge,
        routes=[
            notifications.routes(use_cases),
            talk.routes(use_cases),
            terms.routes(use_cases),
            desk.hotline_routes(use_cases),
            desk.administrator_routes(use_cases),
            desk.report_routes(use_cases),
        ],
        problems=STATUS,
        title="Pledgeboard: messages",
    )
