"""What runs here and what runs elsewhere, decided from the environment, part by part.

`KAFKA_BOOTSTRAP`, `DATABASE_URL`, `REDIS_URL` and `OIDC_ISSUER` each point at a server of somebody else's; without
them the part runs here.
"""

import os
from dataclasses import dataclass

from chassis.kafka_access import principals
from chassis.kafka_admin import KafkaConnection
from local_stack import places, ports
from local_stack.addresses import (
    SERVICES,
    Addresses,
    ServicePorts,
    kafka_password,
    password_names,
    service_environment,
)
from local_stack.class_archive import archive_flags
from local_stack.java import find_java
from local_stack.kafka import ADMIN, Kafka, KafkaPorts
from local_stack.members import OpenIdProvider, ServiceProcess, Setup
from local_stack.passwords import Passwords
from local_stack.postgres import Postgres
from local_stack.problem import StackProblem
from local_stack.server import Server
from local_stack.valkey import Valkey


@dataclass(frozen=True, kw_only=True)
class Member:
    """One process of the stack and those that must be ready before it starts."""

    server: Server
    needs: tuple[str, ...] = ()
    is_task: bool = False

    @property
    def name(self) -> str:
        """What it is called in the log."""
        return self.server.name


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The members in the order they are declared, the ports they take, and where everything is."""

    members: tuple[Member, ...]
    ports: tuple[ports.Port, ...]
    addresses: Addresses
    gateway_url: str


def make_plan(*, with_services: bool = True) -> Plan:
    """The plan the environment asks for. Without services there are the servers and the setup alone.

    Raises:
        StackProblem: a variable says something impossible.
    """
    passwords = Passwords(places.state()).all_of(password_names(principals()))
    servers: list[Server] = []
    database_url = os.environ.get("DATABASE_URL") or _own_postgres(servers, passwords)
    redis_url = os.environ.get("REDIS_URL") or _own_valkey(servers, passwords)
    kafka, firms = _foreign_kafka() or _own_kafka(servers, passwords)
    issuer = os.environ.get("OIDC_ISSUER") or _own_issuer(servers, passwords)
    addresses = Addresses(
        kafka=kafka,
        database_url=database_url,
        redis_url=redis_url,
        issuer=issuer,
        passwords=passwords,
        firms_bootstrap=firms[0],
        firms_authority_file=firms[1],
    )
    infrastructure = tuple(Member(server=one) for one in servers)
    before_setup = tuple(one.name for one in infrastructure if one.name != "openid")
    before_services = (*(one.name for one in infrastructure), "setup")
    setup = Member(server=Setup(), needs=before_setup, is_task=True)
    service_ports = {
        name: ServicePorts(http=ports.HTTP[name].number(), probe=ports.PROBES[name].number()) for name in SERVICES
    }
    services: tuple[Member, ...] = ()
    if with_services:
        services = tuple(
            Member(server=_service(name, addresses, service_ports), needs=before_services) for name in SERVICES
        )
    return Plan(
        members=(*infrastructure, setup, *services),
        ports=taken_ports(with_services=with_services),
        addresses=addresses,
        gateway_url=f"http://{ports.HOST}:{service_ports['gateway'].http}",
    )


def taken_ports(*, with_services: bool = True) -> tuple[ports.Port, ...]:
    """The ports of what runs here."""
    parts = {
        "KAFKA_BOOTSTRAP": (ports.KAFKA, ports.KAFKA_CONTROLLER, ports.KAFKA_FIRMS),
        "DATABASE_URL": (ports.POSTGRES,),
        "REDIS_URL": (ports.VALKEY,),
        "OIDC_ISSUER": (ports.OPENID,),
    }
    own = [port for variable, taken in parts.items() if not os.environ.get(variable) for port in taken]
    return (*own, *ports.HTTP.values(), *ports.PROBES.values()) if with_services else tuple(own)


def _service(name: str, addresses: Addresses, service_ports: dict[str, ServicePorts]) -> ServiceProcess:
    environment = service_environment(name, addresses, environment="local", service_ports=service_ports)
    return ServiceProcess(name=name, probe_port=service_ports[name].probe, environment=environment)


def _own_postgres(servers: list[Server], passwords: dict[str, str]) -> str:
    server = Postgres(
        folder=places.state() / "postgres", port=ports.POSTGRES.number(), password=passwords["postgres/superuser"]
    )
    servers.append(server)
    return server.url()


def _own_valkey(servers: list[Server], passwords: dict[str, str]) -> str:
    server = Valkey(folder=places.state() / "valkey", port=ports.VALKEY.number(), password=passwords["valkey"])
    servers.append(server)
    return server.url


def _own_kafka(
    servers: list[Server], passwords: dict[str, str]
) -> tuple[KafkaConnection, tuple[str | None, str | None]]:
    java = find_java()
    server = Kafka(
        folder=places.state() / "kafka",
        ports=KafkaPorts(
            internal=ports.KAFKA.number(),
            controller=ports.KAFKA_CONTROLLER.number(),
            firms=ports.KAFKA_FIRMS.number(),
        ),
        broker_password=passwords[kafka_password("broker")],
        admin_password=passwords[kafka_password(ADMIN)],
        java_flags=archive_flags(java),
        java=java,
    )
    servers.append(server)
    connection = KafkaConnection(bootstrap=server.bootstrap, username=ADMIN, password=server.admin_password)
    return connection, (server.firms_bootstrap, str(server.authority))


def _foreign_kafka() -> tuple[KafkaConnection, tuple[str | None, str | None]] | None:
    bootstrap = os.environ.get("KAFKA_BOOTSTRAP")
    if not bootstrap:
        return None
    security = os.environ.get("KAFKA_SECURITY", "SASL_PLAINTEXT")
    user, password = os.environ.get("KAFKA_ADMIN_USERNAME"), os.environ.get("KAFKA_ADMIN_PASSWORD")
    if security.startswith("SASL") and not (user and password):
        raise StackProblem(
            zh="KAFKA_BOOTSTRAP 指向外部 Kafka：请设置 KAFKA_ADMIN_USERNAME 和 KAFKA_ADMIN_PASSWORD，"
            "无认证的 Kafka 请设置 KAFKA_SECURITY=PLAINTEXT。",
            en="KAFKA_BOOTSTRAP points at another broker: set KAFKA_ADMIN_USERNAME and KAFKA_ADMIN_PASSWORD, "
            "or KAFKA_SECURITY=PLAINTEXT where it asks for nothing.",
        )
    connection = KafkaConnection(
        bootstrap=bootstrap,
        security=security,
        username=user,
        password=password,
        authority_file=os.environ.get("KAFKA_CA_FILE"),
    )
    return connection, (os.environ.get("FIRMS_BOOTSTRAP"), os.environ.get("FIRMS_CA_FILE"))


def _own_issuer(servers: list[Server], passwords: dict[str, str]) -> str:
    server = OpenIdProvider(
        folder=places.state() / "openid", port=ports.OPENID.number(), certifier_key=passwords["certifier"]
    )
    servers.append(server)
    return server.issuer
