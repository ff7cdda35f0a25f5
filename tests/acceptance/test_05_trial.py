"""What a firm tries out, over public doors: the same rules, receipts of its own, and nothing of it counts (T1)."""

from collections.abc import Callable
from typing import Any

import pytest

from demo.monitor_story import Monitor
from demo.stated import refusal_of
from demo.trial_story import Trial

pytestmark = pytest.mark.acceptance
_NOBODY = "0199a0b1-c2d3-7e4f-8a5b-6c7d8e9f0a1b"


@pytest.fixture(scope="module")
def trial(monitor: Monitor) -> Trial:
    if not monitor.conservation("F001")["applied_to"]:
        monitor.stream_all()
    return Trial(monitor)


@pytest.fixture(scope="module")
def tried(trial: Trial) -> dict[str, Any]:
    """What counted before, what the firm was told, and what counted afterwards."""
    before = trial.what_counts()
    made = trial.give_credentials()
    return {"made": made, "told": trial.send(), "before": before, "after": trial.what_counts()}


def test_t1_a_test_record_has_the_outcome_that_the_real_one_had(trial: Trial, tried: dict[str, Any]) -> None:
    outcomes, real = trial.outcomes(), trial.real_outcomes()

    assert tried["told"]["tiled"]
    assert real
    assert {one: outcomes[one] for one in real} == real


def test_t1_nothing_of_a_test_counts(trial: Trial, tried: dict[str, Any]) -> None:
    held = trial.conservation()

    assert tried["after"] == tried["before"]
    assert (held["environment"], held["holds"], held["topic_end"]) == ("TEST", True, tried["told"]["sent"])


def test_t1_each_environment_has_a_principal_of_its_own(trial: Trial, tried: dict[str, Any]) -> None:
    made = tried["made"]

    assert made["username"].endswith(f"test.firm.{trial.firm_id}")
    assert made["submissions_topic"].endswith(f"test.submissions.{trial.firm_id}")
    assert made["group_prefix"] == f"{made['username']}."


@pytest.mark.parametrize(
    "ask",
    [
        lambda world: world.steward.tell("POST", f"/firm-proposals/{_NOBODY}/approval", expect=200),
        lambda world: world.system_administrator.tell("POST", f"/firm-credentials/{_NOBODY}/approval", expect=200),
        lambda world: world.person("chief-tang").tell("POST", f"/firm-proposals/{_NOBODY}/approval", expect=200),
    ],
    ids=["who proposes firms", "who proposes credentials", "without a second factor"],
)
def test_nobody_takes_the_second_persons_place(trial: Trial, ask: Callable[[Any], object]) -> None:
    assert refusal_of(lambda: ask(trial.monitor.world)).status in {401, 403}


def test_i6_a_number_is_explained_to_whoever_signed_in(trial: Trial) -> None:
    page = trial.definition("valuation.coverage")

    assert (page["scope"], page["coverage_ratio"], page["unit"]) == ("merge_group", "full", "ratio")
    assert page["formula_zh"]
    assert page["as_of_en"].startswith("live:")
