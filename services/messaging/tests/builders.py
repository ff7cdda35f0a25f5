"""People, listings and terms, valid by default; a test says what differs."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.cause import Cause, Idempotency, Subject
from chassis.kernel import new_id
from messaging.domain.board_listing import Area, BoardListing
from messaging.domain.terms import CollateralLine, Terms
from testkit.fakes import MONDAY

CHEN = Subject(user_id="chen", roles=frozenset({"PL"}), participant_id="P-CHEN")
BANK = Subject(user_id="bank", roles=frozenset({"LE"}), participant_id="P-BANK", function="operator")
BANK_COLLEAGUE = Subject(user_id="bank-2", roles=frozenset({"LE"}), participant_id="P-BANK", function="operator")
STRANGER = Subject(user_id="stranger", roles=frozenset({"PL"}), participant_id="P-STRANGER")
MODERATOR = Subject(user_id="moderator", roles=frozenset({"MO"}))
REVIEWER = Subject(user_id="reviewer", roles=frozenset({"RV"}))
CHENS_LISTING = UUID(int=1)
BANKS_LISTING = UUID(int=2)


def a_listing(
    listing_id: UUID = CHENS_LISTING, *, owner: str = "P-CHEN", area: Area = "pledgor", valid_until: date | None = None
) -> BoardListing:
    """A listing in force."""
    until = valid_until or (MONDAY + timedelta(days=30)).date()
    return BoardListing(id=listing_id, participant_id=owner, area=area, state="open", valid_until=until)


def terms(**changes: Any) -> Terms:
    """A term sheet that can be proposed."""
    given: dict[str, Any] = {
        "amount_fen": 500_000_000,
        "annual_rate": Decimal("0.065"),
        "months": 12,
        "pledge_rate": Decimal("0.4"),
        "warning_line": Decimal("1.6"),
        "liquidation_line": Decimal("1.4"),
        "lines": (CollateralLine(market="SSE", security="600000", share_class="unrestricted", quantity=Decimal(100)),),
    }
    return Terms(**{**given, **changes})


def a_proposal(*, answers: int = 0, **changes: Any) -> Mapping[str, Any]:
    """The same as it travels."""
    return {
        "answers": answers,
        "terms": {
            "amount": "5000000.00",
            "annual_rate": "0.065",
            "months": 12,
            "pledge_rate": "0.4",
            "warning_line": "1.6",
            "liquidation_line": "1.4",
            "lines": [{"market": "SSE", "security": "600000", "share_class": "unrestricted", "quantity": "100"}],
            **changes,
        },
    }


def a_cause(subject: Subject = CHEN, *, key: str | None = None) -> Cause:
    """A command of a user with a key of its own."""
    promise = Idempotency(key=key or str(new_id()), request_hash="same")
    return Cause(subject=subject, operation="conversation.own", idempotency=promise)
