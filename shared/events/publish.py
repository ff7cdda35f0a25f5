"""Writes what is generated from the registry: JSON Schemas, golden examples and `docs/events.md`.

python -m events.publish           writes
python -m events.publish --check   writes nothing and exits 1 if something is not up to date
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from events.base import Event, encode, event_classes
from events.examples import example
from events.registry import TOPICS, Topic

_PACKAGE = Path(__file__).resolve().parent
_DOCS = _PACKAGE.parent.parent / "docs"


def artifacts() -> Iterator[tuple[Path, bytes]]:
    """Every generated file with its content."""
    for event_class in _published():
        yield _PACKAGE / "schemas" / f"{event_class.type}.json", _schema(event_class)
        yield golden_path(event_class), encode(example(event_class)) + b"\n"
    yield _DOCS / "events.md", _page().encode()


def golden_path(event_class: type[Event]) -> Path:
    """Where the golden example of a class is kept."""
    return _PACKAGE / "golden" / f"{event_class.type}.json"


def outdated() -> list[Path]:
    """Generated files that differ from what the registry says today."""
    return [path for path, content in artifacts() if not path.exists() or path.read_bytes() != content]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        stale = outdated()
        for path in stale:
            sys.stderr.write(f"not up to date: {path.name} (make events)\n")
        return 1 if stale else 0
    for path, content in artifacts():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return 0


def _published() -> list[type[Event]]:
    return sorted(event_classes(), key=lambda one: one.type)


def _schema(event_class: type[Event]) -> bytes:
    schema = msgspec.json.schema(event_class)
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def _page() -> str:
    lines = [
        "<!-- Generated from shared/events/registry.py by `make events`: do not edit. -->",
        "# Topics and events",
        "",
        "Events are CloudEvents 1.0 in Kafka's binary mode with JSON bodies, additive within a version. `sequence`",
        "runs 1..n without a gap per topic and key. No name, document number, account, contact or message text enters",
        "one; topics marked *personal data* are the exceptions, each with an access list and a retention of its own.",
        "",
    ]
    for one in TOPICS:
        lines += _section(one)
    return "\n".join(lines) + "\n"


def _section(topic: Topic) -> list[str]:
    retention = "for ever" if topic.retention_ms < 0 else f"{topic.retention_ms // 86_400_000} days"
    rows = [
        ("key", f"`{topic.key}`"),
        ("says", topic.producer),
        ("heard by", ", ".join(topic.heard_by)),
        ("partitions", str(topic.partitions)),
        ("retention", retention),
        ("largest record", f"{topic.record_bytes_max:,} bytes"),
        ("timestamps", "set by the broker on append" if topic.append_time else "set by the writer"),
        ("personal data", "yes" if topic.personal_data else "no"),
    ]
    table = [f"| {name} | {value} |" for name, value in rows]
    events = [f"- `{one.type}`: {_first_line(one)}" for one in topic.events()]
    return [f"## `{topic.name}`", "", "| | |", "| --- | --- |", *table, "", *events, *([""] if events else [])]


def _first_line(event_class: type[Event]) -> str:
    return (event_class.__doc__ or "").strip().split("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
