"""The canonical values of who takes part: firms, borrowers, lenders, their accounts and what these hold."""

from datetime import date
from typing import Protocol

from submissions.records import Record


class Firm(Record, Protocol):
    """A securities company as it stands."""

    uscc: str
    exchange_members: tuple[str, ...]
    name: str
    class_grade: str
    class_year: int
    licences: tuple[str, ...]
    risk_contact: str
    data_contact: str
    status: str
    status_from: date


class Borrower(Record, Protocol):
    """Who received the funds of a contract."""

    borrower_id: str
    unified_account: str
    id_type: str | None
    id_hash: str | None
    uscc: str | None
    name: str
    type: str
    is_director_supervisor_executive: bool
    is_holder_5pct: bool
    is_controller: bool
    insider_of: tuple[str, ...] | None
    concert_group_id: str
    credit_rating: str
    credit_limit_fen: int
    credit_limit_date: date
    total_debt_fen: int
    external_guarantee_fen: int
    debt_date: date
    due_diligence_date: date
    risk_disclosure_signed: bool
    blacklist_flag: bool
    blacklist_date: date | None
    status: str


class Lender(Record, Protocol):
    """Who gave the funds of a contract."""

    lender_id: str
    type: str
    plan_code: str | None
    plan_name: str | None
    manager_uscc: str | None
    plan_units_e4: int | None
    own_units_e4: int | None
    own_amount_fen: int | None
    own_subordinated: bool | None
    plan_maturity: date | None
    nav_e4: int | None
    nav_date: date | None
    pledgee_of_record: str
    status: str


class Account(Record, Protocol):
    """A securities account of somebody named in a contract."""

    market: str
    account_id: str
    unified_account: str
    owner_role: str
    owner_id: str
    opened: date
    closed: date | None
    branch: str | None


class Position(Record, Protocol):
    """What an account holds of a security and class at the end of a day."""

    market: str
    account_id: str
    security: str
    asset_class: str
    share_class: str
    restriction: str | None
    share_origin: str
    held_e4: int
    frozen_e4: int
    pledged_e4: int
    other_encumbered_e4: int
    available_e4: int
    lockup_end: date | None
