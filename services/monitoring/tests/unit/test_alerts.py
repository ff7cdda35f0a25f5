"""B11.2a of a borrower and the life of its alert (AL1, AL2, AL4, AL7)."""

from datetime import date, datetime

import pytest

from chassis.kernel import SHANGHAI, new_id
from monitoring.domain.alert import (
    Alert,
    AlertChanged,
    AlertCleared,
    AlertConfirmed,
    AlertEased,
    AlertRaised,
    AlertWorsened,
    Entity,
    Judgement,
    Moment,
    confirm,
    judge,
)
from monitoring.domain.borrower import BORROWER_LEVEL, NO_CONTRACT, Standing, standing, standings
from monitoring.domain.metric_registry import registry
from monitoring.domain.valuation import value_book
from monitoring.tests.book import DAY, a_contract, a_line, a_market, worked_book

LIVE = Moment(day=DAY, at=datetime(2026, 3, 31, 15, 1, tzinfo=SHANGHAI))
END = Moment(day=DAY, at=datetime(2026, 3, 31, 22, 0, tzinfo=SHANGHAI), end_of_day=True)
BORROWER = Entity(kind="borrower", id="F1/B1", firm_id="F1")


def said(alert: Alert | None, code: int | None, moment: Moment = LIVE, *, partial: bool = False) -> AlertChanged | None:
    judgement = Judgement(
        metric=registry().get(BORROWER_LEVEL), standing=Standing(code, partial), moment=moment, entity=BORROWER
    )
    return judge(alert, judgement, new_id=new_id())


def an_alert(code: int = 1, moment: Moment = LIVE) -> Alert:
    raised = said(None, code, moment)
    assert raised is not None
    return raised.alert


class TestStanding:
    def test_b11_2a_of_the_worked_book(self) -> None:
        found = standings(value_book(worked_book(), a_market()))

        assert {name: one.code for name, one in found.items()} == {"B1": 0, "B2": 1, "B3": 2, "B4": 0}

    @pytest.mark.parametrize(
        ("codes", "expected"),
        [
            ([0, 1, 0], Standing(1)),
            ([0, None], Standing(None)),
            ([2, None], Standing(2, partial=True)),
            ([None], Standing(None)),
            ([], NO_CONTRACT),
        ],
    )
    def test_b11_2a_keeps_a_known_part_at_a_line_and_is_unknown_otherwise(
        self, codes: list[int | None], expected: Standing
    ) -> None:
        assert standing(codes) == expected


class TestRaising:
    def test_b11_2a_raised_at_exactly_the_line(self) -> None:
        at = value_book([a_contract(lines=(a_line(shares=640_000),))], a_market())
        a_fen_above = value_book([a_contract(lines=(a_line(shares=640_000, cash_fen=1),))], a_market())

        raised = said(None, standings(at)["B1"].code)

        assert isinstance(raised, AlertRaised)
        assert raised.alert.level == "warning"
        assert said(None, standings(a_fen_above)["B1"].code) is None

    def test_b11_2a_at_the_liquidation_line_is_an_alert(self) -> None:
        assert an_alert(code=2).level == "alert"

    def test_al1_nothing_is_said_while_it_persists(self) -> None:
        assert said(an_alert(), 1) is None

    def test_al1_worsens_and_eases_as_one_alert(self) -> None:
        alert = an_alert()

        worse = said(alert, 2)
        assert isinstance(worse, AlertWorsened)
        better = said(worse.alert, 1)

        assert isinstance(better, AlertEased)
        assert alert.id == worse.alert.id == better.alert.id

    def test_a_partial_standing_is_marked(self) -> None:
        raised = said(None, 1, partial=True)

        assert raised is not None
        assert raised.alert.partial


class TestClearing:
    def test_al2_contract_levels_have_no_hysteresis(self) -> None:
        cleared = said(an_alert(), 0)

        assert isinstance(cleared, AlertCleared)
        assert not cleared.alert.is_open

    def test_al7_unknown_never_clears(self) -> None:
        assert said(an_alert(), None) is None


class TestProvisional:
    def test_al4_live_alerts_are_provisional_until_the_end_of_day(self) -> None:
        alert = an_alert()

        confirmed = confirm(alert, END)

        assert alert.provisional
        assert isinstance(confirmed, AlertConfirmed)
        assert not confirmed.alert.provisional

    def test_al4_what_is_confirmed_is_not_confirmed_again(self) -> None:
        confirmed = confirm(an_alert(), END)

        assert confirmed is not None
        assert confirm(confirmed.alert, END) is None

    def test_al4_the_end_of_day_itself_raises_what_stands(self) -> None:
        assert not an_alert(moment=END).provisional


def test_the_day_an_alert_was_raised_stays_when_it_worsens() -> None:
    later = Moment(day=date(2026, 4, 1), at=datetime(2026, 4, 1, 15, 0, tzinfo=SHANGHAI))

    worse = said(an_alert(), 2, later)

    assert worse is not None
    assert (worse.alert.raised_on, worse.alert.since) == (DAY, date(2026, 4, 1))
