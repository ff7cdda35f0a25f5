"""From a slice of raw messages to records: what was refused keeps its place and is not looked into."""

from chassis.slices import Place, Refused, Slice, UnreadableRange, end_of
from chassis.slices.slice import Message
from monitoring.transport.events.intake import DecodedSlice, IntakeHandler
from submissions.outcome import Received
from submissions.tests.builders import a_contract, a_line, as_json
from testkit.slices import PARTITION, FakeMessage

DATA = Refused(kind="data", reason="CharacterNotInRepertoireError 22021")
KILLED = Refused(kind="killed", reason="the process ended")


async def nothing_follows(firm_id: str) -> None:
    del firm_id


def decoded(*messages: Message, refused: dict[Place, Refused] | None = None) -> DecodedSlice:
    slice_ = Slice(
        source=PARTITION,
        start=messages[0].offset,
        end=end_of(messages[-1]),
        messages=messages,
        refused=refused or {},
    )
    return IntakeHandler(book_changed=nothing_follows).decode(slice_)


def reasons(found: DecodedSlice) -> list[tuple[int, int, str | None]]:
    return [(one.offset, one.index, one.unreadable) for one in found.received]


def envelope(*records: dict[str, object]) -> bytes:
    return b"\n".join(as_json(one) for one in records)


class TestDecode:
    def test_gives_every_record_its_accession_in_order(self) -> None:
        found = decoded(FakeMessage(7, envelope(a_contract(), a_line())), FakeMessage(8, as_json(a_contract())))

        assert [one.accession[:-2] for one in found.received] == ["F001-0-7-0", "F001-0-7-1", "F001-0-8-0"]

    def test_a_refused_line_keeps_its_place_and_its_bytes_and_its_neighbours_are_read(self) -> None:
        value = envelope(a_contract(), a_contract(contract_id="C-2", sequence=2), a_line())

        found = decoded(FakeMessage(7, value), refused={Place(7, 1): DATA})

        assert reasons(found) == [(7, 0, None), (7, 1, "data: CharacterNotInRepertoireError 22021"), (7, 2, None)]
        assert found.received[1].raw == value.split(b"\n")[1]
        assert found.received[1].record is None

    def test_a_refused_message_is_one_unreadable_item(self) -> None:
        found = decoded(FakeMessage(7, envelope(a_contract(), a_line())), refused={Place(7, None): KILLED})

        assert reasons(found) == [(7, -1, "killed: the process ended")]

    def test_an_unopened_batch_is_one_item_for_each_offset_and_a_skipped_range(self) -> None:
        skipped = UnreadableRange(offset=8, end=11, timestamp=1_772_416_800_000, reason="inflation")

        found = decoded(FakeMessage(7, as_json(a_contract())), skipped, FakeMessage(11, as_json(a_line())))

        assert [one.offset for one in found.received] == [7, 8, 9, 10, 11]
        assert [(one.first, one.last, one.reason) for one in found.skipped] == [(8, 10, "inflation")]

    def test_does_not_depend_on_how_the_offsets_are_cut(self) -> None:
        messages = [FakeMessage(offset, envelope(a_contract(), a_line())) for offset in range(6)]

        whole = decoded(*messages).received
        parts = [*decoded(*messages[:2]).received, *decoded(*messages[2:]).received]

        assert [(one.accession, one.content_hash) for one in whole] == [
            (one.accession, one.content_hash) for one in parts
        ]


class TestLines:
    def test_are_the_records_of_an_envelope(self) -> None:
        handler = IntakeHandler(book_changed=nothing_follows)

        assert handler.lines(FakeMessage(0, envelope(a_contract(), a_line()))) == 2
        assert handler.lines(FakeMessage(0, b"\xff")) == 1


def test_received_is_what_the_rules_are_given() -> None:
    (one,) = decoded(FakeMessage(0, as_json(a_contract()))).received

    assert isinstance(one, Received)
    assert one.appended_at.isoformat() == "2026-03-02T02:00:00+00:00"
