"""Tells what a firm tries out, and that nothing of it counts; then what one of the numbers means."""

from collections import Counter

from demo.screen import Screen
from demo.stated import require
from demo.trial_story import Trial


def tell_trial(trial: Trial, screen: Screen) -> None:
    """From test credentials to receipts that say the same as the real ones.

    Raises:
        StoryBroken: the test is answered differently, or something real has moved.
    """
    screen.chapter("试报环境", "The test environment: the same rules, and nothing of it counts")
    before = trial.what_counts()
    made = trial.give_credentials()
    screen.line(
        f"{trial.firm_id} 试报凭据", "credentials of its own:", f"{made['username']}, {made['submissions_topic']}"
    )
    told = trial.send()
    require(told["tiled"], f"the frames of the test do not tile the offsets: {told}")
    screen.line(f"{trial.firm_id} 试报 {told['sent']} 条", f"{told['frames']} frames:", str(told["outcomes"]))
    tried, real = trial.outcomes(), trial.real_outcomes()
    differing = {one: (tried.get(one), outcome) for one, outcome in real.items() if tried.get(one) != outcome}
    require(not differing, f"the test says otherwise: {differing}")
    screen.line("与正式报送逐条一致", "one by one as the real ones:", dict(Counter(real.values())))
    held = trial.conservation()
    require(held["holds"] and held["environment"] == "TEST", f"{held}")
    after = trial.what_counts()
    require(after == before, f"the test moved something real: {before} -> {after}")
    screen.line(
        "守恒、指标、预警未动",
        "conservation, figures and alerts stand as they stood:",
        f"test offsets {held['topic_end']}",
    )
    _definition(trial, screen)


def _definition(trial: Trial, screen: Screen) -> None:
    page = trial.definition("valuation.coverage")
    screen.line("口径页", f"what a number means (I6): {page['id']}", f"{page['unit']}, {page['scope']}")
    screen.note(f"{page['title_zh']}：{page['formula_zh']}")
    screen.note(f"{page['title_en']}: {page['formula_en']}")
    screen.note(f"{page['coverage_ratio_zh']} / {page['coverage_ratio_en']}")
