"""The matrix answers by role, act, login function and step-up; what it does not name it denies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.authorization import (
    AccessNeeded,
    MatrixInvalid,
    OperationDenied,
    RolesExcludeOneAnother,
    SignInNeeded,
    StatusForbids,
    StepUpNeeded,
    TermsNotAccepted,
    load_matrix,
    parse_matrix,
)
from chassis.cause import ANONYMOUS, LoginFunction, Status, Subject

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PLEDGOR = Subject(user_id="u", roles=frozenset({"PL", "LE"}), participant_id="P")


def somebody(*roles: str, stepped_up: timedelta | None = None) -> Subject:
    at = NOW - stepped_up if stepped_up is not None else None
    return Subject(user_id="u", roles=frozenset(roles), second_factor_at=at)


def allows(subject: Subject, operation: str, *, act: str = "use", reading: bool = False) -> bool:
    try:
        load_matrix().authorize(subject, operation, act=act, reading=reading, now=NOW)  # type: ignore[arg-type]  # one of three
    except OperationDenied:
        return False
    return True


class TestRoles:
    @pytest.mark.parametrize(
        ("role", "operation", "allowed"),
        [
            ("PL", "listing.change", True),
            ("RV", "listing.change", False),
            ("RA", "indicator.read", True),
            ("RV", "indicator.read", False),
            ("PL", "indicator.read", False),
            ("DS", "reference_data.load", True),
            ("SU", "reference_data.load", False),
            ("AU", "audit.read", True),
            ("AU", "audit.change", False),
            ("SA", "basic_information.change", False),
        ],
    )
    def test_a_cell_decides(self, role: str, operation: str, *, allowed: bool) -> None:
        assert allows(somebody(role), operation) is allowed

    def test_one_of_several_roles_is_enough(self) -> None:
        assert allows(somebody("MO", "RV"), "verification_case.decide")

    def test_nobody_signed_in_is_asked_to_sign_in_not_denied(self) -> None:
        with pytest.raises(SignInNeeded):
            load_matrix().authorize(ANONYMOUS, "listing.search", reading=True, now=NOW)

    @pytest.mark.parametrize("roles", [("SA", "SE"), ("AU", "SA"), ("SE", "DS"), ("RV", "RA"), ("PL", "RS")])
    def test_duties_that_exclude_one_another_are_not_held_by_one_login(self, roles: tuple[str, ...]) -> None:
        with pytest.raises(RolesExcludeOneAnother):
            load_matrix().authorize(somebody(*roles), "public.read", reading=True, now=NOW)


class TestLoginFunctions:
    @pytest.mark.parametrize("function", ["viewer", "administrator"])
    def test_who_may_only_look_does_not_publish(self, function: LoginFunction) -> None:
        subject = replace(PLEDGOR, function=function)

        assert allows(subject, "listing.change", reading=True)
        assert not allows(subject, "listing.change", reading=False)

    def test_a_viewer_stays_out_of_conversations(self) -> None:
        assert not allows(replace(PLEDGOR, function="viewer"), "conversation.own", reading=True)

    def test_note_6_users_are_the_administrators_business(self) -> None:
        assert allows(replace(PLEDGOR, function="administrator"), "institution_user.manage")
        assert not allows(replace(PLEDGOR, function="operator"), "institution_user.manage")

    def test_business_information_is_the_administrators_too(self) -> None:
        assert allows(replace(PLEDGOR, function="administrator"), "business_information.change")


class TestActs:
    def test_who_proposes_does_not_approve(self) -> None:
        assert allows(somebody("DS"), "firm.onboard", act="propose")
        assert not allows(somebody("DS"), "firm.onboard", act="approve")

    def test_who_approves_does_not_propose(self) -> None:
        assert not allows(somebody("RS"), "firm.onboard", act="propose")

    def test_an_approval_needs_a_second_factor_of_the_last_quarter_of_an_hour(self) -> None:
        with pytest.raises(StepUpNeeded):
            load_matrix().authorize(somebody("RS"), "firm.onboard", act="approve", reading=False, now=NOW)
        old = somebody("RS", stepped_up=timedelta(minutes=16))
        with pytest.raises(StepUpNeeded):
            load_matrix().authorize(old, "firm.onboard", act="approve", reading=False, now=NOW)
        assert allows(somebody("RS", stepped_up=timedelta(minutes=14)), "firm.onboard", act="approve")

    def test_note_5_is_step_up_whatever_the_act(self) -> None:
        with pytest.raises(StepUpNeeded):
            load_matrix().authorize(somebody("DS"), "quarantine.open", reading=True, now=NOW)


class TestStatus:
    def test_what_remains_of_a_suspended_or_terminated_participants_rights(self) -> None:
        change = load_matrix().permission("listing.change")
        appeal = load_matrix().permission("appeal.make")

        assert (change.remaining("active"), change.remaining("suspended"), change.remaining("terminated")) == (
            "all",
            "notice",
            "-",
        )
        assert appeal.remaining("terminated") == "all"

    @pytest.mark.parametrize(
        ("status", "operation", "reading", "allowed"),
        [
            ("suspended", "listing.search", True, True),
            ("suspended", "listing.report", False, False),
            ("suspended", "listing.change", False, True),  # what a notice demands; the board decides what that is
            ("terminated", "listing.change", False, False),
            ("terminated", "listing.search", True, False),
            ("terminated", "appeal.make", False, True),
            ("suspended", "administrator_conversation.own", False, True),
        ],
    )
    def test_p4_2_a_status_leaves_what_the_matrix_says(
        self, status: Status, operation: str, *, reading: bool, allowed: bool
    ) -> None:
        subject = replace(PLEDGOR, status=status)

        if allowed:
            assert allows(subject, operation, reading=reading)
        else:
            with pytest.raises(StatusForbids):
                allows(subject, operation, reading=reading)


class TestTerms:
    NOTHING_ACCEPTED = replace(PLEDGOR, unaccepted=frozenset({"guide", "privacy"}))

    @pytest.mark.parametrize("operation", ["listing.search", "listing.change", "conversation.own", "listing.report"])
    def test_p4_5_the_board_waits_for_the_acceptance(self, operation: str) -> None:
        with pytest.raises(TermsNotAccepted) as refused:
            allows(self.NOTHING_ACCEPTED, operation, reading=True)

        assert refused.value.details["missing"] == ["guide", "privacy"]

    @pytest.mark.parametrize(
        "operation", ["terms.accept", "holding.read", "administrator_conversation.own", "personal_data.export"]
    )
    def test_p4_5_own_data_and_the_administrator_do_not(self, operation: str) -> None:
        assert allows(self.NOTHING_ACCEPTED, operation, reading=True)

    def test_bx9_personal_data_is_asked_for_after_the_privacy_notice(self) -> None:
        assert allows(replace(PLEDGOR, unaccepted=frozenset({"guide"})), "business_information.change")
        with pytest.raises(TermsNotAccepted) as refused:
            allows(self.NOTHING_ACCEPTED, "business_information.change")
        assert refused.value.details["missing"] == ["privacy"]


class TestApplicants:
    def test_p6_4_what_access_would_open_names_the_reason_and_the_way(self) -> None:
        applicant = Subject(user_id="u", roles=frozenset({"AP"}), participant_id="P", no_access="application_refused")

        with pytest.raises(AccessNeeded) as refused:
            allows(applicant, "listing.search", reading=True)

        assert refused.value.details == {"reason": "application_refused", "way": "read_own_application"}

    def test_what_access_would_not_open_is_simply_denied(self) -> None:
        assert not allows(somebody("AP"), "indicator.read", reading=True)


class TestTable:
    HEAD = (
        "operation,section,title,traced,AN,AP,PL,LE,RV,MO,SU,AU,RA,RS,DS,FM,FC,SA,SE,SR,"
        "viewer,administrator,suspended,terminated,terms"
    )
    ROW = "x.read,S,T,,-,-,Y,Y,-,-,-,-,-,-,-,-,-,-,-,-,read,read,read,-,all"

    def test_a_sound_table_is_read(self) -> None:
        assert parse_matrix(f"{self.HEAD}\n{self.ROW}").keys() == {"x.read"}

    @pytest.mark.parametrize(
        "text",
        [
            ROW,
            f"{HEAD}\n{ROW}\n{ROW}",
            f"{HEAD}\n{ROW.replace(',Y,', ',?,')}",
            f"{HEAD}\n{ROW.replace('T,,', 'T,x,')}",
            f"{HEAD}\n{ROW.replace('read,read', 'some,read')}",
            f"{HEAD}\n{ROW.replace(',all', ',some')}",
        ],
        ids=["no head", "a row twice", "an unknown cell", "an unknown mark", "an unknown rest", "unknown terms"],
    )
    def test_a_table_that_does_not_hold_together_is_refused(self, text: str) -> None:
        with pytest.raises(MatrixInvalid):
            parse_matrix(text)
