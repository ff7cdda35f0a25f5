"""From settings to the parts every service has: its database, its consumers, its relay, its edge."""

import asyncio
from collections.abc import Callable, Sequence

import aiohttp

from chassis.authorization import load_matrix
from chassis.clock import ClockSetting
from chassis.consumer import ConsumerSettings, DomainConsumer
from chassis.database import Database, DatabaseSettings
from chassis.health import Condition
from chassis.http.edge import Edge
from chassis.identity import ProviderKeys, ProviderMetadata, TokenIdentity
from chassis.kafka_admin import KafkaConnection
from chassis.relay import Relay, RelaySettings
from chassis.settings import ServiceSettings
from chassis.subscriptions import Subscriptions
from chassis.trail import AuditTrail

RELAY_IDLE_SESSION_MS = 5_000
RELAY_POOL_SIZE = 2
CONNECT_SECONDS_MAX = 2.0


def open_database(settings: ServiceSettings, *, role: str = "service") -> Database:
    """The service's own schema, as its own role. Connections are made when they are asked for."""
    return Database.open(
        DatabaseSettings(
            url=settings.required("database_url"),
            schema=settings.service,
            application_name=f"{settings.service}.{role}",
            pool_size=settings.database_pool_size,
            # A frozen consumer's transaction has to end before its partitions are somebody else's.
            idle_in_transaction_ms=max(500, min(4_000, settings.consumer_session_timeout_ms - 300)),
        ),
        clock=ClockSetting(environment=settings.environment),
    )


def kafka_connection(settings: ServiceSettings) -> KafkaConnection:
    """How the service's own principal connects to the broker."""
    if settings.kafka_security == "PLAINTEXT":
        return KafkaConnection(bootstrap=settings.kafka_bootstrap, security="PLAINTEXT")
    return KafkaConnection(
        bootstrap=settings.kafka_bootstrap,
        security=settings.kafka_security,
        username=settings.kafka_principal,
        password=settings.required("kafka_password"),
        authority_file=settings.kafka_ca_file,
    )


def make_consumers(
    settings: ServiceSettings, database: Database, subscriptions: Sequence[Subscriptions]
) -> list[DomainConsumer]:
    """One consumer for each topic the service hears."""
    how = ConsumerSettings(
        kafka=kafka_connection(settings),
        topic_prefix=settings.topic_prefix,
        session_timeout_ms=settings.consumer_session_timeout_ms,
    )
    suspects = asyncio.Lock()
    return [DomainConsumer(one, settings=how, database=database, suspects=suspects) for one in subscriptions]


class OwnedRelay:
    """The relay with the pool of its own role, which ends with it."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._database = Database.open(
            DatabaseSettings(
                url=settings.required("relay_database_url"),
                schema=settings.service,
                application_name=f"{settings.service}.relay",
                pool_size=RELAY_POOL_SIZE,
                idle_session_ms=RELAY_IDLE_SESSION_MS,
            ),
            clock=ClockSetting(environment=settings.environment),
        )
        how = RelaySettings(
            service=settings.service, kafka=kafka_connection(settings), topic_prefix=settings.topic_prefix
        )
        self._relay = Relay(how, self._database)

    @property
    def name(self) -> str:
        """What probes and logs call it."""
        return self._relay.name

    async def run(self) -> None:
        """Relays until it is stopped."""
        await self._relay.run()

    async def stop(self) -> None:
        """Finishes what is in flight, gives the lease back, closes the pool."""
        await self._relay.stop()
        await self._database.close()

    def condition(self) -> Condition:
        """Whether it makes progress."""
        return self._relay.condition()


class ProviderSession:
    """The client session towards the identity provider; opened at its first use, closed last."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    def __call__(self) -> aiohttp.ClientSession:
        """The session of this process."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=5, sock_connect=CONNECT_SECONDS_MAX)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session

    async def close(self) -> None:
        """Closes every connection."""
        if self._session is not None:
            await self._session.close()


def make_identity(settings: ServiceSettings, session: Callable[[], aiohttp.ClientSession]) -> TokenIdentity:
    """Verifies access tokens of the configured issuer."""
    metadata = ProviderMetadata(settings.oidc_issuer, session)
    return TokenIdentity(issuer=settings.oidc_issuer, audience=settings.oidc_audience, keys=ProviderKeys(metadata.keys))


def make_edge(settings: ServiceSettings, database: Database, session: Callable[[], aiohttp.ClientSession]) -> Edge:
    """The edge of a service that keeps its trail in its own audit table."""
    return Edge(
        service=settings.service,
        identity=make_identity(settings, session),
        matrix=load_matrix(),
        trail=AuditTrail(database),
    )
