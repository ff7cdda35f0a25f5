"""From settings to the parts every service has: its database, its consumers, its relay, its edge."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
from chassis.standing import StandingIdentity, Standings
from chassis.subscriptions import Subscriptions
from chassis.trail import AuditTrail

RELAY_IDLE_SESSION_MS = 5_000
RELAY_POOL_SIZE = 2
CONNECT_SECONDS_MAX = 2.0


@dataclass(frozen=True, kw_only=True)
class OwnSchema:
    """A schema of the service's beside its first one, with roles of its own, for what must lie apart.

    `settings` begins the names of the settings that lead there: `test_` for `test_database_url`.
    """

    name: str
    settings: str


def open_database(settings: ServiceSettings, *, role: str = "service", schema: OwnSchema | None = None) -> Database:
    """The service's own schema, as its own role. Connections are made when they are asked for."""
    named, leading = _schema(settings, schema)
    return Database.open(
        DatabaseSettings(
            url=settings.required(f"{leading}database_url"),
            schema=named,
            application_name=f"{named}.{role}",
            pool_size=settings.database_pool_size,
            # A frozen consumer's transaction has to end before its partitions are somebody else's.
            idle_in_transaction_ms=max(500, min(4_000, settings.consumer_session_timeout_ms - 300)),
        ),
        clock=ClockSetting(environment=settings.environment),
    )


def _schema(settings: ServiceSettings, schema: OwnSchema | None) -> tuple[str, str]:
    return (settings.service, "") if schema is None else (schema.name, schema.settings)


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

    def __init__(self, settings: ServiceSettings, *, schema: OwnSchema | None = None) -> None:
        named, leading = _schema(settings, schema)
        self._database = Database.open(
            DatabaseSettings(
                url=settings.required(f"{leading}relay_database_url"),
                schema=named,
                application_name=f"{named}.relay",
                pool_size=RELAY_POOL_SIZE,
                idle_session_ms=RELAY_IDLE_SESSION_MS,
            ),
            clock=ClockSetting(environment=settings.environment),
        )
        how = RelaySettings(service=named, kafka=kafka_connection(settings), topic_prefix=settings.topic_prefix)
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
    metadata = ProviderMetadata(settings.oidc_address, session)
    return TokenIdentity(issuer=settings.oidc_issuer, audience=settings.oidc_audience, keys=ProviderKeys(metadata.keys))


def make_edge(
    settings: ServiceSettings,
    database: Database,
    session: Callable[[], aiohttp.ClientSession],
    *,
    standings: Standings | None = None,
) -> Edge:
    """The edge of a service that keeps its trail in its own audit table, and knows what its `standings` know."""
    tokens = make_identity(settings, session)
    return Edge(
        service=settings.service,
        identity=tokens if standings is None else StandingIdentity(tokens=tokens, standings=standings),
        matrix=load_matrix(),
        trail=AuditTrail(database),
    )
