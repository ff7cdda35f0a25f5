"""BX7: the register of loads."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from review.domain.reference_load import (
    STALLED_AFTER,
    BlockSaid,
    EncodedBlock,
    LoadCompleted,
    LoadMoved,
    ReferenceLoad,
    ReissueNeedsReason,
    next_revision,
)
from review.tests.builders import MONDAY

BLOCK = EncodedBlock(rows=b"[]", count=1000, hash=1 << 63)


def a_load(*, row_count: int = 2000, revision: int = 1) -> ReferenceLoad:
    return ReferenceLoad(
        load_id=UUID(int=3),
        kind="price",
        business_date=date(2026, 3, 2),
        revision=revision,
        file_hash="f" * 64,
        file_bytes=10,
        row_count=row_count,
        loaded_by="ds-1",
        registered_at=MONDAY,
        progressed_at=MONDAY,
    )


def test_blocks_are_numbered_and_their_hashes_add_up_modulo_two_to_the_64() -> None:
    load = a_load()

    load.say(0, BLOCK, now=MONDAY)
    load.say(1, BLOCK, now=MONDAY)
    load.complete(now=MONDAY)

    assert [one.block for one in load.facts if isinstance(one, BlockSaid)] == [0, 1]
    marker = load.facts[-1]
    assert isinstance(marker, LoadCompleted)
    assert (marker.block_count, marker.row_count, marker.rows_hash) == (2, 2000, 0)


def test_a_load_never_completes_without_its_last_row() -> None:
    load = a_load(row_count=2001)
    load.say(0, BLOCK, now=MONDAY)
    load.say(1, BLOCK, now=MONDAY)

    with pytest.raises(ValueError, match="2000 of 2001"):
        load.complete(now=MONDAY)


def test_two_processes_never_say_the_same_block() -> None:
    load = a_load()
    load.say(0, BLOCK, now=MONDAY)

    with pytest.raises(LoadMoved):
        load.say(0, BLOCK, now=MONDAY)


@pytest.mark.parametrize(
    ("waited", "state"), [(STALLED_AFTER - timedelta(seconds=1), "saying"), (STALLED_AFTER, "interrupted")]
)
def test_a_load_without_progress_is_seen_as_interrupted(waited: timedelta, state: str) -> None:
    load = a_load()

    load.stall(now=MONDAY + waited)

    assert load.state == state


def test_an_interrupted_load_can_go_on() -> None:
    load = a_load()
    load.stall(now=MONDAY + STALLED_AFTER)

    load.say(0, BLOCK, now=MONDAY + STALLED_AFTER)

    assert load.state == "saying"


def test_p11_4_a_re_issue_is_a_higher_revision_and_gives_its_reason() -> None:
    first = a_load()
    assert next_revision([], reason=None) == 1
    assert next_revision([first], reason=None) == 2
    first.state = "completed"

    with pytest.raises(ReissueNeedsReason):
        next_revision([first], reason=None)
    assert next_revision([first, a_load(revision=4)], reason="wrong close of 600000") == 5
