"""Builds the board: its doors, its use cases, and the roles that run them."""

from collections.abc import Callable, Sequence

from fastapi import FastAPI

from chassis.assembly import ProviderSession, kafka_connection, make_edge, open_database
from chassis.cause import Cause, Subject
from chassis.database import Database
from chassis.http import Edge, Routes, create_application
from chassis.service import Service
from chassis.snapshots import SnapshotConsumer
from chassis.standing import Standing
from chassis.subscriptions import Subscriptions
from finance.identifiers import account_ref, masked
from listing.application.ports import Identify
from listing.application.queries.ask_standing import AskStanding, AskStandingHandler
from listing.application.use_cases import UseCases
from listing.domain.participant import Account
from listing.outbox.translation import translate
from listing.persistence import tables
from listing.persistence.reading import reading_door
from listing.persistence.reference import projections
from listing.persistence.unit_of_work import ListingWork
from listing.settings import Settings
from listing.transport.events import from_identity, from_messaging, from_review, from_review_ladder
from listing.transport.http.board import board_routes
from listing.transport.http.listings import listing_routes
from listing.transport.http.participants import guide_routes, participant_routes
from listing.transport.http.problems import STATUS
from listing.transport.http.registration import registration_routes
from listing.transport.http.terms import terms_routes
from listing.transport.http.texts import text_routes
from listing.transport.http.users import user_routes
from listing.transport.schedule import schedules


def build(settings: Settings) -> Service:
    """The board, wired and not yet started."""
    database = open_database(settings)
    session = ProviderSession()
    use_cases = use_cases_on(database, identify=identify_with(settings))
    return Service(
        name=settings.service,
        settings=settings,
        database=database,
        api=lambda: application(
            use_cases, make_edge(settings, database, session, standings=OwnStandings(use_cases.ask_standing))
        ),
        consumers=all_subscriptions(use_cases),
        slice_consumers=[reference_consumer(settings, database)],
        schedules=schedules(use_cases),
        relay=True,
        resources=[session],
    )


def use_cases_on(database: Database, *, identify: Identify) -> UseCases:
    """The use cases around the real doors. The board-wide read door is opened for others' details alone."""
    return UseCases.build(
        begin=begin_on(database),
        read_own=reading_door(database, scope="own"),
        read_board=reading_door(database, scope="all"),
        identify=identify,
    )


def begin_on(database: Database) -> Callable[[Cause], ListingWork]:
    """Opens the board's unit of work on a database."""

    def begin(cause: Cause) -> ListingWork:
        return ListingWork(database, cause, translate=translate)

    return begin


class OwnStandings:
    """What the board knows of a login, asked of its own tables at every request."""

    def __init__(self, ask: AskStandingHandler) -> None:
        self._ask = ask

    async def of(self, subject: Subject, authorization: str) -> Standing | None:  # noqa: ARG002  # nobody else is asked
        """The login's standing as of the last commit."""
        known = await self._ask(AskStanding(), Cause(subject=subject, operation="session.own"))
        if known is None:
            return None
        return Standing(
            no_access=known.no_access,
            status=known.status,
            function=known.function,
            ended=known.ended,
            unaccepted=known.unaccepted,
        )


def application(use_cases: UseCases, edge: Edge) -> FastAPI:
    """The interface over HTTP."""
    return create_application(edge=edge, routes=all_routes(use_cases), problems=STATUS, title="Pledgeboard: the board")


def all_subscriptions(use_cases: UseCases) -> Sequence[Subscriptions]:
    """Everything the board hears, a topic each."""
    return (
        from_review.subscriptions(use_cases),
        from_review_ladder.notices(use_cases),
        from_review_ladder.accesses(use_cases),
        from_identity.subscriptions(use_cases),
        from_messaging.conversations(use_cases),
    )


def all_routes(use_cases: UseCases) -> Sequence[Routes]:
    """Every route, each under its row of the matrix."""
    return (
        board_routes(use_cases),
        listing_routes(use_cases),
        registration_routes(use_cases.registration),
        participant_routes(use_cases),
        terms_routes(use_cases),
        user_routes(use_cases),
        text_routes(use_cases),
        guide_routes(use_cases),
    )


def identify_with(settings: Settings) -> Identify:
    """How a unified account number becomes the reference it travels by."""

    def identify(number: str) -> Account:
        key = settings.required("account_ref_key").encode()
        return Account(account_ref=account_ref(number, key), number_masked=masked(number))

    return identify


def reference_consumer(settings: Settings, database: Database) -> SnapshotConsumer:
    """The consumer of the reference data the board projects."""
    return SnapshotConsumer(
        service=settings.service,
        kafka=kafka_connection(settings),
        topic_prefix=settings.topic_prefix,
        session_timeout_ms=settings.consumer_session_timeout_ms,
        database=database,
        begin=begin_on(database),
        projections=projections(),
        tables=tables.snapshots,
    )
