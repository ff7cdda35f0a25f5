"""The world in containers is the world of `make up`: same settings, same names, and nothing more open."""

import importlib
import re
import subprocess
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from chassis.kafka_access import principals
from chassis.kafka_admin import KafkaConnection
from chassis.settings import ServiceSettings
from local_stack.addresses import SERVICES, Addresses, ServicePorts, password_names, service_environment
from local_stack.passwords import variable_of

Services = dict[str, dict[str, Any]]

SERVERS = {"kafka", "postgres", "valkey", "provider"}
TASKS = {"certificates", "setup"}
ROLES = {f"{name}-{role}" for name in SERVICES if name != "gateway" for role in ("api", "worker", "relay")}
OWN = {"gateway", *ROLES}
# Compose leaves to `setup` what only it may do, and prefixes are for tests.
_NOT_GIVEN = re.compile(r"OWNER_|^TOPIC_PREFIX$|^(GATEWAY_)?URL$")


def service_of(container: str) -> str:
    return container.partition("-")[0]


def settings_class(service: str) -> type[ServiceSettings]:
    return cast("type[ServiceSettings]", importlib.import_module(f"{service}.settings").Settings)


def given_locally(service: str) -> set[str]:
    """What the local stack tells a service, without the service's name before it."""
    addresses = Addresses(
        kafka=KafkaConnection(bootstrap="x:1", username="admin", password="x"),
        database_url="postgresql://admin:x@db:5432/pledgeboard",
        redis_url="redis://x",
        issuer="http://x",
        passwords=dict.fromkeys(password_names(principals()), "x"),
    )
    ports = {name: ServicePorts(http=1, probe=2) for name in SERVICES}
    made = service_environment(service, addresses, environment="local", service_ports=ports)
    # Which service reads Redis its wiring says: the gateway alone.
    ignored = set() if service == "gateway" else {"REDIS_URL"}
    names = {name.removeprefix(f"{service.upper()}_") for name in made} - ignored
    neighbours = {f"{name.upper()}_URL" for name in SERVICES} if service != "gateway" else set()
    return {name for name in names if not _NOT_GIVEN.search(name)} - neighbours


class TestShape:
    def test_every_server_and_every_role_of_every_service_is_in_it(self, services: Services) -> None:
        assert set(services) == SERVERS | TASKS | OWN

    @pytest.mark.parametrize("name", sorted(OWN))
    def test_each_plays_one_role_of_the_one_service_in_its_image(self, services: Services, name: str) -> None:
        one = services[name]
        service, role = one["command"]

        assert service == service_of(name) == one["build"]["args"]["SERVICE"]
        assert role == ("all" if service == "gateway" else name.partition("-")[2])

    def test_what_is_published_is_on_loopback_and_is_three_doors(self, services: Services) -> None:
        published = {(name, port["host_ip"]) for name, one in services.items() for port in one.get("ports", [])}

        assert published == {(name, "127.0.0.1") for name in ("gateway", "provider", "kafka")}

    def test_only_those_three_stand_with_a_foot_outside(self, services: Services) -> None:
        outside = {name for name, one in services.items() if "outside" in (one.get("networks") or {})}

        assert outside == {"gateway", "provider", "kafka"}


class TestHardening:
    @pytest.mark.parametrize("name", sorted(SERVERS | TASKS | OWN))
    def test_each_has_a_read_only_root_no_capability_and_limits(self, services: Services, name: str) -> None:
        one = services[name]

        assert one["read_only"]
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert int(one["mem_limit"]) <= 1024**3
        assert 0 < float(one["cpus"]) <= 2
        assert any(mount.startswith("/tmp:") for mount in one["tmpfs"])  # noqa: S108  # inside a container
        assert not one.get("privileged")

    @pytest.mark.parametrize("name", sorted(SERVERS | OWN))
    def test_each_that_stays_says_whether_it_is_well_and_comes_back(self, services: Services, name: str) -> None:
        assert services[name]["healthcheck"]["test"]
        assert services[name]["restart"] == "unless-stopped"


class TestOrder:
    def test_services_start_when_the_servers_are_well_and_the_setup_is_done(self, services: Services) -> None:
        for name in OWN:
            waits = {on: how["condition"] for on, how in services[name]["depends_on"].items()}
            assert waits["setup"] == "service_completed_successfully", name
            assert {waits[one] for one in ("kafka", "postgres", "provider")} == {"service_healthy"}, name

    def test_the_broker_waits_for_its_certificate_and_the_setup_for_broker_and_database(
        self, services: Services
    ) -> None:
        assert services["kafka"]["depends_on"]["certificates"]["condition"] == "service_completed_successfully"
        assert set(services["setup"]["depends_on"]) == {"kafka", "postgres"}

    def test_the_gateway_waits_for_every_interface(self, services: Services) -> None:
        assert {f"{name}-api" for name in SERVICES if name != "gateway"} <= set(services["gateway"]["depends_on"])


class TestSettings:
    @pytest.mark.parametrize("name", sorted(OWN))
    def test_every_variable_is_a_setting_and_its_value_is_one(
        self, services: Services, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        environment: dict[str, str] = services[name]["environment"]
        settings = settings_class(service_of(name))

        assert {one.lower() for one in environment} - {"tz"} <= settings.model_fields.keys()
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        assert settings().environment == "local"

    @pytest.mark.parametrize("service", SERVICES)
    def test_nothing_that_a_laptop_gives_is_missing(self, services: Services, service: str) -> None:
        for name in (one for one in OWN if service_of(one) == service):
            assert given_locally(service) <= services[name]["environment"].keys(), name

    def test_a_service_holds_its_own_secrets_and_no_owner_s(self, services: Services) -> None:
        for name in OWN:
            service = service_of(name)
            held = " ".join(services[name]["environment"].values())
            secrets_held = set(re.findall(r"secret-of-([A-Z0-9_]+)", held))
            foreign = {one for one in SERVICES if one != service}
            assert not any(word in secret.lower() for secret in secrets_held for word in (*foreign, "owner")), name
            assert not secrets_held & {"KAFKA_ADMIN_PASSWORD", "POSTGRES_SUPERUSER_PASSWORD", "KAFKA_BROKER_PASSWORD"}


class TestSecrets:
    @pytest.mark.parametrize("left_out", ["POSTGRES_LISTING_PASSWORD", "VALKEY_PASSWORD", "KAFKA_BROKER_PASSWORD"])
    def test_it_holds_no_password_of_its_own(
        self,
        config: Callable[[dict[str, str]], subprocess.CompletedProcess[str]],
        secrets: dict[str, str],
        left_out: str,
    ) -> None:
        refused = config({name: value for name, value in secrets.items() if name != left_out})

        assert not refused.stdout
        assert left_out in refused.stderr

    def test_the_setup_is_given_every_password_that_it_makes_roles_and_principals_with(
        self, services: Services
    ) -> None:
        made = {
            variable_of(name)
            for name in password_names(principals())
            if name.partition("/")[0] in {"kafka", "postgres"} and name not in {"kafka/broker", "postgres/superuser"}
        }

        assert made <= services["setup"]["environment"].keys()

    def test_a_service_signs_in_with_the_password_the_setup_makes(self, services: Services) -> None:
        setup = services["setup"]["environment"]
        for name in OWN:
            given = services[name]["environment"]
            assert given["KAFKA_PASSWORD"] == setup[variable_of(f"kafka/{given['KAFKA_USERNAME']}")], name
            for variable in (one for one in given if one.endswith("DATABASE_URL")):
                url = urlsplit(given[variable])
                assert url.password == setup[variable_of(f"postgres/{url.username}")], (name, variable)
        onboarding = services["monitoring-api"]["environment"]
        assert onboarding["KAFKA_ADMIN_PASSWORD"] == setup["KAFKA_ONBOARDING_PASSWORD"]
