"""Three brokers that keep every record three times, for what one broker cannot show: going on without one of them."""

from pathlib import Path

from confluent_kafka.admin import AdminClient, PartitionMetadata

from chassis.kafka_admin import KafkaConnection
from local_stack import ports
from local_stack.class_archive import build_archive
from local_stack.java import find_java
from local_stack.kafka import ADMIN, Kafka, KafkaPorts, Membership, new_id
from local_stack.passwords import Passwords
from local_stack.process import ServerProcess

NODES = 3
_ANSWER_S = 10
# A record is acknowledged when two of three have it, and one may be away.
_REPLICATED = {
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "replica.lag.time.max.ms": "3000",
    "replica.fetch.wait.max.ms": "200",
    "controller.quorum.election.timeout.ms": "500",
    "controller.quorum.fetch.timeout.ms": "1000",
}


class Brokers:
    """A cluster in a folder. Start it from a thread that lives as long as it may."""

    def __init__(self, folder: Path) -> None:
        self.nodes = [ServerProcess(one, log=folder / f"{one.name}.log") for one in _cluster(folder)]

    def start(self) -> None:
        """Starts all of them and waits until each is ready.

        Raises:
            StackProblem: one ended, or was not ready in time.
        """
        for one in self.nodes:
            one.launch()
        for one in self.nodes:
            one.wait_until_ready()

    def in_sync(self, topic: str) -> int:
        """How many brokers have everything of the topic's least kept partition."""
        return min(len(one.isrs) for one in self._partitions(topic))

    def leaders(self, topic: str) -> list[int]:
        """The number of the broker that leads each partition."""
        return [one.leader for one in self._partitions(topic)]

    def _partitions(self, topic: str) -> list[PartitionMetadata]:
        found = AdminClient(self.connection.client_settings()).list_topics(topic, timeout=_ANSWER_S)
        return [found.topics[topic].partitions[number] for number in sorted(found.topics[topic].partitions)]

    def stop(self) -> None:
        """Ends all of them; a quorum that stops one by one would wait for itself."""
        for one in self.nodes:
            if one.is_running:
                one.kill()

    @property
    def connection(self) -> KafkaConnection:
        """How the administrator connects, whichever of them is away."""
        kafkas = [_kafka_of(one) for one in self.nodes]
        return KafkaConnection(
            bootstrap=",".join(one.bootstrap for one in kafkas), username=ADMIN, password=kafkas[0].admin_password
        )


def _cluster(folder: Path) -> list[Kafka]:
    doors = [
        KafkaPorts(controller=ports.reserved_port(), internal=ports.reserved_port(), firms=ports.reserved_port())
        for _ in range(NODES)
    ]
    cluster = new_id()
    controllers = ",".join(
        f"{number}@{ports.HOST}:{door.controller}:{new_id()}" for number, door in enumerate(doors, start=1)
    )
    voters = ",".join(f"{ports.HOST}:{door.controller}" for door in doors)
    passwords, java = Passwords(folder), find_java()
    return [
        Kafka(
            folder=folder / str(number),
            ports=door,
            broker_password=passwords.of("broker"),
            admin_password=passwords.of("admin"),
            overrides={**_REPLICATED, "controller.quorum.bootstrap.servers": voters},
            membership=Membership(node_id=number, cluster_id=cluster, controllers=controllers),
            java_flags=build_archive(java),
            java=java,
            name=f"kafka-{number}",
        )
        for number, door in enumerate(doors, start=1)
    ]


def _kafka_of(process: ServerProcess) -> Kafka:
    assert isinstance(process.server, Kafka)
    return process.server
