"""Which reference data the board projects, and into which tables."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from chassis.snapshots import SnapshotDone, SnapshotProjection
from listing.application.commands.apply_registrations import APPLYING, ApplyRegistrations
from listing.application.commands.forget_snapshots import FORGETTING
from listing.persistence import tables
from listing.persistence.holdings import NO_CLASS
from listing.persistence.registration_tables import registration
from listing.persistence.unit_of_work import ListingWork

# Readers of the day before are done by then.
QUIET = timedelta(minutes=10)


def projections() -> list[SnapshotProjection]:
    """Holdings for available quantities, the master for names and classes, prices for values, registrations."""
    return [
        SnapshotProjection(
            kind="holding",
            table=tables.holding,
            columns=(
                "account_ref", "market", "security", "share_class", "held", "frozen_quantity", "pledged",
                "settlement_collateral", "other_restricted", "release_date",
            ),
            to_row=_holding,
            on_complete=_forget_older,
        ),
        SnapshotProjection(
            kind="security",
            table=tables.security,
            columns=("market", "security", "name", "asset_class", "board"),
            to_row=_security,
            on_complete=_forget_older,
        ),
        SnapshotProjection(
            kind="price",
            table=tables.price,
            columns=("market", "security", "close", "accrued_interest"),
            to_row=_price,
            on_complete=_forget_older,
        ),
        SnapshotProjection(
            kind="registration",
            table=registration,
            columns=(
                "number", "account_ref", "market", "security", "share_class", "venue", "quantity", "pledgee_ref",
                "registered_on", "released_on",
            ),
            to_row=_registration,
            on_complete=_apply,
        ),
    ]  # fmt: skip


async def _forget_older(work: ListingWork, done: SnapshotDone) -> None:
    work.schedule(kind=FORGETTING, key=done.kind, due_at=work.now + QUIET)


async def _apply(work: ListingWork, done: SnapshotDone) -> None:
    work.schedule(kind=APPLYING, key=ApplyRegistrations(snapshot_id=done.snapshot_id).key, due_at=work.now)


# The rows are events of the wire, which persistence does not speak: they are read by the names of their fields.
def _holding(row: Any) -> Sequence[object]:
    return (
        row.account_ref, row.market, row.security, row.share_class or NO_CLASS, row.held, row.frozen_quantity,
        row.pledged, row.settlement_collateral, row.other_restricted, row.release_date,
    )  # fmt: skip


def _security(row: Any) -> Sequence[object]:
    return row.market, row.security, row.name, row.asset_class, row.board


def _price(row: Any) -> Sequence[object]:
    return row.market, row.security, row.close, row.accrued_interest


def _registration(row: Any) -> Sequence[object]:
    return (
        row.number, row.account_ref, row.market, row.security, row.share_class or NO_CLASS, row.venue, row.quantity,
        row.pledgee_ref, row.registered_on, row.released_on,
    )  # fmt: skip
