"""P4.1, P4.2: a notice and its deadline."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from chassis.kernel import SHANGHAI
from finance.calendar import TradingCalendar
from review.domain.ladder import Ground, Matter, Term, notice_term, term_of
from review.domain.notice import ANSWERS_MAX, Notice, NoticeIsClosed, NoticeOverdue, TooManyAnswers
from review.domain.reviewer import Reviewer
from review.tests.builders import MONDAY, TODAY

WEEKS = TradingCalendar.from_rows(
    (TODAY + timedelta(days=one), (TODAY + timedelta(days=one)).weekday() < 5) for one in range(21)
)
# It ends before the third trading day after Monday.
SHORT = TradingCalendar.from_rows((TODAY + timedelta(days=one), True) for one in range(3))
DEADLINE = datetime(2026, 3, 6, 0, 0, tzinfo=SHANGHAI)
THREE_DAYS = Term(value=3, unit="trading_days")


def a_notice(*, calendar: TradingCalendar | None = WEEKS, term: Term = THREE_DAYS, at: datetime = MONDAY) -> Notice:
    return Notice.issue(
        notice_id=UUID(int=11),
        matter=Matter(kind="listing", id=str(UUID(int=7)), participant_id="p-1"),
        ground=Ground.stated("field", "field_untrue", "/purpose", subject="listing", on=TODAY),
        evidence="材料",
        issued_by="rv-1",
        term=term,
        calendar=calendar,
        at=at,
    )


class TestDeadline:
    @pytest.mark.parametrize(
        ("days", "issued", "until"),
        [
            (3, MONDAY, DEADLINE),
            (4, MONDAY, datetime(2026, 3, 7, 0, 0, tzinfo=SHANGHAI)),
            (5, MONDAY, datetime(2026, 3, 10, 0, 0, tzinfo=SHANGHAI)),
            (1, datetime(2026, 3, 7, 12, 0, tzinfo=SHANGHAI), datetime(2026, 3, 10, 0, 0, tzinfo=SHANGHAI)),
        ],
        ids=["within a week", "its last day is whole", "over a weekend", "issued on a Saturday"],
    )
    def test_p4_1_it_is_the_end_of_the_last_trading_day(self, days: int, issued: datetime, until: datetime) -> None:
        assert a_notice(term=Term(value=days, unit="trading_days"), at=issued).deadline_at == until

    def test_p4_1_while_harm_goes_on_it_is_counted_in_hours(self) -> None:
        ground = Ground.stated("act", "harassment", "", subject="user", on=TODAY)

        term = notice_term(ground, trading_days=None, on=TODAY)

        assert a_notice(term=term).deadline_at == MONDAY + timedelta(hours=24)

    def test_p4_1_three_trading_days_are_the_default(self) -> None:
        assert term_of("notice_deadline", on=TODAY) == THREE_DAYS

    def test_p4_2_not_a_moment_before_it_is_a_notice_overdue(self) -> None:
        notice = a_notice()

        notice.come_due(WEEKS, at=DEADLINE - timedelta(seconds=1))
        before = notice.state
        notice.come_due(WEEKS, at=DEADLINE)
        notice.come_due(WEEKS, at=DEADLINE + timedelta(days=1))

        assert (before, notice.state, notice.overdue_since) == ("open", "overdue", DEADLINE)
        assert len([one for one in notice.facts if isinstance(one, NoticeOverdue)]) == 1

    def test_p4_1_nothing_is_guessed_past_the_calendars_end(self) -> None:
        notice = a_notice(calendar=SHORT)
        notice.come_due(SHORT, at=DEADLINE + timedelta(days=9))
        unknown = (notice.deadline_at, notice.state)

        notice.come_due(WEEKS, at=MONDAY + timedelta(days=1))

        assert unknown == (None, "open")
        assert (notice.deadline_at, notice.state) == (DEADLINE, "open")


class TestAnswers:
    def test_p4_1_an_overdue_notice_is_still_answered(self) -> None:
        notice = a_notice()
        notice.come_due(WEEKS, at=DEADLINE)

        notice.answer("迟到的答复", by="u-1", at=DEADLINE)

        assert [one.text for one in notice.answers] == ["迟到的答复"]

    def test_p4_1_a_closed_one_is_not(self) -> None:
        notice = a_notice()
        notice.close("corrected", Reviewer(user_id="rv-1"), at=MONDAY)

        with pytest.raises(NoticeIsClosed):
            notice.answer("?", by="u-1", at=MONDAY)

    def test_a_notice_takes_a_bounded_number_of_answers(self) -> None:
        notice = a_notice()
        for _ in range(ANSWERS_MAX):
            notice.answer("答复", by="u-1", at=MONDAY)

        with pytest.raises(TooManyAnswers):
            notice.answer("再答复", by="u-1", at=MONDAY)


def test_p4_3_a_tie_is_an_account_a_participant_or_ones_own_login() -> None:
    matter = Matter(kind="user", id="u-1", participant_id="p-1", account_refs=frozenset({"a" * 32}))
    tied = [
        Reviewer(user_id="rv-1", participant_id="p-1"),
        Reviewer(user_id="rv-1", account_refs=frozenset({"a" * 32})),
        Reviewer(user_id="u-1"),
    ]

    for one in tied:
        with pytest.raises(Exception, match="own-or-related-matter"):
            one.require_no_tie(matter)
    replace(tied[0], participant_id=None).require_no_tie(matter)
