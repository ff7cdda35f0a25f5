"""One slice, whatever it takes: once, in order, and the culprit alone is refused."""

import pytest

from chassis.fence import FenceLost
from chassis.slices import PartitionHalted, Place, apply
from testkit.slices import FakeStore, StoreRefuses, a_slice, an_applier, nobody_waits


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "BACKOFF_SECONDS", (0.0,))


async def settle(store: FakeStore, *values: bytes) -> None:
    applier = an_applier(store)
    slice_ = a_slice(*values)
    await applier.settle(slice_, await applier.attempt(slice_), nobody_waits())


class TestSettle:
    async def test_is_one_transaction_where_nothing_is_wrong(self) -> None:
        store = FakeStore()

        await settle(store, b"a", b"b\nc")

        assert store.slices == [(0, 2)]
        assert [row for _, row in store.rows] == ["a", "b", "c"]

    async def test_halves_down_to_the_message_the_store_refuses(self) -> None:
        store = FakeStore()

        await settle(store, b"a", b"b", b"!22003", b"d", b"e")

        assert store.next == 5
        assert dict(store.rows)[Place(2, None)] == "refused: data"
        assert [row for _, row in store.rows if not row.startswith("refused")] == ["a", "b", "d", "e"]

    async def test_slices_of_a_halved_one_still_tile_the_offsets(self) -> None:
        store = FakeStore()

        await settle(store, *(b"!22003" if index == 37 else b"x" for index in range(100)))

        assert store.slices[0][0] == 0
        assert store.slices[-1][1] == 100
        assert all(left[1] == right[0] for left, right in zip(store.slices, store.slices[1:], strict=False))

    async def test_refuses_one_line_of_a_message_and_keeps_the_others(self) -> None:
        store = FakeStore()
        lines = [b"x%d" % index for index in range(200)]
        lines[123] = b"!23514"

        await settle(store, b"\n".join(lines))

        assert dict(store.rows)[Place(0, 123)] == "refused: data"
        assert len(store.rows) == 200
        assert sum(row.startswith("refused") for _, row in store.rows) == 1
        assert store.begun == 3  # as one, the search, and for good

    async def test_finds_every_line_that_is_refused(self) -> None:
        store = FakeStore()

        await settle(store, b"!22003\na\n!23514\nb\n!22001")

        refused = [place.line for place, row in store.rows if row.startswith("refused")]
        assert refused == [0, 2, 4]

    async def test_finds_a_line_that_only_conflicts_with_another_of_its_message(self) -> None:
        store = FakeStore()

        await settle(store, b"unique1\na\nb\nunique1\nc")

        assert [place.line for place, row in store.rows if row.startswith("refused")] == [3]

    async def test_refuses_a_message_that_cannot_be_decoded(self) -> None:
        store = FakeStore()

        await settle(store, b"a", b"?", b"c")

        assert dict(store.rows)[Place(1, None)] == "refused: data"
        assert store.next == 3

    async def test_waits_for_a_dependency_without_counting(self) -> None:
        store = FakeStore(failures=[StoreRefuses("57P01"), ConnectionRefusedError(), *[StoreRefuses("40001")] * 10])

        await settle(store, b"a")

        assert store.rows == [(Place(0, 0), "a")]

    async def test_halts_after_five_attempts_where_nobody_knows_why(self) -> None:
        store = FakeStore(failures=[StoreRefuses("42P01")] * 5)

        with pytest.raises(PartitionHalted):
            await settle(store, b"a")

        assert store.begun == 5
        assert store.rows == []

    async def test_gives_up_where_the_fence_has_moved(self) -> None:
        store = FakeStore(next=7)

        with pytest.raises(FenceLost):
            await settle(store, b"a")

    async def test_quarantines_nothing_that_waits(self) -> None:
        store = FakeStore(failures=[StoreRefuses("53300")])

        await settle(store, b"a\nb")

        assert not any(row.startswith("refused") for _, row in store.rows)
