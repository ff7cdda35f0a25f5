"""Frames as the platform writes them, for a firm that reads them."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from submissions.frames import Frame, Item, Text
from submissions.outcome import Finding, Outcome

ISSUED = datetime(2026, 3, 31, 20, 30, tzinfo=UTC)


def an_item(offset: int, outcome: Outcome = Outcome.ACCEPTED, **changes: Any) -> Item:
    members: dict[str, Any] = {
        "accession": f"F001-0-{offset}-0-K",
        "offset": offset,
        "index": 0,
        "outcome": outcome,
        "type": "contract",
        "key": f"C-{offset}",
        "sequence": offset + 1,
    }
    return Item(**(members | changes))


def a_rejected_item(offset: int) -> Item:
    return an_item(offset, Outcome.REJECTED, errors=(Finding("V048", "warning_line", "1.2"),))


def a_frame(sequence: int, start: int | None, end: int | None, *items: Item, **changes: Any) -> bytes:
    members: dict[str, Any] = {
        "kind": "slice" if start is not None else "update",
        "version": "1.0",
        "firm_id": "F001",
        "environment": "PROD",
        "sequence": sequence,
        "part": 1,
        "parts": 1,
        "issued_at": ISSUED,
        "start": start,
        "end": end,
        "items": items,
        "texts": {
            "V048": Text(
                category="business",
                severity="E",
                message_zh="预警线须高于平仓线。",
                message_en="lines",
                example="1.5 > 1.3",
            )
        },
    }
    return msgspec.json.encode(Frame(**(members | changes)))
