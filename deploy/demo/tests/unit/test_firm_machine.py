"""What a firm's machine makes of its receipts."""

from datetime import UTC, datetime

from demo.firm_machine import Told
from submissions.frames import Frame, Item
from submissions.outcome import Outcome


def a_frame(sequence: int, start: int, end: int) -> Frame:
    items = tuple(
        Item(accession=f"F001-0-{offset}-0-X", offset=offset, index=0, outcome=Outcome.ACCEPTED)
        for offset in range(start, end)
    )
    return Frame(
        kind="slice",
        version="1.0",
        firm_id="F001",
        environment="PROD",
        sequence=sequence,
        part=1,
        parts=1,
        issued_at=datetime(2026, 3, 31, tzinfo=UTC),
        start=start,
        end=end,
        items=items,
    )


def test_r3_a_frame_delivered_again_is_counted_once() -> None:
    told = Told(0)

    for frame in (a_frame(1, 0, 3), a_frame(1, 0, 3), a_frame(2, 3, 5)):
        told.hear(frame)

    assert told.outcomes == {"ACCEPTED": 5}
    assert (told.frames, told.tiled, told.end) == (2, True, 5)
