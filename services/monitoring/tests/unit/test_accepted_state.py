"""What accepted records make of the book."""

from datetime import date

from monitoring.domain.accepted_state import (
    COLLATERAL,
    CONTRACT,
    BookChanges,
    KeyParts,
    KeyRow,
    Terms,
    changes_of,
    content_columns,
)
from submissions.tests.builders import a_closed_contract, a_contract, a_line, received

NOTHING: dict[str, dict[KeyParts, KeyRow]] = {CONTRACT: {}, COLLATERAL: {}}
C1 = KeyParts("C-1")


def applied(
    *records: dict[str, object],
    held: dict[str, dict[KeyParts, KeyRow]] | None = None,
    terms: dict[str, Terms] | None = None,
) -> BookChanges:
    return changes_of(received(*records), held=held or NOTHING, terms=terms or {})


def value(row: KeyRow, column: str, record_type: str = CONTRACT) -> object:
    return row.values[content_columns(record_type).index(column)]


class TestStates:
    def test_the_last_of_several_records_of_a_key_is_what_is_held(self) -> None:
        changes = applied(a_contract(), a_contract(sequence=2, action="MODIFY", borrower_id="B-2"))

        row = changes.states[CONTRACT][C1]
        assert (row.sequence, value(row, "borrower_id")) == (2, "B-2")

    def test_a_whole_record_that_leaves_a_field_out_empties_it(self) -> None:
        changes = applied(a_contract(merge_group_id="G-1"), a_contract(sequence=2, action="MODIFY"))

        assert value(changes.states[CONTRACT][C1], "merge_group_id") is None

    def test_a_value_record_keeps_what_it_does_not_say(self) -> None:
        partial = {"action": "VALUE", "sequence": 2, "principal_repaid": "10.00", "borrower_id": None}

        changes = applied(a_contract(), a_contract(**partial))

        row = changes.states[CONTRACT][C1]
        assert (value(row, "borrower_id"), value(row, "principal_repaid_fen")) == ("B-1", 1_000)

    def test_a_closed_contract_ends_on_its_business_date(self) -> None:
        changes = applied(a_contract(), a_closed_contract(sequence=2, action="MODIFY"))

        assert changes.states[CONTRACT][C1].ended_on == date(2026, 3, 31)

    def test_a_cancelled_key_never_existed(self) -> None:
        assert applied(a_contract(), a_contract(sequence=2, action="CANCEL")).states[CONTRACT][C1].is_cancelled

    def test_a_correction_of_what_was_superseded_leaves_the_present_alone(self) -> None:
        held = applied(a_contract()).states
        correction = a_contract(
            action="CORRECT", sequence=2, business_date="2026-03-30", corrects="F001-0-9-0-0", reason="typing error"
        )

        assert applied(correction, held=held).states[CONTRACT] == {}

    def test_a_line_touches_its_contract(self) -> None:
        changes = applied(a_line())

        assert list(changes.states[COLLATERAL]) == [KeyParts("C-1", 1)]
        assert list(changes.touched) == ["C-1"]


class TestTerms:
    def test_of_a_contract_that_never_changed_are_not_kept_apart(self) -> None:
        assert applied(a_contract()).terms == {}

    def test_that_change_keep_what_was_in_force_before(self) -> None:
        changes = applied(a_contract(business_date="2026-03-30"), a_contract(sequence=2, action="MODIFY", rate="0.07"))

        assert [(one.from_date.day, one.rate_e6) for one in changes.terms.values()] == [(30, 65_000), (31, 70_000)]

    def test_are_compared_with_what_was_held(self) -> None:
        held = {"C-1": Terms("C-1", date(2026, 3, 2), 400_000_000, 65_000, "F001-0-0-0-0")}

        same = applied(a_contract(sequence=2, action="MODIFY"), terms=held)
        repaid = applied(a_contract(sequence=2, action="MODIFY", principal_repaid="1000000.00"), terms=held)

        assert same.terms == {}
        assert [one.principal_fen for one in repaid.terms.values()] == [400_000_000, 300_000_000]
