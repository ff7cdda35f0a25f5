"""Where the servers are and what opens them: what the services, the setup and the tests are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlsplit, urlunsplit

from chassis.kafka_access import ONBOARDING
from chassis.kafka_admin import KafkaConnection
from local_stack import ports

AUDIENCE = "pledgeboard"
DATABASE_SERVICES = ("listing", "review", "messaging", "monitoring")
SERVICES = ("gateway", *DATABASE_SERVICES)
# Each schema and the service whose migrations make it: what firms try out lies apart, under roles of its own (T1).
SCHEMAS = {**{service: service for service in DATABASE_SERVICES}, "monitoring_test": "monitoring"}


@dataclass(frozen=True, kw_only=True)
class ServicePorts:
    """Where one service's process listens: its interface, and its probes and metrics."""

    http: int
    probe: int


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """One set of servers.

    `kafka` and `database_url` are the administrators' ways in; `passwords` has those of principals, of database roles,
    and `account-ref`, the key of account references.
    """

    kafka: KafkaConnection
    database_url: str
    redis_url: str
    issuer: str
    passwords: Mapping[str, str] = field(repr=False)
    firms_bootstrap: str | None = None
    firms_authority_file: str | None = None

    @property
    def bootstrap(self) -> str:
        """Where the broker is."""
        return self.kafka.bootstrap

    @property
    def admin_database_url(self) -> str:
        """Where the database's administrator connects."""
        return self.database_url

    def role_url(self, role: str) -> str:
        """Where one database role connects."""
        return with_login(self.database_url, role, self.passwords[database_password(role)])

    def owner_urls(self) -> dict[str, str]:
        """Where the owner of each schema connects, by schema."""
        return {schema: self.role_url(database_roles(schema)[0]) for schema in SCHEMAS}

    def role_passwords(self) -> dict[str, str]:
        """The passwords of the database roles, by role."""
        roles = (role for schema in SCHEMAS for role in database_roles(schema))
        return {role: self.passwords[database_password(role)] for role in roles}

    def principal_passwords(self, principals: tuple[str, ...]) -> dict[str, str]:
        """The passwords of the broker's principals, by principal."""
        return {principal: self.passwords[kafka_password(principal)] for principal in principals}

    def in_database(self, name: str) -> "Addresses":
        """The same servers, another database."""
        return replace(self, database_url=with_database(self.database_url, name))


def database_roles(schema: str) -> tuple[str, str, str]:
    """A schema's roles: its owner, the service itself, its relay."""
    return f"{schema}_owner", schema, f"{schema}_relay"


def database_password(role: str) -> str:
    """Under which name a database role's password is kept."""
    return f"postgres/{role}"


def kafka_password(principal: str) -> str:
    """Under which name a principal's password is kept."""
    return f"kafka/{principal}"


def with_login(url: str, user: str, password: str) -> str:
    """The same server, somebody else's login."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))


def with_database(url: str, name: str) -> str:
    """The same server and login, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def service_environment(
    service: str,
    addresses: Addresses,
    *,
    environment: str,
    service_ports: Mapping[str, ServicePorts],
    prefix: str = "",
) -> dict[str, str]:
    """The environment variables of one service's process, in the names its settings read.

    Secrets of other services are not in it: each process holds what its own principal and roles may do.
    """
    shared = {
        "ENVIRONMENT": environment,
        "KAFKA_BOOTSTRAP": addresses.kafka.bootstrap,
        "KAFKA_SECURITY": addresses.kafka.security,
        "TOPIC_PREFIX": prefix,
        "REDIS_URL": addresses.redis_url,
        "OIDC_ISSUER": addresses.issuer,
        "OIDC_AUDIENCE": AUDIENCE,
        "HTTP_HOST": ports.HOST,
    }
    if addresses.kafka.authority_file:
        shared["KAFKA_CA_FILE"] = addresses.kafka.authority_file
    own = {"HTTP_PORT": str(service_ports[service].http), "PROBE_PORT": str(service_ports[service].probe)}
    if addresses.kafka.username:
        own |= {"KAFKA_USERNAME": prefix + service, "KAFKA_PASSWORD": addresses.passwords[kafka_password(service)]}
    for schema in (name for name, its in SCHEMAS.items() if its == service):
        beside = schema.removeprefix(service).removeprefix("_").upper()
        owner, itself, relay = (addresses.role_url(role) for role in database_roles(schema))
        found = {"DATABASE_URL": itself, "RELAY_DATABASE_URL": relay, "OWNER_DATABASE_URL": owner}
        own |= {f"{beside}_{name}" if beside else name: url for name, url in found.items()}
        shared["ACCOUNT_REF_KEY"] = addresses.passwords["account-ref"]
    if service == "monitoring":
        own |= _onboarding(addresses, prefix)
    if service == "review":
        own["CERTIFIER_KEY"] = addresses.passwords["certifier"]
    if service == "gateway":
        own["MEMORY_KEY"] = addresses.passwords["gateway-memory"]
        shared |= {f"{name.upper()}_URL": f"http://{ports.HOST}:{service_ports[name].http}" for name in SERVICES}
    return shared | {f"{service.upper()}_{name}": value for name, value in own.items()}


def _onboarding(addresses: Addresses, prefix: str) -> dict[str, str]:
    found = {
        "FIRMS_BOOTSTRAP": addresses.firms_bootstrap or addresses.kafka.bootstrap,
        "FIRMS_CA_FILE": addresses.firms_authority_file or "",
    }
    if addresses.kafka.username:
        found |= {
            "KAFKA_ADMIN_USERNAME": prefix + ONBOARDING,
            "KAFKA_ADMIN_PASSWORD": addresses.passwords[kafka_password(ONBOARDING)],
        }
    return found


def password_names(principals: tuple[str, ...]) -> list[str]:
    """The names of all passwords a set of servers needs."""
    roles = [role for schema in SCHEMAS for role in database_roles(schema)]
    kafka = [kafka_password(principal) for principal in ("broker", "admin", *principals)]
    return [
        *kafka,
        *(database_password(role) for role in roles),
        "postgres/superuser",
        "valkey",
        "account-ref",
        "gateway-memory",
        "certifier",
    ]
