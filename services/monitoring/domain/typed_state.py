"""The state of a key of every record type that has no columns of its own: what its accepted records add up to.

Contracts and collateral lines, which are valued by the million, have tables with columns (`accepted_state`). All other
types share one mechanism: the dictionary's content by column name, and one name by which the state is found beside its
key (what it belongs to).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from monitoring.domain.accepted_state import CLOSED, ENDING_ACTIONS, STATEFUL, WHOLE_ACTIONS
from submissions.book import Key
from submissions.dictionary import COMMON_FIELDS, columns
from submissions.outcome import Received

Content = Mapping[str, Any]


class TypedState(NamedTuple):
    """The state of one key: which record it comes from, whether it has ended, and its values that are there."""

    recorded_on: date
    sequence: int
    accession: str
    ended_on: date | None
    merged_into: str | None
    is_cancelled: bool
    belongs_to: str | None
    content: Content


def typed_states(accepted: Iterable[Received], held: Mapping[Key, TypedState]) -> dict[Key, TypedState]:
    """The states that accepted records leave, in order; `held` has what stood before of every key they name."""
    states: dict[Key, TypedState] = {}
    for one in accepted:
        record_type = one.record_type or ""
        if record_type in STATEFUL:
            continue
        key = (record_type, one.record_key or "")
        after = _after(one, states.get(key) or held.get(key))
        if after is not None:
            states[key] = after
    return states


def content_of(record_type: str, record: Any) -> dict[str, Any]:  # a record's struct is made from the dictionary
    """A record's values beside the common ones, without those that are absent."""
    named = ((name, getattr(record, name)) for name in columns(record_type)[COMMON_FIELDS:])
    return {name: value for name, value in named if value is not None}


def _after(one: Received, before: TypedState | None) -> TypedState | None:
    record, action = one.record, one.action
    if before is not None and action == "CORRECT" and not _corrects_the_present(record, before):
        return None
    content: Content = content_of(one.record_type or "", record)
    if action not in WHOLE_ACTIONS and before is not None:
        content = {**before.content, **content}
    ended = action in ENDING_ACTIONS or content.get("status") == CLOSED or "closed" in content
    return TypedState(
        recorded_on=record.business_date,
        sequence=record.sequence,
        accession=one.accession,
        ended_on=record.business_date if ended else None,
        merged_into=record.merged_into if action == "MERGE" else None,
        is_cancelled=action == "CANCEL",
        belongs_to=belongs_to(one.record_type or "", content),
        content=content,
    )


def _corrects_the_present(record: Any, before: TypedState) -> bool:  # a record's struct is made from the dictionary
    """Whether a correction is of what is held now; one of a record that was superseded meanwhile is history."""
    return record.corrects in {None, before.accession} or before.recorded_on <= record.business_date


def _owner(content: Content) -> str | None:
    role, owner = content.get("owner_role"), content.get("owner_id")
    return f"{role}/{owner}" if role and owner else None


def _manager(content: Content) -> str | None:
    manager = content.get("manager_uscc")
    return f"manager/{manager}" if manager else None


def _account(content: Content) -> str | None:
    market, account = content.get("market"), content.get("account_id")
    return f"account/{market}/{account}" if market and account else None


def _contract(content: Content) -> str | None:
    contract = content.get("contract_id")
    return f"contract/{contract}" if contract else None


_BELONGS: Final[Mapping[str, Callable[[Content], str | None]]] = {
    "account": _owner,
    "lender": _manager,
    "position": _account,
    "trade": _contract,
    "disposal": _contract,
}


def belongs_to(record_type: str, content: Content) -> str | None:
    """By what a state is found beside its key: an account by its owner, a trade by its contract."""
    of_type = _BELONGS.get(record_type)
    return None if of_type is None else of_type(content)
