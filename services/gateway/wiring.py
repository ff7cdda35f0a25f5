"""Builds the gateway: the only room that knows all others."""

from dataclasses import dataclass

from fastapi import FastAPI

from chassis.assembly import make_identity
from chassis.authorization import Matrix, load_matrix
from chassis.cause import Subject
from chassis.http import Denial, Edge, create_application
from chassis.identity import Identity, ProviderMetadata
from chassis.kernel import Refusal
from chassis.logs import logger
from chassis.problems import Problems
from chassis.service import Service
from gateway.application.commands.close_session import CloseSessionHandler
from gateway.application.commands.ensure_registration import EnsureRegistrationHandler
from gateway.application.commands.open_session import OpenSessionHandler
from gateway.application.commands.renew_session import RenewSessionHandler
from gateway.application.ports import IdentityProvider, May, Neighbours
from gateway.application.queries.compose_home import ComposeHomeHandler
from gateway.application.use_cases import UseCases
from gateway.clients.identity_provider import OpenIdProvider
from gateway.clients.interfaces import PublishedInterfaces
from gateway.clients.neighbours import ANSWER_SECONDS_MAX, HttpNeighbours, NeighbourSession
from gateway.clients.shared_memory import RememberedRegistrations, SharedMemory, connect
from gateway.settings import Settings
from gateway.transport.http import documentation, forwarding, home, session
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


def build(settings: Settings) -> Service:
    """The gateway as a service with one role that matters: api."""
    opened = NeighbourSession()
    metadata = ProviderMetadata(settings.oidc_issuer, opened)
    clients = Clients(
        identity=make_identity(settings, opened),
        neighbours=HttpNeighbours(settings.neighbours, opened),
        provider=OpenIdProvider(metadata=metadata, client_id=settings.oidc_client_id, session=opened),
        memory=_memory(settings),
    )
    return Service(
        name="gateway",
        settings=settings,
        api=lambda: application(settings, clients),
        resources=(opened, clients.memory),
    )


def application(settings: Settings, clients: Clients) -> FastAPI:
    """The whole HTTP interface."""
    edge = Edge(service="gateway", identity=clients.identity, matrix=load_matrix(), trail=LoggedDenials())
    interfaces = PublishedInterfaces(tuple(settings.neighbours), clients.neighbours)
    use_cases = _use_cases(clients, edge)
    limits = Limits(
        clients.memory,
        signed_in=settings.requests_per_minute_signed_in,
        anonymous=settings.requests_per_minute_anonymous,
    )
    app = create_application(
        edge=edge,
        routes=[
            session.routes(use_cases, limits),
            home.routes(use_cases, limits),
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
        memory=clients.memory,
    )
    forwarding.install(app, passing_on)
    return app


def _use_cases(clients: Clients, edge: Edge) -> UseCases:
    ensure = EnsureRegistrationHandler(
        neighbours=clients.neighbours, registrations=RememberedRegistrations(clients.memory)
    )
    traced = frozenset(row.operation for row in edge.matrix.operations if row.traced)
    return UseCases(
        open_session=OpenSessionHandler(
            provider=clients.provider, verify=clients.identity.subject, ensure_registration=ensure
        ),
        renew_session=RenewSessionHandler(provider=clients.provider),
        close_session=CloseSessionHandler(provider=clients.provider),
        ensure_registration=ensure,
        compose_home=ComposeHomeHandler(neighbours=clients.neighbours, may=_may(edge.matrix, edge), traced=traced),
    )


def _memory(settings: Settings) -> SharedMemory:
    secret = settings.memory_key.get_secret_value().encode() if settings.memory_key else None
    return SharedMemory(connect(settings.redis_url.get_secret_value()), secret=secret)


def _may(matrix: Matrix, edge: Edge) -> May:
    def may(subject: Subject, operation: str) -> bool:
        try:
            matrix.authorize(subject, operation, reading=True, now=edge.clock())
        except Refusal:
            return False
        return True

    return may
