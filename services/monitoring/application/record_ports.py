"""What records of every type need of the outside: their states, and what their rules ask about other records."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from monitoring.domain.accepted_state import COLLATERAL
from monitoring.domain.typed_state import TypedState
from submissions.accession import AccessionInvalid, origin
from submissions.book import Key
from submissions.outcome import Received

# What contracts and lines ask for is asked of the book; here they are looked at only where they are cancelled.
_HARDLY_ASKING: Final = frozenset({"contract", COLLATERAL})
_CANCELLED: Final = frozenset({"borrower", "lender", "account", "contract", "trade"})


@dataclass(frozen=True, slots=True)
class Pledged:
    """How much of a security secures a contract: what is asked, as a key."""

    contract_id: str
    market: str
    security: str


@dataclass(slots=True)
class Asked:
    """What the rules of a slice's records ask about other records."""

    cancelled: set[Key] = field(default_factory=set)
    borrowers: set[str] = field(default_factory=set)
    contracts: set[str] = field(default_factory=set)
    pledged: set[Pledged] = field(default_factory=set)
    accessions: set[str] = field(default_factory=set)

    @property
    def nothing(self) -> bool:
        """Whether the usual slice asks nothing."""
        return not (self.cancelled or self.borrowers or self.contracts or self.pledged or self.accessions)


@dataclass(frozen=True, slots=True)
class KnownRecords:
    """The answers. What was asked and is not here does not exist.

    `referrers`: the records that name a key and were not cancelled.
    """

    referrers: Mapping[Key, frozenset[Key]] = field(default_factory=dict)
    newest_contracts: Mapping[str, date] = field(default_factory=dict)
    maturities: Mapping[str, date] = field(default_factory=dict)
    defaulted: Collection[str] = frozenset()
    pledged_e4: Mapping[Pledged, int] = field(default_factory=dict)
    received: Collection[str] = frozenset()


NOTHING_KNOWN: Final = KnownRecords()


def asked_of(received: Iterable[Received]) -> Asked:
    """What to look up for the rules of these records (V025, V036, V046, V068, V073)."""
    asked = Asked()
    for one in received:
        record_type, record = one.record_type, one.record
        if record is None or (record_type in _HARDLY_ASKING and one.action != "CANCEL"):
            continue
        if one.action == "CANCEL" and record_type in _CANCELLED and one.record_key:
            asked.cancelled.add((record_type, one.record_key))
        elif record_type == "borrower" and record.blacklist_flag and record.borrower_id:
            asked.borrowers.add(record.borrower_id)
        elif record_type == "trade" and record.kind == "extension" and record.contract_id:
            asked.contracts.add(record.contract_id)
        elif record_type == "disposal" and record.contract_id and record.market and record.security:
            asked.contracts.add(record.contract_id)
            asked.pledged.add(Pledged(record.contract_id, record.market, record.security))
        elif record_type == "explanation":
            asked.accessions.update(one for one in record.refers_to or () if _is_accession(one))
    return asked


def _is_accession(text: str) -> bool:
    try:
        origin(text)
    except AccessionInvalid:
        return False
    return True


class TypedStates(Protocol):
    """States of all types that have no columns of their own, and what is known of records beside the book."""

    async def keep(self, firm_id: str, states: Mapping[Key, TypedState]) -> None:
        """Writes the states of keys."""

    async def known(self, firm_id: str, asked: Asked) -> KnownRecords:
        """The answers to what rules ask about other records."""
