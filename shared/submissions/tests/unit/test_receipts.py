"""Accessions, frames, conservation, messages (R2-R4, R9, T2)."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.accession import UNREADABLE, AccessionInvalid, Origin, accession, origin
from submissions.conservation import Ledger, tiles
from submissions.decode import RECORDS_MAX, Unreadable, lines_of
from submissions.frames import (
    PART_BYTES_MAX,
    Frame,
    Issued,
    SkippedRange,
    item_of,
    read_frame,
    slice_frame,
    update_frame,
)
from submissions.outcome import Gap, Outcome
from submissions.tests.builders import APPENDED, TOPIC, Known, a_contract, a_line, as_json, judged, received

ISSUED = Issued(firm_id="F001", environment="PROD", sequence=7, issued_at=APPENDED + timedelta(seconds=1))


def whole(parts: list[bytes]) -> Frame:
    assert len(parts) == 1
    return read_frame(parts[0])


@given(st.integers(0, 2**62), st.one_of(st.just(UNREADABLE), st.integers(0, 999)), st.booleans())
def test_r3_an_accession_names_its_origin(offset: int, index: int, test: bool) -> None:  # noqa: FBT001  # generated
    topic = "test.submissions.F001" if test else TOPIC
    number = accession(topic, 0, offset, index)
    assert origin(number) == Origin(topic, 0, offset, index)
    assert number == accession(topic, 0, offset, index)
    assert len(number) <= 64


@given(st.integers(0, 10**12), st.integers(0, 999), st.data())
def test_r3_a_single_wrong_digit_is_caught(offset: int, index: int, data: Any) -> None:
    number = accession(TOPIC, 0, offset, index)
    start = len("F001-0-")
    at = data.draw(st.integers(start, len(number) - 3))
    digit = data.draw(st.sampled_from("0123456789"))
    if number[at] != "-" and number[at] != digit:
        with pytest.raises(AccessionInvalid):
            origin(number[:at] + digit + number[at + 1 :])


@pytest.mark.parametrize("text", ["", "F001-0-1-0", "F001-0-1-0-I", "F001-0-1-0-00"])
def test_what_is_no_accession_is_refused(text: str) -> None:
    with pytest.raises(AccessionInvalid):
        origin(text)
    with pytest.raises(AccessionInvalid):
        accession("receipts.F001", 0, 0, 0)


def test_r2_a_slice_frame_lists_every_record_and_its_offsets() -> None:
    outcome = judged(a_contract(), a_contract(), a_line(), b"", a_contract(sequence=9, contract_id="C-9"))
    frame = whole(slice_frame(outcome, start=0, end=5, issued=ISSUED))
    assert (frame.kind, frame.sequence, frame.start, frame.end) == ("slice", 7, 0, 5)
    assert [one.outcome for one in frame.items] == [
        Outcome.ACCEPTED,
        Outcome.DUPLICATE,
        Outcome.ACCEPTED,
        Outcome.QUARANTINED,
        Outcome.ACCEPTED_WARN,
    ]
    assert frame.items[1].first_accession == frame.items[0].accession
    assert frame.items[3].reason == "UNREADABLE:empty"
    assert frame.gaps == (Gap("GAP", "contract", 2, 8, 2, 9),)
    assert frame.texts.keys() == {"V019"}
    assert json.loads(slice_frame(outcome, start=0, end=5, issued=ISSUED)[0])["from"] == 0


def test_r4_an_error_has_everything_to_mend_it() -> None:
    frame = whole(slice_frame(judged(a_contract(warning_line="1.2")), start=0, end=1, issued=ISSUED))
    error = frame.items[0].errors[0]
    assert (error.rule, error.path, error.value) == ("V048", "warning_line", "1.200000")
    text = frame.texts["V048"]
    assert (text.category, text.severity) == ("business", "E")
    assert "预警线" in text.message_zh
    assert "warning_line" in text.message_en
    assert "1.6" in text.example


def test_r3_the_same_frame_again_is_byte_identical() -> None:
    first, again = (
        slice_frame(judged(a_contract(warning_line="1.2"), a_line(), b"no json"), start=0, end=3, issued=ISSUED)
        for _ in range(2)
    )
    assert first == again


def test_r2_a_frame_above_a_mebibyte_goes_in_parts_that_lose_nothing() -> None:
    records = [
        a_contract(contract_id=f"C-{number}", sequence=number, warning_line="x" * 60) for number in range(1, 6001)
    ]
    outcome = judged(*records)
    parts = slice_frame(outcome, start=0, end=6000, issued=ISSUED)
    frames = [read_frame(one) for one in parts]
    assert len(parts) > 1
    assert max(map(len, parts)) <= PART_BYTES_MAX
    assert [(one.sequence, one.part, one.parts) for one in frames] == [
        (7, number + 1, len(parts)) for number in range(len(parts))
    ]
    assert [item for one in frames for item in one.items] == [item_of(one) for one in outcome.received]
    assert all((one.start, one.end) == (0, 6000) for one in frames)


def test_r2_skipped_ranges_and_gaps_stand_in_the_first_part_only() -> None:
    records = [a_contract(contract_id=f"C-{number}", sequence=number + 5, warning_line="1.2") for number in range(8000)]
    skipped = [SkippedRange(first=8000, last=8010, reason="inflation")]
    frames = [
        read_frame(one) for one in slice_frame(judged(*records), start=0, end=8011, issued=ISSUED, skipped=skipped)
    ]
    assert [len(one.skipped) for one in frames] == [1] + [0] * (len(frames) - 1)
    assert [len(one.gaps) for one in frames] == [1] + [0] * (len(frames) - 1)


def test_r2_a_record_outside_its_slice_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="outside"):
        slice_frame(judged(a_contract()), start=1, end=2, issued=ISSUED)
    with pytest.raises(ValueError, match="no outcome"):
        item_of(received(a_contract())[0])


def test_r1_later_outcomes_come_in_update_frames() -> None:
    pending = judged(a_contract(), references=Known(unknown={("SSE", "600000")})).received[0]
    pending.outcome = Outcome.ACCEPTED
    frame = whole(update_frame([item_of(pending)], issued=ISSUED, gaps=[Gap("GAP_CLOSED", "contract", 3, 3)]))
    assert (frame.kind, frame.start, frame.end) == ("update", None, None)
    assert frame.items[0].outcome is Outcome.ACCEPTED


def test_r9_every_record_and_unreadable_message_is_in_exactly_one_outcome() -> None:
    envelope = b"\n".join([as_json(a_contract()), as_json(a_contract()), as_json(a_line(firm_id="F002")), b"no json"])
    outcome = judged(envelope, b"\xff", a_contract(sequence=2, contract_id="C-2", initial_security="600009"))
    ledger = Ledger.of(outcome.received)
    assert (ledger.messages, ledger.unreadable, ledger.records) == (3, 1, 5)
    assert ledger.balances
    assert ledger.outcomes == Counter(
        {Outcome.ACCEPTED: 2, Outcome.DUPLICATE: 1, Outcome.QUARANTINED: 2, Outcome.REJECTED: 1}
    )
    moved = ledger.moved(Outcome.QUARANTINED, Outcome.ACCEPTED)
    assert moved.balances
    assert moved.outcomes[Outcome.ACCEPTED] == 3
    assert (ledger + ledger).expected == 2 * ledger.expected
    with pytest.raises(ValueError, match="SUPERSEDED"):
        ledger.moved(Outcome.SUPERSEDED, Outcome.ACCEPTED)


def test_r9_a_lost_record_shows() -> None:
    ledger = Ledger.of(judged(a_contract(), a_line()).received)
    lost = Ledger(ledger.messages, ledger.unreadable, ledger.records + 1, ledger.held, ledger.outcomes)
    assert not lost.balances
    assert lost.difference == 1


def test_r2_ranges_tile_the_offsets() -> None:
    assert tiles([(0, 3), (3, 3), (3, 9)], start=0, end=9)
    assert not tiles([(0, 3), (4, 9)], start=0, end=9)
    assert not tiles([(0, 3), (2, 9)], start=0, end=9)
    assert not tiles([(0, 3)], start=0, end=9)


def test_t2_one_document_may_span_lines_and_an_envelope_has_one_a_line() -> None:
    pretty = json.dumps(a_contract(), indent=2).encode()
    assert lines_of(pretty) == [pretty]
    assert lines_of(b'{"a":1}\n{"b":2}\n') == [b'{"a":1}', b'{"b":2}']
    assert lines_of(b'{"a":1}\n\n{"b":2}') == [b'{"a":1}', b"", b'{"b":2}']
    assert judged(pretty).received[0].outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "empty"),
        (b" \n", "empty"),
        (b"\xd6\xd0", "encoding"),
        (b"{}\n" * (RECORDS_MAX + 1), "records"),
        (b"x" * (1024 * 1024 + 1), "size"),
    ],
)
def test_t2_what_cannot_be_split_is_unreadable(value: bytes | None, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        lines_of(value)
