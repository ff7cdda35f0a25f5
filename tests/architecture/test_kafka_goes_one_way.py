"""FastStream's defaults acknowledge first and aiokafka's commit by themselves: nobody may go round the chassis."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKSHOP = "shared/chassis/kafka.py"
DECLARATIONS = "shared/chassis/subscriptions.py"
CLIENTS = {"AIOKafkaConsumer", "AIOKafkaProducer"}
BROKERS = {"KafkaBroker", "KafkaRouter"}
DECLARED_AS = {"ack_policy": "MANUAL", "auto_offset_reset": "earliest"}


def production() -> Iterator[Path]:
    for folder in ("services", "shared"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if "tests" not in parts and parts[1] != "testkit":
                yield path


def strays(source: str, place: str) -> list[str]:
    """What a file does that only the chassis may."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in CLIENTS and place != WORKSHOP:
            found.append(f"{place}:{node.lineno} makes a client of its own; ask chassis.kafka")
        if (name in BROKERS or name == "subscriber") and place != DECLARATIONS:
            found.append(f"{place}:{node.lineno} declares a subscriber of its own; use chassis.subscriptions")
    return found


def test_clients_and_subscribers_are_made_in_one_place() -> None:
    assert [one for path in production() for one in strays(path.read_text(), str(path.relative_to(ROOT)))] == []


@pytest.mark.parametrize(
    "planted",
    [
        "consumer = AIOKafkaConsumer('t', group_id='g')",
        "producer = aiokafka.AIOKafkaProducer()",
        "broker = KafkaBroker()",
        "@router.subscriber('t')\nasync def handle(event): ...",
    ],
)
def test_a_way_round_is_seen(planted: str) -> None:
    assert len(strays(planted, "services/listing/transport/events/from_review.py")) == 1


def test_subscribers_are_declared_with_the_policy_of_the_spine() -> None:
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / DECLARATIONS).read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "subscriber"
    ]
    assert calls
    for call in calls:
        said = {one.arg: one.value for one in call.keywords}
        for name, wanted in DECLARED_AS.items():
            value = said[name]
            assert (value.attr if isinstance(value, ast.Attribute) else ast.literal_eval(value)) == wanted


def test_clients_are_made_as_the_spine_demands() -> None:
    source = (ROOT / WORKSHOP).read_text()
    for setting in (
        'acks="all"',
        "enable_idempotence=True",
        "enable_auto_commit=False",
        'auto_offset_reset="none"',
        'isolation_level="read_committed"',
    ):
        assert source.count(setting) == 1
