"""What came before: sequences, duplicates, superseded records, keys and their state (R6-R8, V019-V027, V032)."""

from datetime import timedelta

import pytest

from submissions.book import Book
from submissions.judge import judge_again, needs
from submissions.outcome import Gap, Outcome
from submissions.rules.case import References
from submissions.tests.builders import (
    APPENDED,
    Known,
    a_closed_contract,
    a_contract,
    a_line,
    as_json,
    broken,
    judged,
    outcomes,
    received,
)

WARNED, TAKEN, REFUSED = Outcome.ACCEPTED_WARN, Outcome.ACCEPTED, Outcome.REJECTED


def test_r6_the_same_again_is_a_duplicate_with_the_first_accession_and_outcome() -> None:
    first, again = a_contract(rate="0.065"), a_contract(rate=0.0650, reported_at="2026-03-31T20:20:00+08:00")
    outcome = judged(first, again)
    duplicate = outcome.received[1]
    assert duplicate.outcome is Outcome.DUPLICATE
    assert (duplicate.first_accession, duplicate.first_outcome) == (outcome.received[0].accession, TAKEN)
    assert duplicate.findings == []


def test_r6_a_duplicate_of_a_rejected_record_says_so() -> None:
    wrong = a_contract(warning_line="1.2")
    duplicate = judged(wrong, wrong).received[1]
    assert (duplicate.outcome, duplicate.first_outcome) == (Outcome.DUPLICATE, REFUSED)


def test_r6_what_could_not_be_typed_counts_in_the_hash() -> None:
    assert broken(a_contract(payable="x"), a_contract(payable="y"))[-1] == ("V020", "sequence")
    assert outcomes(a_contract(payable="x"), a_contract(payable="x"))[1] is Outcome.DUPLICATE
    assert broken(a_contract(note="x"), a_contract(note="y"))[-1] == ("V020", "sequence")


def test_r6_order_of_members_and_spelling_of_numbers_do_not_count() -> None:
    record = a_contract()
    turned = dict(reversed(record.items())) | {"warning_line": "1.500", "initial_amount": 4000000}
    assert received(record)[0].content_hash == received(turned)[0].content_hash
    for other in ({"business_date": "2026-03-30"}, {"warning_line": "1.51"}, {"maturity": "2027-03-03"}):
        assert received(record | other)[0].content_hash != received(record)[0].content_hash
    beside = a_contract(sequence=9, reported_at="2026-03-31T20:16:00+08:00")
    assert received(beside)[0].content_hash == received(record)[0].content_hash


def test_v020_a_sequence_used_with_other_content() -> None:
    assert outcomes(a_contract(), a_contract(contract_id="C-2")) == [TAKEN, REFUSED]
    assert broken(a_contract(), a_contract(contract_id="C-2")) == [("V020", "sequence")]
    # A rejected record uses its sequence up.
    assert broken(a_contract(warning_line="1.2"), a_contract()) == [("V020", "sequence")]


def test_r7_a_gap_is_told_and_streaming_never_waits() -> None:
    records = [a_contract(contract_id=f"C-{number}", sequence=number) for number in (1, 5, 6)]
    outcome = judged(*records)
    assert [one.outcome for one in outcome.received] == [TAKEN, WARNED, TAKEN]
    assert outcome.gaps == [Gap("GAP", "contract", 2, 4, expected=2, got=5)]


def test_r7_filling_a_gap_closes_it_piece_by_piece() -> None:
    book = Book()
    judged(a_contract(sequence=1), a_contract(sequence=5, contract_id="C-5"), book=book)
    outcome = judged(a_contract(sequence=3, contract_id="C-3"), book=book, start=2)
    assert outcome.gaps == [Gap("GAP_CLOSED", "contract", 3, 3)]
    assert outcome.received[0].outcome is TAKEN
    assert book.gaps["contract"] == [(2, 2), (4, 4)]
    judged(a_contract(sequence=2, contract_id="C-2"), a_contract(sequence=4, contract_id="C-4"), book=book, start=3)
    assert book.gaps["contract"] == []
    assert book.last_sequence["contract"] == 5


def test_r7_each_stream_has_its_own_sequence() -> None:
    assert outcomes(a_contract(sequence=1), a_line(sequence=1)) == [TAKEN, TAKEN]


def test_r6_an_older_sequence_after_a_newer_one_is_superseded() -> None:
    book = Book()
    judged(
        a_contract(sequence=1),
        a_contract(sequence=3, action="MODIFY", other_due="1.00", payable="4020658.53"),
        book=book,
    )
    late = judged(a_contract(sequence=2, action="MODIFY"), book=book, start=2)
    assert late.received[0].outcome is Outcome.SUPERSEDED
    assert late.gaps == [Gap("GAP_CLOSED", "contract", 2, 2)]
    assert getattr(book.keys["contract", "C-1"].record, "other_due_fen", None) == 100


def test_v021_new_only_once() -> None:
    assert broken(a_contract(), a_contract(sequence=2)) == [("V021", "record_key")]


@pytest.mark.parametrize("action", ["MODIFY", "VALUE", "TERMINATE"])
def test_v022_the_key_exists_and_is_open(action: str) -> None:
    assert broken(a_contract(action=action)) == [("V022", "record_key")]
    assert broken(a_contract(), a_contract(action=action, sequence=2)) == []
    closed = a_closed_contract(action="TERMINATE", sequence=2)
    assert ("V022", "record_key") in broken(a_contract(), closed, a_contract(action=action, sequence=3))


def test_v022_open_on_the_business_date_is_enough() -> None:
    closed = a_closed_contract(action="TERMINATE", sequence=2)
    before = a_contract(action="MODIFY", sequence=3, business_date="2026-03-30", payable="4019945.21", load_id="LOAD-1")
    assert broken(a_contract(), closed, before) == []


def test_v023_a_correction_names_an_accession_of_its_key_and_a_reason() -> None:
    first = received(a_contract())[0].accession
    right = a_contract(action="CORRECT", sequence=2, corrects=first, reason="typing error", agreement_no="A-2")
    assert broken(a_contract(), right) == []
    assert broken(a_contract(), right | {"reason": None}) == [("V023", "reason")]
    assert broken(a_contract(), {name: right[name] for name in right if name != "corrects"}) == [("V023", "corrects")]
    other = right | {"contract_id": "C-9", "record_key": "C-9"}
    assert broken(a_contract(), other) == [("V023", "corrects")]


def test_v024_nothing_after_a_cancellation() -> None:
    cancel = {
        name: value
        for name, value in a_contract(action="CANCEL", sequence=2).items()
        if name in {"record_type", "spec_version", "action", "firm_id", "business_date", "sequence", "record_key"}
    } | {"reported_at": "2026-03-31T20:15:00+08:00", "contract_id": "C-1"}
    assert broken(a_contract(), cancel) == []
    assert ("V024", "record_key") in broken(a_contract(), cancel, a_contract(action="MODIFY", sequence=3))


def test_v025_nothing_live_refers_to_what_is_cancelled() -> None:
    assert broken(a_contract(), a_contract(action="CANCEL", sequence=2), references=Known(live=True)) == [
        ("V025", "record_key")
    ]


def test_v026_value_changes_valuation_only_and_keeps_the_rest() -> None:
    book = Book()
    value = {
        **{name: a_contract()[name] for name in ("record_type", "spec_version", "firm_id", "business_date")},
        "record_key": "C-1",
        "contract_id": "C-1",
        "reported_at": "2026-03-31T20:20:00+08:00",
        "action": "VALUE",
        "sequence": 2,
        "coverage_reported": "2.4",
        "level_reported": "NORMAL",
    }
    assert [one.outcome for one in judged(a_contract(), value, book=book).received] == [TAKEN, TAKEN]
    held = book.keys["contract", "C-1"].record
    assert getattr(held, "coverage_reported_e6", None) == 2_400_000
    assert getattr(held, "initial_amount_fen", None) == 400_000_000
    assert broken(a_contract(), value | {"rate": "0.07"}) == [("V026", "rate")]


def test_v027_a_merger_has_a_target_and_no_cycle() -> None:
    first, second = a_contract(), a_contract(contract_id="C-2", sequence=2)
    into = {"action": "MERGE", "sequence": 3, "merged_into": "C-2"}
    assert broken(first, second, a_contract(**into)) == []
    assert broken(first, a_contract(**(into | {"sequence": 2}))) == [("V027", "merged_into")]
    back = a_contract(contract_id="C-2", action="MERGE", sequence=4, merged_into="C-1")
    assert broken(first, second, a_contract(**into), back) == [("V027", "merged_into")]


def test_v032_a_snapshot_that_differs_from_events_warns() -> None:
    same = a_contract(action="SNAPSHOT", sequence=2)
    assert outcomes(a_contract(), same) == [TAKEN, TAKEN]
    assert broken(a_contract(), same | {"agreement_no": "A-2"}) == [("V032", "agreement_no")]
    assert outcomes(a_contract(), same | {"agreement_no": "A-2"})[1] is WARNED


def test_r8_an_unknown_security_waits_and_later_records_of_the_key_wait_behind_it() -> None:
    unknown = Known(unknown={("SSE", "600000")})
    later = a_contract(action="MODIFY", sequence=2, initial_security="600001")
    assert outcomes(a_contract(), later, references=unknown) == [Outcome.PENDING_REFERENCE] * 2
    # An error of its own is told at once.
    assert outcomes(a_contract(), later | {"warning_line": "1.2"}, references=unknown)[1] is REFUSED


def test_r8_a_day_past_the_calendar_waits() -> None:
    ahead = APPENDED + timedelta(days=366)
    record = a_contract(
        business_date="2027-01-04", payable="4219397.26", reported_at="2027-01-04T10:00:00+08:00", load_id="L"
    )
    outcome = judged(record, appended_at=ahead)
    assert outcome.received[0].outcome is Outcome.PENDING_REFERENCE
    assert [one.rule for one in outcome.received[0].findings] == ["V033"]


def test_r8_once_the_security_is_known_the_waiting_are_judged_in_order() -> None:
    book = Book()
    later = a_contract(action="MODIFY", sequence=2, agreement_no="A-2")
    waiting = judged(a_contract(), later, book=book, references=Known(unknown={("SSE", "600000")})).received
    book.pending.clear()
    released = judge_again("F001", waiting, book, Known())
    assert [one.outcome for one in released.received] == [TAKEN, TAKEN]
    assert [one.findings for one in released.received] == [[], []]
    assert released.gaps == []
    assert getattr(book.keys["contract", "C-1"].record, "agreement_no", None) == "A-2"


def test_rules_without_their_lookup_are_counted_as_not_checked() -> None:
    outcome = judged(a_contract(), a_line(), references=References())
    assert {"V009", "V016", "V033", "V036", "V053"} <= outcome.not_checked.keys()
    assert outcome.not_checked["V009"] == 2
    assert {one.outcome for one in outcome.received} == {TAKEN}


def test_needs_names_what_the_book_must_hold() -> None:
    correct = a_contract(sequence=7, action="CORRECT", corrects="F001-0-1-0-X", reason="r")
    needed = needs(received(correct, a_line(sequence=3), b"no json"))
    assert needed.slots == {("contract", 7), ("collateral", 3)}
    assert needed.keys == {("contract", "C-1"), ("collateral", "C-1/1")}
    assert needed.accessions == {"F001-0-1-0-X"}
    assert needed.streams == {"contract", "collateral"}


def test_an_unreadable_message_counts_once_and_takes_no_sequence() -> None:
    book = Book()
    outcome = judged(b"\xff\xfe", b"", as_json(a_contract()), book=book)
    assert [one.outcome for one in outcome.received] == [Outcome.QUARANTINED, Outcome.QUARANTINED, TAKEN]
    assert [one.unreadable for one in outcome.received] == ["encoding", "empty", None]
    assert book.last_sequence == {"contract": 1}
