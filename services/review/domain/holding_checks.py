"""What P11.1 asks of every line: existence, class, quantity and restrictions, eligibility."""

from collections.abc import Iterator
from decimal import Decimal

from review.domain.board_rules import BoardRule
from review.domain.eligible_classes import EligibleClass, eligible_class
from review.domain.findings import Finding, answered, unknown
from review.domain.holdings import ZERO
from review.domain.verification_facts import LineFacts, VerificationFacts


def holding_exists(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """An account absent from a complete snapshot holds nothing (P11.4)."""
    used = facts.snapshot("holding")
    snapshot_date = used.business_date.isoformat() if used else ""
    for place, one in _lines(facts):
        exists = one.holding is not None or bool(one.other_classes)
        yield answered(exists, f"/lines/{place}/security", snapshot_date=snapshot_date)


def share_class(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """Class and release date are those of the holding; a class on a non-share is a mistake (P9.3)."""
    for place, one in _lines(facts):
        pointer = f"/lines/{place}/share_class"
        taken = _class_of(one, facts)
        if one.holding is None and not one.other_classes:
            yield Finding(answer="not_applicable", pointer=pointer)
        elif taken is not None and not taken.is_share:
            yield answered(one.line.share_class is None, pointer, found="-")
        elif one.holding is None:
            yield answered(False, pointer, found=", ".join(name or "-" for name in one.other_classes))  # noqa: FBT003  # the answer itself
        else:
            yield answered(_release_date_agrees(one), pointer, found=_described(one))


def available_quantity(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """The quantity fits what is held less every deduction and less what earlier live listings take (P10.1, P10.3)."""
    for place, one in _lines(facts):
        pointer = f"/lines/{place}/quantity"
        if one.holding is None:
            yield Finding(answer="not_applicable", pointer=pointer)
            continue
        available = max(ZERO, one.holding.available - one.ahead)
        asked = one.line.quantity
        yield Finding(
            answer="pass" if asked <= available else "fail",
            pointer=pointer,
            figures=_figures(asked=asked, available=available, held=one.holding.held),
            held=one.holding.held,
            available=available,
            asked=asked,
            deductions=one.holding.deductions | ({"other_live_listings": one.ahead} if one.ahead else {}),
        )


def eligible(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """The security is in the master, and of a class the board takes."""
    for place, one in _lines(facts):
        yield answered(_class_of(one, facts) is not None, f"/lines/{place}/security")


def quantity_scale(facts: VerificationFacts, _rule: BoardRule) -> Iterator[Finding]:
    """The quantity divides as finely as its class, and no finer."""
    for place, one in _lines(facts):
        pointer, taken = f"/lines/{place}/quantity", _class_of(one, facts)
        if taken is None:
            yield unknown(pointer)
        else:
            yield answered(taken.divides(one.line.quantity), pointer, asked=plain(one.line.quantity))


def plain(quantity: Decimal) -> str:
    """A quantity without an exponent or idle zeros."""
    return f"{quantity.normalize():f}" if quantity else "0"


def _lines(facts: VerificationFacts) -> Iterator[tuple[int, LineFacts]]:
    return enumerate(facts.lines)


def _class_of(one: LineFacts, facts: VerificationFacts) -> EligibleClass | None:
    return eligible_class(one.security.asset_class, facts.day) if one.security else None


def _release_date_agrees(one: LineFacts) -> bool:
    stated = one.line.release_date
    return stated is None or one.holding is None or one.holding.release_date in (None, stated)


def _described(one: LineFacts) -> str:
    released = one.holding.release_date if one.holding else None
    return f"{one.line.share_class or '-'} {released.isoformat() if released else ''}".strip()


def _figures(*, asked: Decimal, available: Decimal, held: Decimal) -> dict[str, str]:
    return {
        "asked": plain(asked),
        "available": plain(available),
        "held": plain(held),
        "shortfall": plain(max(ZERO, asked - available)),
    }
