"""A formatted broker folder to copy from: formatting takes a Java start of its own, copying takes none."""

import hashlib
import shutil
import tempfile
from pathlib import Path

from local_stack import jars, places, ports
from local_stack.class_archive import build_archive
from local_stack.java import find_java
from local_stack.kafka import Kafka, KafkaPorts
from local_stack.passwords import Passwords

_DECLARATION = places.KAFKA_DECLARATIONS / "server.properties"


def kafka_from_template(folder: Path) -> Kafka:
    """A broker in a new folder, on ports of its own, ready to start: a copy of the template."""
    template = _template()
    shutil.copytree(template, folder)
    return _kafka(folder)


def _template() -> Path:
    key = hashlib.sha256(_DECLARATION.read_bytes() + jars.LOCK.read_bytes()).hexdigest()[:12]
    template = places.cache() / "kafka-templates" / key
    if not template.exists():
        template.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = Path(tempfile.mkdtemp(dir=template.parent))
        _kafka(draft).prepare()
        try:
            draft.rename(template)
        except OSError:  # another process was quicker
            shutil.rmtree(draft)
    return template


def _kafka(folder: Path) -> Kafka:
    passwords = Passwords(folder)
    java = find_java()
    return Kafka(
        folder=folder,
        ports=KafkaPorts(controller=ports.reserved_port(), internal=ports.reserved_port(), firms=ports.reserved_port()),
        broker_password=passwords.of("broker"),
        admin_password=passwords.of("admin"),
        java_flags=build_archive(java),
        java=java,
    )
