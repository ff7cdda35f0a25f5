"""What takes two people: who may decide, when, and what a credential's password stands on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.kernel import new_id
from monitoring.application.onboarding_ports import Credentials
from monitoring.domain.firm_credential import (
    ISSUED_WITHIN,
    CredentialBeingIssued,
    CredentialLapsed,
    FirmCredential,
)
from monitoring.domain.firm_onboarding import FirmProposal
from monitoring.domain.four_eyes import OwnProposal, ProposalDecided

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
SEED = bytes(32)


def a_proposal() -> FirmProposal:
    return FirmProposal(id=new_id(), firm_id="F001", name="甲证券", proposed_by="ma", proposed_at=MONDAY)


def a_credential() -> FirmCredential:
    return FirmCredential(id=new_id(), firm_id="F001", environment="PROD", proposed_by="qian", proposed_at=MONDAY)


def approved() -> FirmCredential:
    return a_credential().approved(by="shi", at=MONDAY).with_seed(SEED)


class TestProposal:
    def test_another_person_approves_it(self) -> None:
        decided = a_proposal().approved(by="tang", at=MONDAY)

        assert (decided.state, decided.decided_by) == ("approved", "tang")
        assert decided.firm(at=MONDAY).status == "onboarding"

    def test_who_proposed_it_neither_approves_nor_declines(self) -> None:
        with pytest.raises(OwnProposal):
            a_proposal().approved(by="ma", at=MONDAY)
        with pytest.raises(OwnProposal):
            a_proposal().declined(by="ma", at=MONDAY, reason="x")

    def test_is_decided_once(self) -> None:
        declined = a_proposal().declined(by="tang", at=MONDAY, reason="no licence")

        assert declined.reason == "no licence"
        with pytest.raises(ProposalDecided):
            declined.approved(by="tang", at=MONDAY)
        with pytest.raises(ProposalDecided):
            a_proposal().approved(by="tang", at=MONDAY).declined(by="tang", at=MONDAY, reason="x")


class TestCredential:
    def test_every_attempt_makes_the_same_password(self) -> None:
        credential = approved()

        assert credential.password("secret") == credential.password("secret")
        assert len(credential.password("secret")) == 32

    def test_seed_secret_and_credential_all_make_another_one(self) -> None:
        credential = approved()
        others = {
            credential.password("other secret"),
            credential.with_seed(b"1" * 32).password("secret"),
            replace(credential, id=new_id()).password("secret"),
        }

        assert len({credential.password("secret"), *others}) == 4

    def test_neither_seed_nor_password_is_in_what_a_log_would_show(self) -> None:
        credential = approved().with_seed(b"seed of this test")
        shown = Credentials(
            bootstrap="b",
            authority=None,
            mechanism="m",
            username="u",
            password=credential.password("secret"),
            submissions_topic="s",
            receipts_topic="r",
            group_prefix="g",
        )

        assert "seed of this test" not in repr(credential)
        assert shown.password not in repr(shown)

    def test_nothing_is_left_to_make_it_of_once_it_is_issued(self) -> None:
        issued = approved().issued(at=MONDAY)

        assert issued.seed is None
        assert not issued.may_be_issued()

    def test_one_that_may_be_on_its_way_is_not_overtaken(self) -> None:
        with pytest.raises(CredentialBeingIssued):
            approved().lapsed(at=MONDAY + ISSUED_WITHIN - timedelta(seconds=1))

    def test_one_that_was_overtaken_is_never_issued(self) -> None:
        lapsed = approved().lapsed(at=MONDAY + ISSUED_WITHIN)

        assert lapsed.seed is None
        with pytest.raises(CredentialLapsed):
            lapsed.may_be_issued()
