"""The parts, without starting any: ports, passwords, Java, jars, addresses."""

import hashlib
import json
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.kafka_access import principals
from chassis.kafka_admin import KafkaConnection
from local_stack import jars, java, plan, ports
from local_stack.addresses import SERVICES, Addresses, ServicePorts, password_names, service_environment, with_login
from local_stack.passwords import Passwords
from local_stack.problem import StackProblem

_ADDRESSES = Addresses(
    kafka=KafkaConnection(bootstrap="127.0.0.1:1", username="admin", password="admin-secret"),
    database_url="postgresql://root:root-secret@db:5432/pledgeboard",
    redis_url="redis://x",
    issuer="http://issuer",
    passwords={name: f"secret-of-{name}" for name in password_names(principals())},
)
_PORTS = {name: ServicePorts(http=1, probe=2) for name in SERVICES}


class TestPorts:
    def test_a_taken_port_is_refused_with_the_variable_that_moves_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            number = taken.getsockname()[1]
            monkeypatch.setenv("KAFKA_PORT", str(number))
            with pytest.raises(StackProblem) as refused:
                ports.require_free(ports.KAFKA)

        assert f"端口 {number} 已被占用" in refused.value.zh
        assert "KAFKA_PORT" in refused.value.zh
        assert f"Port {number} is taken" in refused.value.en

    @pytest.mark.parametrize("text", ["0", "65536", "-1", "many"])
    def test_what_is_no_port_is_refused(self, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VALKEY_PORT", text)
        with pytest.raises(StackProblem, match="VALKEY_PORT"):
            ports.VALKEY.number()

    def test_a_reserved_port_is_given_to_nobody_else_and_can_be_listened_on(self) -> None:
        reserved = [ports.reserved_port() for _ in range(50)]

        assert len(set(reserved)) == 50
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", reserved[0]))
            listener.listen()


class TestPasswords:
    def test_one_that_the_environment_gives_is_used_and_kept_nowhere(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("POSTGRES_LISTING_OWNER_PASSWORD", "given")

        assert Passwords(tmp_path / "none").all_of(["postgres/listing_owner"]) == {"postgres/listing_owner": "given"}
        assert not (tmp_path / "none").exists()

    def test_are_made_once_and_kept_for_the_owner_alone(self, tmp_path: Path) -> None:
        first = Passwords(tmp_path).all_of(["a", "b"])

        assert Passwords(tmp_path).all_of(["b", "a", "c"]).items() >= first.items()
        assert len(set(Passwords(tmp_path).all_of(["a", "b", "c"]).values())) == 3
        assert stat.S_IMODE((tmp_path / "passwords.json").stat().st_mode) == 0o600

    def test_several_processes_that_ask_at_once_get_the_same(self, tmp_path: Path) -> None:
        code = (
            "import sys, pathlib; from local_stack.passwords import Passwords; "
            "print(Passwords(pathlib.Path(sys.argv[1])).of('x'))"
        )
        asking = [
            subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)  # noqa: S603  # ours
            for _ in range(4)
        ]

        assert len({one.communicate()[0] for one in asking}) == 1


class TestJava:
    def test_an_old_java_is_passed_over(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        launcher = tmp_path / "bin" / "java"
        launcher.parent.mkdir()
        launcher.write_text("""#!/bin/sh\necho 'openjdk version "11.0.2" 2019-01-15' >&2\n""")
        launcher.chmod(0o755)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))

        assert java.find_java().launcher != launcher
        assert java.find_java().major >= 17

    def test_java_home_comes_first(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        launcher = tmp_path / "bin" / "java"
        launcher.parent.mkdir()
        launcher.write_text("""#!/bin/sh\necho 'openjdk version "24" 2025-03-18' >&2\n""")
        launcher.chmod(0o755)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))

        found = java.find_java()

        assert (found.launcher, found.major) == (launcher, 24)
        assert "--sun-misc-unsafe-memory-access=allow" in found.quiet_flags


class TestJars:
    def test_the_lock_names_the_client_first_and_holds_a_hash_for_each(self) -> None:
        locked = jars.locked_jars()

        assert locked[0].coordinate.startswith("org.apache.kafka:kafka-clients:")
        assert all(len(bytes.fromhex(one.sha256)) == hashlib.sha256().digest_size for one in locked)

    def test_the_lock_holds_no_address(self) -> None:
        assert "http" not in jars.LOCK.read_text()


class TestEnvironment:
    @pytest.mark.parametrize("service", SERVICES)
    def test_a_service_is_given_no_secret_but_its_own(self, service: str) -> None:
        made = json.dumps(service_environment(service, _ADDRESSES, environment="local", service_ports=_PORTS))

        assert "admin-secret" not in made
        assert "root-secret" not in made
        for other in set(SERVICES) - {service}:
            assert f"secret-of-kafka/{other}" not in made
            assert f"{other}_owner" not in made

    def test_a_password_is_quoted_in_a_url(self) -> None:
        assert with_login("postgresql://a:b@h:1/d", "x", "p@/:") == "postgresql://x:p%40%2F%3A@h:1/d"


class TestPlan:
    def test_each_part_may_be_somebody_elses(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PLEDGEBOARD_LOCAL", str(tmp_path))
        everything = {member.name for member in plan.make_plan().members}
        assert everything == {"kafka", "postgres", "valkey", "openid", "setup", *SERVICES}

        for variable, value, part in (
            ("DATABASE_URL", "postgresql://u:p@elsewhere/x", "postgres"),
            ("REDIS_URL", "redis://elsewhere", "valkey"),
            ("OIDC_ISSUER", "https://elsewhere", "openid"),
        ):
            monkeypatch.setenv(variable, value)
            assert everything - {member.name for member in plan.make_plan().members} == {part}
            monkeypatch.delenv(variable)

    def test_a_foreign_broker_needs_an_administrator_or_none_at_all(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PLEDGEBOARD_LOCAL", str(tmp_path))
        monkeypatch.setenv("KAFKA_BOOTSTRAP", "elsewhere:9092")
        with pytest.raises(StackProblem, match="KAFKA_ADMIN_USERNAME"):
            plan.make_plan()

        monkeypatch.setenv("KAFKA_SECURITY", "PLAINTEXT")
        made = plan.make_plan()

        assert "kafka" not in {member.name for member in made.members}
        assert made.addresses.bootstrap == "elsewhere:9092"
