"""What a record must find among the firm's other records to be LINKED (M4.3), and what it offers them.

Both are *names*: a kind and an id. A state wants some and offers some; it is linked when each name it wants is offered
by a state that was not cancelled. Nothing is ever unlinked again: what a linked record stands on cannot be cancelled
before it (V025).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from submissions.book import Key

Content = Mapping[str, Any]


class Name(NamedTuple):
    """What is wanted or offered."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Standing(NamedTuple):
    """A key's state as linking sees it."""

    content: Content
    is_cancelled: bool = False
    has_ended: bool = False


# The plain kinds are record types: their id is the record key of what is referred to.
ACCOUNT_OF: Final = "account of"
OPEN_ACCOUNT: Final = "open account"
LENDER_OF: Final = "lender of"
DEFAULTED: Final = "contract in default"
INITIAL_LINE: Final = "initial line"
LINE: Final = "line"
_REFERRED: Final = {
    "borrower": "borrower",
    "lender": "lender",
    "trade": "trade",
    "contract": "contract",
    OPEN_ACCOUNT: "account",
    DEFAULTED: "contract",
}
# A trade is part of its contract, and cancelled after it; what it names does not keep the contract alive (V025).
_PARTS: Final = frozenset({("trade", "contract")})


def wants(record_type: str, standing: Standing) -> tuple[Name, ...]:
    """The names that the state needs; those it could not tell (a no-data code) are not waited for."""
    of_type = _WANTS.get(record_type)
    if of_type is None or standing.is_cancelled:
        return ()
    return tuple(dict.fromkeys(name for name in of_type(standing.content) if name.id))


def offers(key: Key, standing: Standing) -> tuple[Name, ...]:
    """The names that others may find the state by; nothing once it was cancelled."""
    record_type, record_key = key
    if standing.is_cancelled:
        return ()
    of_type = _OFFERS.get(record_type)
    return () if of_type is None else of_type(record_key, standing)


def referred(record_type: str, content: Content) -> frozenset[Key]:
    """The keys that a record names, of which it keeps the CANCEL away (V025)."""
    names = wants(record_type, Standing(content))
    found = {(_REFERRED[name.kind], name.id) for name in names if name.kind in _REFERRED}
    return frozenset(one for one in found if (record_type, one[0]) not in _PARTS)


def _id(content: Content, name: str) -> str:
    return content.get(name) or ""


def _borrower_wants(content: Content) -> tuple[Name, ...]:
    return (Name(ACCOUNT_OF, f"borrower/{_id(content, 'borrower_id')}"),)


def _lender_wants(content: Content) -> tuple[Name, ...]:
    """Its pledgee of record: the firm itself is always there, a manager or a client shows by an account (judgement)."""
    pledgee = _id(content, "pledgee_of_record")
    if content.get("type") == "own" or not pledgee:
        return ()
    role = "lender" if pledgee == content.get("lender_id") else "manager"
    return (Name(ACCOUNT_OF, f"{role}/{pledgee}"),)


def _account_wants(content: Content) -> tuple[Name, ...]:
    role, owner = content.get("owner_role"), _id(content, "owner_id")
    if role == "manager":
        return (Name(LENDER_OF, f"manager/{owner}"),)
    return (Name(role, owner),) if role in {"borrower", "lender"} else ()


def _position_wants(content: Content) -> tuple[Name, ...]:
    return (Name(OPEN_ACCOUNT, f"{content.get('market')}/{content.get('account_id')}"),)


def _trade_wants(content: Content) -> tuple[Name, ...]:
    return (Name("contract", _id(content, "contract_id")), Name("trade", _id(content, "refers_to")))


def _contract_wants(content: Content) -> tuple[Name, ...]:
    return (
        Name("borrower", _id(content, "borrower_id")),
        Name("lender", _id(content, "lender_id")),
        Name("trade", _id(content, "initial_trade_id")),
        Name(INITIAL_LINE, _id(content, "contract_id")),
    )


def _collateral_wants(content: Content) -> tuple[Name, ...]:
    return (Name("contract", _id(content, "contract_id")), Name("trade", _id(content, "trade_id")))


def _disposal_wants(content: Content) -> tuple[Name, ...]:
    return (Name(DEFAULTED, _id(content, "contract_id")), Name(LINE, _line(content)))


def _incident_wants(content: Content) -> tuple[Name, ...]:
    return tuple(Name("contract", one) for one in content.get("contracts") or ())


def _line(content: Content) -> str:
    return "/".join(str(content.get(name)) for name in ("contract_id", "market", "security"))


def _own_name(kind: str) -> Callable[[str, Standing], tuple[Name, ...]]:
    return lambda record_key, _standing: (Name(kind, record_key),)


def _lender_offers(record_key: str, standing: Standing) -> tuple[Name, ...]:
    manager = _id(standing.content, "manager_uscc")
    managed = (Name(LENDER_OF, f"manager/{manager}"),) if manager else ()
    return (Name("lender", record_key), *managed)


def _account_offers(record_key: str, standing: Standing) -> tuple[Name, ...]:
    content = standing.content
    owned = Name(ACCOUNT_OF, f"{content.get('owner_role')}/{content.get('owner_id')}")
    return (owned,) if standing.has_ended else (owned, Name(OPEN_ACCOUNT, record_key))


def _contract_offers(record_key: str, standing: Standing) -> tuple[Name, ...]:
    defaulted = (Name(DEFAULTED, record_key),) if standing.content.get("default_flag") else ()
    return (Name("contract", record_key), *defaulted)


def _collateral_offers(_record_key: str, standing: Standing) -> tuple[Name, ...]:
    content = standing.content
    initial = (Name(INITIAL_LINE, _id(content, "contract_id")),) if content.get("line_kind") == "initial" else ()
    return (Name(LINE, _line(content)), *initial)


_WANTS: Final[Mapping[str, Callable[[Content], tuple[Name, ...]]]] = {
    "borrower": _borrower_wants,
    "lender": _lender_wants,
    "account": _account_wants,
    "position": _position_wants,
    "trade": _trade_wants,
    "contract": _contract_wants,
    "collateral": _collateral_wants,
    "disposal": _disposal_wants,
    "incident": _incident_wants,
}
_OFFERS: Final[Mapping[str, Callable[[str, Standing], tuple[Name, ...]]]] = {
    "borrower": _own_name("borrower"),
    "lender": _lender_offers,
    "account": _account_offers,
    "trade": _own_name("trade"),
    "contract": _contract_offers,
    "collateral": _collateral_offers,
}
