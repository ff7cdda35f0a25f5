"""One root stands for every record of a slice and what became of it."""

from hashlib import sha256

from monitoring.domain.merkle import EMPTY_ROOT, leaf_of, root_of
from submissions.outcome import Outcome
from submissions.tests.builders import a_contract, received


def leaves(count: int) -> list[bytes]:
    return [sha256(bytes([number])).digest() for number in range(count)]


def test_m20_2_the_root_changes_with_any_record_outcome_or_order() -> None:
    one, two = received(a_contract(), a_contract(contract_id="C-2", sequence=2))
    one.outcome = two.outcome = Outcome.ACCEPTED
    root = root_of([leaf_of(one), leaf_of(two)])

    assert root != root_of([leaf_of(two), leaf_of(one)])
    two.outcome = Outcome.REJECTED
    assert root != root_of([leaf_of(one), leaf_of(two)])


def test_a_lone_node_goes_up_unchanged() -> None:
    first, second, third = leaves(3)
    pair = sha256(b"\x01" + first + second).digest()

    assert root_of([first, second, third]) == sha256(b"\x01" + pair + third).digest()


def test_an_empty_slice_has_a_root_too() -> None:
    assert root_of([]) == EMPTY_ROOT
