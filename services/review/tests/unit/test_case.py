"""P11.1, P11.2, P11.9: a case on its way, and in a reviewer's hands."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from review.domain.board_rules import BoardRules
from review.domain.case import (
    CLAIM_LASTS,
    CaseApproved,
    CaseClaimedByAnother,
    CaseNeedsPerson,
    CaseNotClaimed,
    CaseNotInQueue,
    CaseReturned,
    CaseWaits,
    VerificationCase,
)
from review.domain.decision import Decision, decide
from review.domain.reviewer import OwnOrRelatedMatter, ReturnReasonUnknown, Reviewer, return_reasons
from review.domain.verification_facts import VerificationFacts
from review.tests.builders import (
    ACCOUNT,
    FRIDAY,
    MONDAY,
    a_case,
    a_pledgees_listing,
    line_facts,
    pledgee_facts,
    pledgor_facts,
    pledgor_terms,
)

REVIEWER = Reviewer(user_id="rv-1", participant_id=None)
ANOTHER = Reviewer(user_id="rv-2", participant_id=None)


def decided(facts: VerificationFacts) -> Decision:
    return decide(
        BoardRules.bundled(),
        facts,
        decision_id=UUID(int=9),
        listing_id=UUID(int=7),
        version=1,
        participant_id="p-1",
        at=MONDAY,
        occasion="publication",
    )


GOOD = decided(pledgor_facts())
REFUSED = decided(pledgor_facts(line_facts(held=False)))
DOUBTFUL = decided(pledgor_facts(institution_category="trust"))


def a_queued_case() -> VerificationCase:
    case = a_case()
    case.decide(DOUBTFUL)
    case.facts.clear()
    return case


def test_p11_2_all_rules_pass_and_it_may_be_published_on_that_day_alone() -> None:
    case = a_case()

    case.decide(GOOD)

    fact = case.facts[0]
    assert isinstance(fact, CaseApproved)
    assert (fact.by, fact.publishable_on, fact.snapshot_date) == ("rules", MONDAY.date(), FRIDAY)


def test_p11_5_a_pledgees_approval_names_no_snapshot_and_no_day() -> None:
    case = a_case(content=a_pledgees_listing())

    case.decide(decided(pledgee_facts()))

    fact = case.facts[0]
    assert isinstance(fact, CaseApproved)
    assert (fact.publishable_on, fact.snapshot_date) == (None, None)


def test_p11_2_a_refusing_rule_returns_it_with_that_rule_alone() -> None:
    case = a_case()

    case.decide(REFUSED)

    fact = case.facts[0]
    assert isinstance(fact, CaseReturned)
    assert [one.rule_id for one in fact.results] == ["B-EXIST"]


def test_p11_2_a_rule_that_asks_for_a_person_sends_it_to_the_queue() -> None:
    case = a_case()

    case.decide(DOUBTFUL)

    assert isinstance(case.facts[0], CaseNeedsPerson)
    assert case.rule_ids == ("FR08",)


def test_p11_1_a_case_waits_for_a_day_and_says_so_once() -> None:
    case = a_case()

    case.wait(FRIDAY, now=MONDAY)
    case.wait(FRIDAY, now=MONDAY)
    case.wait(date(2026, 3, 2), now=MONDAY)

    assert [one.snapshot_date for one in case.facts if isinstance(one, CaseWaits)] == [FRIDAY, date(2026, 3, 2)]


def test_p11_9_a_claim_lasts_30_minutes_and_keeps_others_out() -> None:
    case = a_queued_case()
    case.claim_for(REVIEWER, now=MONDAY)

    with pytest.raises(CaseClaimedByAnother):
        case.claim_for(ANOTHER, now=MONDAY + CLAIM_LASTS - timedelta(seconds=1))
    case.claim_for(ANOTHER, now=MONDAY + CLAIM_LASTS)

    assert case.claim is not None
    assert case.claim.by == "rv-2"


def test_p11_9_a_claim_is_renewable() -> None:
    case = a_queued_case()
    case.claim_for(REVIEWER, now=MONDAY)
    later = MONDAY + timedelta(minutes=20)

    case.claim_for(REVIEWER, now=later)
    case.lapse(now=MONDAY + CLAIM_LASTS)

    assert case.claim is not None
    assert case.claim.until == later + CLAIM_LASTS


def test_p11_9_an_unclaimed_or_lapsed_case_cannot_be_decided() -> None:
    case = a_queued_case()
    with pytest.raises(CaseNotClaimed):
        case.approve(REVIEWER, now=MONDAY)
    case.claim_for(REVIEWER, now=MONDAY)

    with pytest.raises(CaseNotClaimed):
        case.approve(REVIEWER, now=MONDAY + CLAIM_LASTS)


@pytest.mark.parametrize(
    "reviewer",
    [
        Reviewer(user_id="rv-1", participant_id="p-1"),
        Reviewer(user_id="rv-1", participant_id="p-2", account_refs=frozenset({ACCOUNT})),
    ],
)
def test_p11_9_nobody_reviews_their_own_or_a_related_participants_matter(reviewer: Reviewer) -> None:
    with pytest.raises(OwnOrRelatedMatter):
        a_queued_case().claim_for(reviewer, now=MONDAY)


def test_p11_9_a_case_that_asks_for_no_person_cannot_be_claimed() -> None:
    case = a_case()
    case.decide(GOOD)

    with pytest.raises(CaseNotInQueue):
        case.claim_for(REVIEWER, now=MONDAY)


def test_p11_9_a_reviewers_approval_stands_in_for_the_rules_that_ask_for_a_person() -> None:
    case = a_queued_case()
    case.claim_for(REVIEWER, now=MONDAY)
    case.approve(REVIEWER, now=MONDAY)

    case.decide(DOUBTFUL)

    fact = case.facts[0]
    assert isinstance(fact, CaseApproved)
    assert fact.by == "reviewer"


def test_p11_9_a_reviewers_approval_does_not_stand_in_for_a_refusing_rule() -> None:
    case = a_queued_case()
    case.claim_for(REVIEWER, now=MONDAY)
    case.approve(REVIEWER, now=MONDAY)

    case.decide(REFUSED)

    assert case.state == "returned"


def test_p11_8_a_reviewer_returns_with_coded_reasons_and_the_way_out() -> None:
    case = a_queued_case()
    case.claim_for(REVIEWER, now=MONDAY)
    reasons = return_reasons([("content_unclear", "/purpose")], on=MONDAY.date())

    case.return_with(reasons, REVIEWER, decision=DOUBTFUL, now=MONDAY)

    fact = case.facts[0]
    assert isinstance(fact, CaseReturned)
    assert (fact.by, fact.reasons[0].pointer, bool(fact.reasons[0].fix_zh)) == ("reviewer", "/purpose", True)


@pytest.mark.parametrize("chosen", [[], [("no_such_code", "/purpose")]])
def test_p11_8_only_coded_reasons_are_taken(chosen: list[tuple[str, str]]) -> None:
    with pytest.raises(ReturnReasonUnknown):
        return_reasons(chosen, on=MONDAY.date())


def test_a_version_submitted_again_begins_anew() -> None:
    case = a_queued_case()
    case.close()

    case.reopen(pledgor_facts(terms=pledgor_terms(months=6)).content, submitted_at=MONDAY)

    assert (case.state, case.queued_since, case.approved_by) == ("waiting", None, None)
