"""Real servers for tests: one shared set per test session, and sets of one's own for tests that kill them."""

import secrets
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from chassis.kafka_access import principals
from chassis.kafka_admin import KafkaConnection
from local_stack import ports
from local_stack.addresses import Addresses, password_names
from local_stack.kafka import ADMIN, Kafka
from local_stack.kafka_template import kafka_from_template
from local_stack.postgres import Postgres
from local_stack.process import ServerProcess
from local_stack.valkey import Valkey
from testkit.world import Stack, World

# Nobody listens there: tests sign their own tokens, and say which issuer they trust.
ISSUER = "http://127.0.0.1:9/issuer"


@dataclass
class Servers:
    """A set of servers with a folder of its own; Kafka, PostgreSQL and Valkey can be killed, frozen and restarted.

    `durable` waits for the disk at every commit; nothing but a loss of power makes a difference.
    """

    folder: Path
    kafka: ServerProcess
    postgres: ServerProcess
    valkey: ServerProcess
    passwords: dict[str, str]

    @classmethod
    def start(cls, *, durable: bool = False) -> Self:
        """Starts a set on ports from the kernel. The caller's thread must live as long as the set.

        Raises:
            StackProblem: a server did not start; nothing is left running.
        """
        folder = Path(tempfile.mkdtemp(prefix="pledgeboard-"))
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
        made = cls(
            folder=folder,
            kafka=ServerProcess(kafka, log=folder / "kafka.log"),
            postgres=ServerProcess(postgres, log=folder / "postgres.log"),
            valkey=ServerProcess(valkey, log=folder / "valkey.log"),
            passwords=passwords,
        )
        try:
            made._start_all()
        except BaseException:
            made.stop()
            raise
        return made

    @cached_property
    def addresses(self) -> Addresses:
        """Where the set is and what opens it."""
        kafka, postgres, valkey = self.kafka.server, self.postgres.server, self.valkey.server
        assert isinstance(kafka, Kafka)
        assert isinstance(postgres, Postgres)
        assert isinstance(valkey, Valkey)
        return Addresses(
            kafka=KafkaConnection(bootstrap=kafka.bootstrap, username=ADMIN, password=kafka.admin_password),
            database_url=postgres.url("postgres"),
            redis_url=valkey.url,
            issuer=ISSUER,
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
        for process in (self.kafka, self.valkey, self.postgres):
            process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_all(self) -> None:
        processes = (self.kafka, self.postgres, self.valkey)
        for process in processes:
            process.launch()
        for process in processes:
            process.wait_until_ready()
