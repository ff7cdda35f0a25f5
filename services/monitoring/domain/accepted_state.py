"""What accepted records make of the book: the state of each key afterwards, and the contracts they touch."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

from submissions.dictionary import COMMON_FIELDS, columns, types
from submissions.outcome import Received

CONTRACT: Final = "contract"
COLLATERAL: Final = "collateral"
STATEFUL: Final = (CONTRACT, COLLATERAL)
# These say the whole content anew; the others change a part of what is held.
WHOLE_ACTIONS: Final = frozenset({"NEW", "MODIFY", "CORRECT", "TERMINATE", "SNAPSHOT"})
ENDING_ACTIONS: Final = frozenset({"TERMINATE", "MERGE"})
CLOSED: Final = "closed"
Values = tuple[Any, ...]


class KeyParts(NamedTuple):
    """The fields that make the key, as they are stored."""

    contract_id: str
    line_no: int | None = None


class KeyRow(NamedTuple):
    """The state of one key: which record it comes from, whether it has ended, and its values in dictionary order."""

    recorded_on: date
    sequence: int
    accession: str
    ended_on: date | None
    merged_into: str | None
    is_cancelled: bool
    values: Values


class Terms(NamedTuple):
    """Principal and rate of a contract from a day on, and the record that says so."""

    contract_id: str
    from_date: date
    principal_fen: int | None
    rate_e6: int | None
    accession: str

    def differ(self, other: "Terms") -> bool:
        """Whether interest runs differently."""
        return (self.principal_fen, self.rate_e6) != (other.principal_fen, other.rate_e6)


@dataclass(slots=True)
class BookChanges:
    """What a slice changes: final states by key, the last accession that touched a contract, and changed terms.

    `terms` has nothing of a contract whose terms never changed; with the first change it has what was in force before.
    """

    states: dict[str, dict[KeyParts, KeyRow]] = field(default_factory=lambda: {one: {} for one in STATEFUL})
    terms: dict[tuple[str, date], Terms] = field(default_factory=dict)
    touched: dict[str, str] = field(default_factory=dict)
    current_terms: dict[str, Terms] = field(default_factory=dict)


@cache
def content_columns(record_type: str) -> tuple[str, ...]:
    """The columns of a record's content after its key, in the order of the dictionary and of the tables."""
    keys = types()[record_type].key_fields
    return tuple(name for name in columns(record_type)[COMMON_FIELDS:] if name not in keys)


@cache
def _content_of(record_type: str) -> Callable[[Any], Values]:
    return attrgetter(*content_columns(record_type))


@cache
def _terms_at() -> tuple[int, int, int]:
    names = content_columns(CONTRACT)
    return names.index("initial_amount_fen"), names.index("principal_repaid_fen"), names.index("rate_e6")


def key_parts(record_type: str, record: Any) -> KeyParts:  # a record's struct is made from the dictionary
    """The key of a stateful record."""
    return KeyParts(record.contract_id, record.line_no if record_type == COLLATERAL else None)


def changes_of(
    accepted: Iterable[Received],
    *,
    held: Mapping[str, Mapping[KeyParts, KeyRow]],
    terms: Mapping[str, Terms],
) -> BookChanges:
    """Applies accepted records in order.

    `held` has the full state of every key that a record changes in part; `terms` those of every contract that exists.
    """
    changes = BookChanges()
    for one in accepted:
        record_type = one.record_type or ""
        if record_type not in STATEFUL:
            continue
        key = key_parts(record_type, one.record)
        before = changes.states[record_type].get(key) or held[record_type].get(key)
        after = _after(one, before)
        if after is None:
            continue
        changes.states[record_type][key] = after
        changes.touched[key.contract_id] = one.accession
        if record_type == CONTRACT:
            _note_terms(changes, key.contract_id, after, terms)
    return changes


def _after(one: Received, before: KeyRow | None) -> KeyRow | None:
    record, action = one.record, one.action
    if before is not None and action == "CORRECT" and not _corrects_the_present(record, before):
        return None
    content = _content_of(one.record_type or "")(record)
    if action not in WHOLE_ACTIONS:
        if before is None:
            return None
        content = tuple(new if new is not None else old for new, old in zip(content, before.values, strict=True))
    ended = action in ENDING_ACTIONS or record.status == CLOSED
    return KeyRow(
        record.business_date,
        record.sequence,
        one.accession,
        record.business_date if ended else None,
        record.merged_into if action == "MERGE" else None,
        action == "CANCEL",
        content,
    )


def _corrects_the_present(record: Any, before: KeyRow) -> bool:  # a record's struct is made from the dictionary
    """Whether a correction is of what is held now; one of a record that was superseded meanwhile is history."""
    return record.corrects in {None, before.accession} or before.recorded_on <= record.business_date


def _note_terms(changes: BookChanges, contract_id: str, after: KeyRow, held: Mapping[str, Terms]) -> None:
    initial_at, repaid_at, rate_at = _terms_at()
    initial, repaid = after.values[initial_at], after.values[repaid_at]
    principal = None if initial is None or repaid is None else initial - repaid
    now = Terms(contract_id, after.recorded_on, principal, after.values[rate_at], after.accession)
    before = changes.current_terms.get(contract_id) or held.get(contract_id)
    changes.current_terms[contract_id] = now
    if before is not None and now.differ(before):
        changes.terms.setdefault((contract_id, before.from_date), before)
        changes.terms[contract_id, now.from_date] = now
