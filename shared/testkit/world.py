"""A world of a test's own on servers it shares: topics, principals and a database that nobody else sees."""

import secrets
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import redis

from chassis.kafka_access import principals
from chassis.kafka_admin import FirmCredentials, KafkaAdmin, KafkaConnection
from local_stack import ports
from local_stack.addresses import SCHEMAS, SERVICES, Addresses, ServicePorts, service_environment, with_database
from local_stack.cluster_setup import set_up_topics
from local_stack.database_setup import create_database, create_schemas, drop_database, migrate, run_in_own_loop

TEMPLATE = "world_template"


@dataclass(frozen=True, kw_only=True)
class Stack(Addresses):
    """A set of servers whose template database is made: the one that each world's is a copy of.

    A service whose migrations failed is named with the reason: its tests fail with it, its neighbours' do not.
    """

    migration_failures: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, addresses: Addresses) -> "Stack":
        """Makes the template: every service's roles, schema and migrated tables."""
        run_in_own_loop(create_database(addresses.database_url, TEMPLATE))
        template = addresses.in_database(TEMPLATE)
        run_in_own_loop(create_schemas(template.database_url, template.role_passwords()))
        failures = {}
        for schema, url in template.owner_urls().items():
            try:
                migrate({schema: url})
            except Exception:  # noqa: BLE001  # whatever it is, it is told to whoever needs this service
                failures[SCHEMAS[schema]] = traceback.format_exc()
        return cls(**vars(addresses), migration_failures=failures)


@dataclass
class World:
    """What one test owns: `prefix` begins its topics, groups and principals; `addresses` lead to its database."""

    prefix: str
    addresses: Stack
    service_ports: dict[str, ServicePorts] = field(default_factory=lambda: {one: _free_ports() for one in SERVICES})

    @classmethod
    def create(cls, addresses: Stack) -> "World":
        """Makes a world on servers whose template database exists."""
        name = f"w{secrets.token_hex(5)}"
        run_in_own_loop(create_database(addresses.database_url, name, template=TEMPLATE))
        world = cls(
            prefix=f"{name}.",
            addresses=_with_own_redis(replace(addresses, database_url=with_database(addresses.database_url, name))),
        )
        set_up_topics(world.addresses, prefix=world.prefix)
        return world

    @property
    def database_url(self) -> str:
        """Where the administrator connects to the world's database."""
        return self.addresses.database_url

    @property
    def bootstrap(self) -> str:
        """Where the broker is."""
        return self.addresses.kafka.bootstrap

    @cached_property
    def kafka_admin(self) -> KafkaAdmin:
        """The broker's administrator, for this world's prefix."""
        return KafkaAdmin(self.addresses.kafka, prefix=self.prefix)

    def topic(self, name: str) -> str:
        """The name on the wire of a registered topic."""
        return self.prefix + name

    def settings(self, service: str, **changes: str) -> dict[str, str]:
        """The environment variables of one service in this world; `changes` win.

        Raises:
            RuntimeError: the service's migrations failed.
        """
        if service in self.addresses.migration_failures:
            message = f"the migrations of {service} failed:\n{self.addresses.migration_failures[service]}"
            raise RuntimeError(message)
        made = service_environment(
            service, self.addresses, environment="test", service_ports=self.service_ports, prefix=self.prefix
        )
        return made | changes

    def connection(self, principal: str) -> KafkaConnection:
        """How one of our own principals connects to the broker."""
        password = self.addresses.principal_passwords(principals())[principal]
        return KafkaConnection(bootstrap=self.bootstrap, username=self.prefix + principal, password=password)

    def firm_connection(self, firm: FirmCredentials) -> KafkaConnection:
        """How a firm connects to the broker: over TLS, with its own credentials."""
        assert self.addresses.firms_bootstrap
        return KafkaConnection(
            bootstrap=self.addresses.firms_bootstrap,
            security="SASL_SSL",
            username=firm.username,
            password=firm.password,
            authority_file=self.addresses.firms_authority_file,
        )

    def remove(self) -> None:
        """Removes the topics, principals and the database."""
        self.kafka_admin.remove_everything()
        name = self.prefix.removesuffix(".")
        run_in_own_loop(drop_database(with_database(self.database_url, "postgres"), name))


def _free_ports() -> ServicePorts:
    return ServicePorts(http=ports.reserved_port(), probe=ports.reserved_port())


def _with_own_redis(addresses: Stack) -> Stack:
    """The same servers with a Redis database that no other world of the session has."""
    with redis.Redis.from_url(addresses.redis_url) as client:
        number = int(client.incr("worlds"))
    return replace(addresses, redis_url=with_database(addresses.redis_url, str(number)))
