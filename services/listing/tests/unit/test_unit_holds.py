from decimal import Decimal

import pytest

from listing.domain.listing import Listing
from listing.domain.unit_holds import (
    Holding,
    UnitKey,
    UnitsHeldElsewhere,
    UnitStand,
    require_free,
    units_held_by,
    units_of,
)
from listing.tests.builders import (
    ACCOUNT,
    NOON,
    a_declaration,
    a_line,
    a_pledgee_form,
    a_pledgor_form,
    a_published_listing,
    a_submitted_listing,
)

KEY = UnitKey(account_ref=ACCOUNT, market="SSE", security="600000", share_class="unrestricted")


def an_update(listing: Listing, quantity: str) -> Listing:
    form = a_pledgor_form(lines=(a_line(quantity=quantity),))
    listing.edit(form)
    listing.submit(a_declaration(form), (), at=NOON)
    return listing


def test_p10_1_available_is_what_is_held_less_every_restriction() -> None:
    holding = Holding(
        key=KEY,
        held=Decimal(1000),
        frozen=Decimal(100),
        pledged=Decimal(200),
        settlement_collateral=Decimal(50),
        other_restricted=Decimal(25),
    )

    assert holding.available == 625
    assert holding.deductions == {"frozen": 100, "pledged": 200, "settlement_collateral": 50, "other_restricted": 25}


def test_p10_1_available_is_never_below_nothing() -> None:
    assert Holding(key=KEY, held=Decimal(10), frozen=Decimal(10), pledged=Decimal(5)).available == 0


class TestWhatAListingHolds:
    def test_p10_2_a_submitted_listing_holds_its_lines(self) -> None:
        assert units_held_by(a_submitted_listing()) == {KEY: 100_000}

    @pytest.mark.parametrize("state", ["open", "negotiating", "pledged"])
    def test_p10_2_a_listing_in_force_holds_its_lines(self, state: str) -> None:
        assert units_held_by(a_published_listing(state=state)) == {KEY: 100_000}

    @pytest.mark.parametrize(("quantity", "held"), [("50000", 100_000), ("150000", 150_000)])
    def test_p10_2_an_update_holds_the_larger_of_both_versions(self, quantity: str, held: int) -> None:
        assert units_held_by(an_update(a_published_listing(), quantity)) == {KEY: held}

    def test_p10_2_return_withdrawal_expiry_and_deletion_free_them(self) -> None:
        returned, withdrawn, deleted = a_submitted_listing(), a_submitted_listing(), a_published_listing()
        returned.send_back(1, (), at=NOON)
        withdrawn.withdraw(at=NOON)
        deleted.delete(at=NOON)
        expired = a_published_listing(state="expired")

        assert [units_held_by(one) for one in (returned, withdrawn, deleted, expired)] == [{}, {}, {}, {}]

    def test_p10_2_a_pledgee_holds_nothing(self) -> None:
        assert units_of(a_pledgee_form()) == {}


class TestUnitsStandOnce:
    def stand(self, *, available: int | None, by_this: int = 0, by_others: int = 0) -> dict[UnitKey, UnitStand]:
        known = None if available is None else Decimal(available)
        stand = UnitStand(key=KEY, available=known, by_this=Decimal(by_this), by_others=Decimal(by_others))
        return {KEY: stand}

    def test_p10_2_what_others_hold_cannot_be_held_again(self) -> None:
        with pytest.raises(UnitsHeldElsewhere) as refused:
            require_free({KEY: Decimal(500)}, self.stand(available=1000, by_others=501))

        assert "499" in refused.value.errors[0].message_en

    def test_p10_2_what_is_left_can_be_held_to_the_last_unit(self) -> None:
        require_free({KEY: Decimal(500)}, self.stand(available=1000, by_others=500))

    def test_p10_2_holding_less_than_before_is_never_refused(self) -> None:
        require_free({KEY: Decimal(500)}, self.stand(available=100, by_this=600, by_others=500))

    def test_p10_2_without_any_snapshot_units_are_not_promised_twice(self) -> None:
        require_free({KEY: Decimal(1)}, self.stand(available=None))

        with pytest.raises(UnitsHeldElsewhere):
            require_free({KEY: Decimal(1)}, self.stand(available=None, by_others=1))

    def test_p10_1_more_than_the_account_has_is_for_verification_to_return(self) -> None:
        require_free({KEY: Decimal(2000)}, self.stand(available=1000))
