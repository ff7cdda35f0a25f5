"""Real servers for tests: one shared set per test session, and sets of one's own for tests that kill them."""

import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import psutil

from chassis.kafka_access import principals
from chassis.kafka_admin import KafkaConnection
from local_stack import ports
from local_stack.addresses import Addresses, password_names
from local_stack.kafka import ADMIN, Kafka
from local_stack.kafka_template import kafka_from_template
from local_stack.members import OpenIdProvider
from local_stack.postgres import Postgres
from local_stack.process import ServerProcess
from local_stack.valkey import Valkey
from testkit.world import Stack, World

_FOLDER = "pledgeboard-servers-"


@dataclass
class Servers:
    """A set of servers with a folder of its own; each can be killed, frozen and restarted.

    `durable` waits for the disk at every commit; nothing but a loss of power makes a difference.
    """

    folder: Path
    kafka: ServerProcess
    postgres: ServerProcess
    valkey: ServerProcess
    openid: ServerProcess
    passwords: dict[str, str]

    @classmethod
    def start(cls, *, durable: bool = False) -> Self:
        """Starts a set on ports from the kernel. The caller's thread must live as long as the set.

        Raises:
            StackProblem: a server did not start; nothing is left running.
        """
        _sweep()
        folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
        folder.chmod(0o711)  # PostgreSQL may have to run as another user than root
        passwords = {name: secrets.token_urlsafe(12) for name in password_names(principals())}
        kafka = kafka_from_template(folder / "kafka")
        postgres = Postgres(
            folder=folder / "postgres",
            port=ports.reserved_port(),
            password=passwords["postgres/superuser"],
            durable=durable,
        )
        valkey = Valkey(
            folder=folder / "valkey", port=ports.reserved_port(), password=passwords["valkey"], durable=durable
        )
        openid = OpenIdProvider(
            folder=folder / "openid",
            port=ports.reserved_port(),
            environment="test",
            certifier_key=passwords["certifier"],
        )
        made = cls(
            folder=folder,
            kafka=ServerProcess(kafka, log=folder / "kafka.log"),
            postgres=ServerProcess(postgres, log=folder / "postgres.log"),
            valkey=ServerProcess(valkey, log=folder / "valkey.log"),
            openid=ServerProcess(openid, log=folder / "openid.log"),
            passwords=passwords,
        )
        try:
            made._start_all()
        except BaseException:
            made.stop()
            raise
        return made

    @property
    def processes(self) -> tuple[ServerProcess, ...]:
        """The members of the set."""
        return self.kafka, self.postgres, self.valkey, self.openid

    @cached_property
    def addresses(self) -> Addresses:
        """Where the set is and what opens it."""
        kafka, postgres, valkey, openid = (process.server for process in self.processes)
        assert isinstance(kafka, Kafka)
        assert isinstance(postgres, Postgres)
        assert isinstance(valkey, Valkey)
        assert isinstance(openid, OpenIdProvider)
        return Addresses(
            kafka=KafkaConnection(bootstrap=kafka.bootstrap, username=ADMIN, password=kafka.admin_password),
            database_url=postgres.url("postgres"),
            redis_url=valkey.url,
            issuer=openid.issuer,
            passwords=self.passwords,
            firms_bootstrap=kafka.firms_bootstrap,
            firms_authority_file=str(kafka.authority),
        )

    @cached_property
    def stack(self) -> Stack:
        """The same, with the template database that worlds are copies of; made at the first call."""
        return Stack.make(self.addresses)

    def world(self) -> World:
        """A world on this set; it ends with the set."""
        return World.create(self.stack)

    def stop(self) -> None:
        """Stops the set and removes its folder."""
        for process in self.processes:
            process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_all(self) -> None:
        for process in self.processes:
            process.launch()
        for process in self.processes:
            process.wait_until_ready()


def _sweep() -> None:
    """Removes the folders of test runs that were killed; their servers ended with them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        owner = folder.name.removeprefix(_FOLDER).partition("-")[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
