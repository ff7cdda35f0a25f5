"""What is known of a login goes before what its token says."""

from dataclasses import dataclass, field

import pytest

from chassis.cause import ANONYMOUS, Subject
from chassis.standing import LoginEnded, Standing, StandingIdentity, refined

APPLICANT = Subject(user_id="sun", roles=frozenset({"AP"}), participant_id="P")
CLERK = Subject(user_id="clerk", roles=frozenset({"PL", "LE"}), participant_id="P", function="viewer")
REVIEWER = Subject(user_id="reviewer", roles=frozenset({"RV"}))


@dataclass
class Tokens:
    says: Subject

    async def subject(self, authorization: str | None) -> Subject:
        return self.says if authorization else ANONYMOUS


@dataclass
class Known:
    standing: Standing | None
    asked: list[str] = field(default_factory=list)

    async def of(self, subject: Subject, authorization: str) -> Standing | None:
        self.asked.append(f"{subject.user_id} {authorization}")
        return self.standing


def test_p6_3_access_appears_without_a_new_sign_in() -> None:
    assert refined(APPLICANT, Standing()).roles == {"PL", "LE"}


def test_p6_4_without_access_a_position_is_an_applicants() -> None:
    subject = refined(CLERK, Standing(no_access="no_securities_account"))

    assert subject.roles == {"AP"}
    assert subject.no_access == "no_securities_account"


def test_bx6_the_assigned_function_goes_before_the_tokens() -> None:
    assert refined(CLERK, Standing(function="operator")).function == "operator"
    assert refined(CLERK, Standing()).function == "viewer"


def test_bx6_a_login_that_was_disabled_is_over() -> None:
    with pytest.raises(LoginEnded):
        refined(CLERK, Standing(ended=True))


def test_status_and_terms_come_with_it() -> None:
    subject = refined(CLERK, Standing(status="suspended", unaccepted=frozenset({"guide"})))

    assert subject.status == "suspended"
    assert subject.unaccepted == {"guide"}


async def test_what_is_not_known_leaves_the_tokens_word() -> None:
    assert await StandingIdentity(tokens=Tokens(CLERK), standings=Known(None)).subject("Bearer x") == CLERK


@pytest.mark.parametrize(("says", "header"), [(REVIEWER, "Bearer x"), (CLERK, None)], ids=["staff", "anonymous"])
async def test_nobody_asks_about_those_who_act_for_no_participant(says: Subject, header: str | None) -> None:
    known = Known(Standing(ended=True))

    await StandingIdentity(tokens=Tokens(says), standings=known).subject(header)

    assert known.asked == []
