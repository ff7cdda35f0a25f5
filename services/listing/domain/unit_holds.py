"""Units that listings hold: the same units cannot stand in two listings (P10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from chassis.kernel import FieldError, Refusal
from listing.domain.content import Form
from listing.domain.listing import Listing
from listing.domain.pledgor_form import PledgorForm
from listing.domain.states import IN_FORCE

NOTHING = Decimal(0)


class NoHolding(Refusal):
    """The pledgor area needs a holding (P5.3)."""

    slug = "no-holding"
    title_zh = "名下没有持有证券，不能在出质人区发布"
    title_en = "The pledgor area needs a holding, and none is on record"


class UnitsHeldElsewhere(Refusal):
    """What the line needs beyond the free units already stands in another listing (P10.2)."""

    slug = "units-held-elsewhere"
    title_zh = "同一批证券已用于其他发布信息"
    title_en = "The same units stand in another listing"


@dataclass(frozen=True, kw_only=True, order=True)
class UnitKey:
    """What is held under one lock: account, security and class."""

    account_ref: str
    market: str
    security: str
    share_class: str | None

    @property
    def text(self) -> str:
        """One text for locks and messages."""
        return f"{self.account_ref}/{self.market}/{self.security}/{self.share_class or '-'}"


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A position at the end of a day and its restrictions (P10.1)."""

    key: UnitKey
    held: Decimal
    frozen: Decimal = NOTHING
    pledged: Decimal = NOTHING
    settlement_collateral: Decimal = NOTHING
    other_restricted: Decimal = NOTHING

    @property
    def deductions(self) -> dict[str, Decimal]:
        """Each restriction that takes something away, by name."""
        named = {
            "frozen": self.frozen,
            "pledged": self.pledged,
            "settlement_collateral": self.settlement_collateral,
            "other_restricted": self.other_restricted,
        }
        return {name: quantity for name, quantity in named.items() if quantity}

    @property
    def available(self) -> Decimal:
        """Available = held - frozen - pledged - settlement collateral - other restrictions, never below nothing."""
        return max(NOTHING, self.held - sum(self.deductions.values(), NOTHING))


@dataclass(frozen=True, kw_only=True)
class UnitStand:
    """One key under its lock: what is available (none: no complete snapshot), what this and other listings hold."""

    key: UnitKey
    available: Decimal | None
    by_this: Decimal = NOTHING
    by_others: Decimal = NOTHING


def units_of(form: Form) -> dict[UnitKey, Decimal]:
    """What a form's lines need; a pledgee's need nothing."""
    if not isinstance(form, PledgorForm):
        return {}
    needed: dict[UnitKey, Decimal] = {}
    for line in form.lines:
        if line.account_ref is None or line.market is None or line.security is None or line.quantity is None:
            continue
        key = UnitKey(
            account_ref=line.account_ref, market=line.market, security=line.security, share_class=line.share_class
        )
        needed[key] = needed.get(key, NOTHING) + line.quantity
    return needed


def units_held_by(listing: Listing) -> dict[UnitKey, Decimal]:
    """What a listing holds now: while under review and in force, the larger of both versions (P10.2)."""
    if listing.publication == "deleted":
        return {}
    forms = [listing.under_review.form] if listing.under_review is not None else []
    if listing.public is not None and listing.state in IN_FORCE:
        forms.append(listing.public.form)
    held: dict[UnitKey, Decimal] = {}
    for form in forms:
        for key, quantity in units_of(form).items():
            held[key] = max(quantity, held.get(key, NOTHING))
    return held


def require_free(wanted: Mapping[UnitKey, Decimal], stands: Mapping[UnitKey, UnitStand]) -> None:
    """Refuses to hold units that other listings hold already.

    A line beyond what its account has at all is not refused here: verification returns it and names each deduction.
    Where no snapshot is known, what another listing holds cannot be promised twice either.

    Raises:
        UnitsHeldElsewhere: naming each key, what is available and what other listings hold of it.
    """
    errors = []
    for key, quantity in wanted.items():
        stand = stands[key]
        free = NOTHING if stand.available is None else stand.available - stand.by_others
        if quantity > stand.by_this and stand.by_others > 0 and quantity > free:
            errors.append(_held_elsewhere(key, quantity, stand, max(NOTHING, free)))
    if errors:
        raise UnitsHeldElsewhere(errors=errors)


def _held_elsewhere(key: UnitKey, quantity: Decimal, stand: UnitStand, free: Decimal) -> FieldError:
    figures = f"{key.market}/{key.security}"
    return FieldError(
        pointer="/pledgor/lines",
        rule="P10.2",
        message_zh=f"{figures}：需要 {quantity}，其他发布信息已占用 {stand.by_others}，尚可用 {free}",
        message_en=f"{figures}: {quantity} asked, {stand.by_others} held by other listings, {free} free",
    )
