"""Builds the gateway: the only room that knows all others."""

from dataclasses import dataclass

from fastapi import FastAPI

from chassis.assembly import kafka_connection, make_identity
from chassis.authorization import Matrix, load_matrix
from chassis.cause import Subject
from chassis.http import Denial, Edge, create_application
from chassis.identity import Identity, ProviderMetadata
from chassis.kernel import Refusal
from chassis.logs import logger
from chassis.problems import Problems
from chassis.service import Service
from chassis.standing import StandingIdentity
from chassis.subscriptions import Subscriptions
from gateway.application.commands.close_session import CloseSessionHandler
from gateway.application.commands.ensure_registration import EnsureRegistrationHandler
from gateway.application.commands.open_session import OpenSessionHandler
from gateway.application.commands.renew_session import RenewSessionHandler
from gateway.application.commands.tell_live import TellLiveHandler
from gateway.application.live_hub import LiveHub
from gateway.application.ports import IdentityProvider, LiveLog, May, Neighbours
from gateway.application.queries.compose_home import ComposeHomeHandler
from gateway.application.queries.follow_live import FollowLiveHandler
from gateway.application.use_cases import UseCases
from gateway.clients.identity_provider import OpenIdProvider
from gateway.clients.interfaces import PublishedInterfaces
from gateway.clients.live_log import READ_SECONDS_MAX, LiveStreams
from gateway.clients.neighbours import ANSWER_SECONDS_MAX, HttpNeighbours, NeighbourSession
from gateway.clients.pipelined import PipelinedValkey
from gateway.clients.shared_memory import ANSWER_SECONDS_MAX as ANSWER_SECONDS_OF_MEMORY
from gateway.clients.shared_memory import RememberedRegistrations, SharedMemory, connect
from gateway.clients.standings import ListingStandings
from gateway.domain.rate_limits import Caller, RateLimit
from gateway.settings import Settings
from gateway.transport.events import from_listing, from_messaging, from_monitoring, from_review
from gateway.transport.events.live_consumer import LiveConsumer
from gateway.transport.http import documentation, forwarding, home, live, session
from gateway.transport.http.cached_reads import CachedReads
from gateway.transport.http.hot_reads import HotReads
from gateway.transport.http.limits import Limits
from gateway.transport.http.problems import STATUS


class LoggedDenials:
    """The gateway has no table of its own: owners record what concerns their objects, the log holds the rest."""

    async def denied(self, denial: Denial) -> None:
        """One line, without personal data."""
        logger("edge").info("denied", operation=denial.operation, slug=denial.slug, user_id=denial.subject.user_id)


@dataclass(frozen=True, kw_only=True)
class Clients:
    """Everything outside this process that the gateway talks to."""

    identity: Identity
    neighbours: Neighbours
    provider: IdentityProvider
    memory: SharedMemory
    log: LiveLog
    hub: LiveHub


def build(settings: Settings) -> Service:
    """The gateway: its interface (api), and what it passes on live (worker)."""
    opened = NeighbourSession()
    metadata = ProviderMetadata(settings.oidc_address, opened)
    memory = _memory(settings)
    log = _live_log(settings, memory)
    clients = Clients(
        identity=make_identity(settings, opened),
        neighbours=HttpNeighbours(settings.neighbours, opened),
        provider=OpenIdProvider(metadata=metadata, client_id=settings.oidc_client_id, session=opened),
        memory=memory,
        log=log,
        hub=LiveHub(log),
    )
    edge = make_edge(clients)
    use_cases = make_use_cases(clients, edge)
    listening = LiveConsumer(
        subscriptions(use_cases),
        kafka=lambda: kafka_connection(settings),
        prefix=settings.topic_prefix,
        session_timeout_ms=settings.consumer_session_timeout_ms,
    )
    return Service(
        name="gateway",
        settings=settings,
        api=lambda: application(settings, clients, edge, use_cases).state.hot_reads,
        slice_consumers=(listening,),
        draining=(clients.hub.drain,),
        resources=(clients.hub, opened, clients.memory, log),
    )


def subscriptions(use_cases: UseCases) -> tuple[Subscriptions, ...]:
    """Everything the door hears, to pass it on live."""
    return (
        from_listing.listings(use_cases),
        from_listing.registrations(use_cases),
        from_review.cases(use_cases),
        from_review.accesses(use_cases),
        from_review.notices(use_cases),
        from_review.moderation(use_cases),
        from_messaging.notifications(use_cases),
        from_messaging.conversations(use_cases),
        from_monitoring.alerts(use_cases),
    )


def make_edge(clients: Clients) -> Edge:
    """What stands between the network and every route."""
    standings = ListingStandings(clients.neighbours, clients.memory)
    identity = StandingIdentity(tokens=clients.identity, standings=standings)
    return Edge(service="gateway", identity=identity, matrix=load_matrix(), trail=LoggedDenials())


def application(settings: Settings, clients: Clients, edge: Edge, use_cases: UseCases) -> FastAPI:
    """The whole HTTP interface."""
    interfaces = PublishedInterfaces(tuple(settings.neighbours), clients.neighbours)
    limits = Limits(clients.memory, instead=_limits_instead(settings))
    cached = CachedReads(clients.memory)
    app = create_application(
        edge=edge,
        routes=[
            session.routes(use_cases, limits),
            home.routes(use_cases, limits),
            live.routes(use_cases, limits, clock=edge.clock),
            documentation.routes(lambda: app, interfaces),
        ],
        problems=STATUS,
        title="Pledgeboard",
        openapi_url=None,
        body_bytes_max=settings.http_body_bytes_max,
        # A neighbour that is late is named; what is waited for beside it must not add up to more than this.
        answer_seconds_max=ANSWER_SECONDS_MAX + 0.2,
    )
    passing_on = forwarding.Forwarding(
        edge=edge,
        problems=Problems(STATUS),
        neighbours=clients.neighbours,
        interfaces=interfaces,
        use_cases=use_cases,
        limits=limits,
        cached=cached,
    )
    forwarding.install(app, passing_on)
    # Before the application, its tracing included: what is held ready is not asked of anybody.
    app.state.hot_reads = HotReads(app, cached=cached, limits=limits)
    return app


def make_use_cases(clients: Clients, edge: Edge) -> UseCases:
    """Everything the gateway does itself."""
    ensure = EnsureRegistrationHandler(
        neighbours=clients.neighbours, registrations=RememberedRegistrations(clients.memory)
    )
    may = _may(edge.matrix, edge)
    traced = frozenset(row.operation for row in edge.matrix.operations if row.traced)
    return UseCases(
        open_session=OpenSessionHandler(
            provider=clients.provider, verify=clients.identity.subject, ensure_registration=ensure
        ),
        renew_session=RenewSessionHandler(provider=clients.provider),
        close_session=CloseSessionHandler(provider=clients.provider, log=clients.log),
        ensure_registration=ensure,
        compose_home=ComposeHomeHandler(neighbours=clients.neighbours, may=may, traced=traced),
        tell_live=TellLiveHandler(log=clients.log),
        follow_live=FollowLiveHandler(hub=clients.hub, may=may),
    )


def _limits_instead(settings: Settings) -> dict[Caller, RateLimit]:
    said: dict[Caller, int | None] = {
        "signed_in": settings.requests_per_minute_signed_in,
        "anonymous": settings.requests_per_minute_anonymous,
    }
    return {caller: RateLimit(requests_per_minute=rate, burst=rate) for caller, rate in said.items() if rate}


def _memory(settings: Settings) -> SharedMemory:
    secret = settings.memory_key.get_secret_value().encode() if settings.memory_key else None
    client = PipelinedValkey(settings.redis_url.get_secret_value(), answer_seconds_max=ANSWER_SECONDS_OF_MEMORY)
    return SharedMemory(client, secret=secret)


def _live_log(settings: Settings, memory: SharedMemory) -> LiveStreams:
    url = settings.redis_url.get_secret_value()
    return LiveStreams(connect(url), connect(url, answer_seconds_max=READ_SECONDS_MAX + 5), memory)


def _may(matrix: Matrix, edge: Edge) -> May:
    def may(subject: Subject, operation: str) -> bool:
        try:
            matrix.authorize(subject, operation, reading=True, now=edge.clock())
        except Refusal:
            return False
        return True

    return may
