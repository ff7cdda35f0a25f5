from datetime import timedelta

import pytest

from listing.domain.business_information import (
    BusinessInformation,
    BusinessInformationInvalid,
    BusinessInformationMissing,
    BusinessInformationVersion,
    Channel,
    require_complete,
)
from listing.domain.participant import (
    AccessMissing,
    Account,
    BasicInformation,
    ParticipantRegistered,
    require_access,
)
from listing.domain.user import UserJoined
from listing.tests.builders import ACCOUNT, NOON, a_participant

OTHER = Account(account_ref="b" * 32, number_masked="********0002")


class TestAccess:
    def test_p6_1_accounts_bring_access_at_first_sign_in(self) -> None:
        participant = a_participant()

        fact = participant.facts[0]
        assert isinstance(fact, ParticipantRegistered)
        assert (participant.access, fact.access, fact.account_refs) == ("granted", "granted", (ACCOUNT,))

    def test_p6_4_without_an_account_access_is_refused_with_reason_and_way(self) -> None:
        with pytest.raises(AccessMissing) as refused:
            require_access(a_participant(accounts=()))

        assert refused.value.details == {"reason": "no_securities_account", "way": "open_an_account_or_apply"}

    def test_p6_4_who_never_signed_in_is_told_to(self) -> None:
        with pytest.raises(AccessMissing) as refused:
            require_access(None)

        assert refused.value.details["reason"] == "not_registered"

    def test_p6_1_an_account_that_appears_later_brings_access_then(self) -> None:
        participant = a_participant(accounts=())

        participant.inform(BasicInformation(), (OTHER,), at=NOON + timedelta(days=1))

        assert participant.access == "granted"

    def test_a_user_joins_once(self) -> None:
        participant = a_participant()
        participant.facts.clear()

        participant.join("user-1", "person", at=NOON)
        participant.join("user-1", "person", at=NOON + timedelta(days=1))

        joined = [one for one in participant.facts if isinstance(one, UserJoined)]
        assert joined == [UserJoined(participant_id="P1", user_id="user-1", function="person", at=NOON)]


class TestBasicInformation:
    def test_p7_1_the_newer_word_wins(self) -> None:
        participant = a_participant()
        participant.inform(BasicInformation(name="新名"), (OTHER,), at=NOON + timedelta(hours=2))

        changed = participant.inform(BasicInformation(name="旧名"), (), at=NOON + timedelta(hours=1))

        assert not changed
        assert (participant.basic.name, participant.account_refs) == ("新名", (OTHER.account_ref,))

    def test_p7_1_what_the_sign_in_does_not_say_stays(self) -> None:
        participant = a_participant()
        participant.inform(BasicInformation(document_type="id_card"), participant.accounts, at=NOON)

        assert (participant.basic.name, participant.basic.document_type) == ("张三", "id_card")


class TestBusinessInformation:
    COMPLETE = BusinessInformation(
        contact_person="李四", channels=(Channel(kind="phone", value="021-00000000"),), region="上海"
    )

    def kept(self, information: BusinessInformation) -> BusinessInformationVersion:
        return BusinessInformationVersion(version=1, information=information, changed_at=NOON, changed_by="user-1")

    def test_p7_2_the_missing_fields_are_named(self) -> None:
        with pytest.raises(BusinessInformationMissing) as refused:
            require_complete(None, "institution")

        assert refused.value.details["missing"] == [
            "contact_person", "channels", "region", "industry", "institution_category",
        ]  # fmt: skip

    def test_p7_2_a_person_needs_no_industry(self) -> None:
        require_complete(self.kept(self.COMPLETE), "person")

        with pytest.raises(BusinessInformationMissing):
            require_complete(self.kept(self.COMPLETE), "institution")

    def test_p7_2_what_is_too_long_is_named(self) -> None:
        with pytest.raises(BusinessInformationInvalid) as refused:
            BusinessInformation(region="长" * 201).require_sound()

        assert [one.pointer for one in refused.value.errors] == ["/region"]
