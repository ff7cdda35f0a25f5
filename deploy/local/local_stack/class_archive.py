"""A class archive lets the broker start in one or two seconds instead of five to ten.

It is written by a training run of the broker, once per Java and lock. The broker runs without it as well, only slower,
so nothing here ever stands in the way of a start.
"""

import hashlib
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from local_stack import jars, places, ports
from local_stack.java import Java, find_java
from local_stack.kafka import ADMIN, Kafka, KafkaPorts
from local_stack.process import ServerProcess
from local_stack.server import Launch

_AOT_SINCE = 25  # older runtimes archive classes only (CDS)
_WRITING_S = 120
_CLIENT_S = 30
_RECORDS = 200
_TOPIC = "training"


def archive_flags(java: Java) -> list[str]:
    """The flags that use the archive of this Java; none where it has not been built."""
    archive = _place(java)
    if not archive.exists():
        return []
    if java.major >= _AOT_SINCE:
        return [f"-XX:AOTCache={archive}", "-Xlog:disable", "-Xlog:all=error:stderr"]
    return [
        *(f"-XX:SharedArchiveFile={archive}", "-Xshare:auto", "-XX:TieredStopAtLevel=1"),
        *("-Xlog:disable", "-Xlog:all=error:stderr"),
    ]


def build_archive(java: Java | None = None) -> list[str]:
    """Builds the archive unless it is there, and answers the flags that use it."""
    java = java or find_java()
    archive = _place(java)
    if not archive.exists():
        archive.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=archive.parent) as scratch:
            draft = Path(scratch) / archive.name
            _train(java, draft, Path(scratch))
            if draft.exists():
                draft.replace(archive)
    return archive_flags(java)


def _place(java: Java) -> Path:
    seed = f"{java.description}{java.launcher}{places.cache()}".encode() + jars.LOCK.read_bytes()
    key = hashlib.sha256(seed).hexdigest()[:12]
    kind = "aot" if java.major >= _AOT_SINCE else "jsa"
    return places.cache() / "class-archives" / f"kafka-{java.major}-{key}.{kind}"


class _TrainingKafka(Kafka):
    """A broker that is given the time to write its archive when it stops."""

    def launch(self) -> Launch:
        return replace(super().launch(), stop_timeout_s=_WRITING_S)


def _train(java: Java, archive: Path, scratch: Path) -> None:
    flags = (
        [f"-XX:AOTCacheOutput={archive}"]
        if java.major >= _AOT_SINCE
        else ["-XX:TieredStopAtLevel=1", f"-XX:ArchiveClassesAtExit={archive}"]
    )
    broker = _TrainingKafka(
        folder=scratch / "broker",
        ports=KafkaPorts(internal=ports.reserved_port(), controller=ports.reserved_port(), firms=ports.reserved_port()),
        broker_password="training",  # noqa: S106  # the broker lives for seconds, on loopback
        admin_password="training",  # noqa: S106
        java_flags=[*flags, "-Xlog:disable", "-Xlog:all=error:stderr"],
        java=java,
    )
    process = ServerProcess(broker, log=scratch / "broker.log")
    process.start()
    try:
        _exercise(broker)
    finally:
        process.stop()


def _exercise(broker: Kafka) -> None:
    client = {
        "bootstrap.servers": broker.bootstrap,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": ADMIN,
        "sasl.password": broker.admin_password,
        "log_level": 2,
    }
    admin = AdminClient(client)  # named, because its futures fail once it is gone
    for created in admin.create_topics([NewTopic(_TOPIC, 2, 1)], request_timeout=_CLIENT_S).values():
        created.result(_CLIENT_S)
    producer = Producer({**client, "acks": "all", "enable.idempotence": True})
    for _ in range(_RECORDS):
        producer.produce(_TOPIC, os.urandom(200))
    producer.flush(_CLIENT_S)
    consumer = Consumer({**client, "group.id": _TOPIC, "auto.offset.reset": "earliest"})
    try:
        consumer.subscribe([_TOPIC])
        consumer.consume(_RECORDS, timeout=5)
    finally:
        consumer.close()
