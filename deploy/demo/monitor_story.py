"""The monitor's story: firms come on board and stream, receipts answer, figures follow, an alert stands at the line."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from demo import onboarding_story, reference_story
from demo.world import NotInTime, World, eventually

COMPARED = ("M9.3a", "M9.3c", "M9.4a", "M9.4b")
_ALERT_AT = {"NORMAL": "-", "WARNING": "warning", "TRIGGERED": "alert"}
_PAGE = 100
# A machine ends by itself when nothing is told to it for long: this is for one that does not.
_STREAMED_WITHIN_S = 600
_LAST_WORDS_WITHIN_S = 10
_PROGRESS_EVERY_S = 0.5
_VALUED_WITHIN_S = 120

FIRST = "streams"
Progress = Callable[[int], None]


@dataclass
class Monitor:
    """What has happened so far: the firms' credential files."""

    world: World
    folder: Path
    credentials: dict[str, Path] = field(default_factory=dict)

    @property
    def analyst(self) -> Any:
        """Who looks at figures and alerts."""
        return self.world.person("analyst-lin", second_factor=True)

    def onboard(self, firm: dict[str, Any]) -> dict[str, Any]:
        """Takes a firm on board with its credentials, which are shown once."""
        onboarding_story.take_on_board(self.world, firm)
        made = onboarding_story.give_credentials(self.world, firm["firm_id"])
        self.credentials[firm["firm_id"]] = onboarding_story.keep(made, self.folder / f"{firm['firm_id']}.json")
        return made

    def streams(self, which: str = FIRST) -> list[dict[str, Any]]:
        """What the firms send: at first, or later; not every market has both."""
        found: list[dict[str, Any]] = self.world.manifest.get(which, [])
        return found

    def stream_all(self, which: str = FIRST, *, progress: Progress | None = None) -> dict[str, dict[str, Any]]:
        """All firms stream at once, each from a process of its own; answers what each was told.

        Meanwhile `progress` hears how many records have an outcome, as the platform says.
        """
        streams = self.streams(which)
        before = self._applied(streams)
        machines = {
            one["firm_id"]: _machine(
                self.credentials[one["firm_id"]], self.world.market / one["file"], self._extras(which)
            )
            for one in streams
        }
        deadline = time.monotonic() + _STREAMED_WITHIN_S
        try:
            while any(one.poll() is None for one in machines.values()) and time.monotonic() < deadline:
                if progress is not None:
                    progress(self._applied(streams) - before)
                time.sleep(_PROGRESS_EVERY_S)
            return {firm: _told(machine) for firm, machine in machines.items()}
        finally:
            for one in machines.values():
                one.kill()  # one that has ended takes no notice

    def expected(self, firm_id: str, which: str = FIRST) -> dict[str, int]:
        """The outcomes that the market states by construction, the unreadable message among the first ones."""
        (stream,) = (one for one in self.streams(which) if one["firm_id"] == firm_id)
        unreadable = self.world.manifest["unreadable"]["expected"] if which == FIRST else {}
        return dict(sorted((Counter(stream["expected"]) + Counter(unreadable)).items()))

    def _extras(self, which: str) -> list[Path]:
        return [self.world.market / self.world.manifest["unreadable"]["file"]] if which == FIRST else []

    def _applied(self, streams: list[dict[str, Any]]) -> int:
        return sum(self.conservation(one["firm_id"])["applied_to"] for one in streams)

    def conservation(self, firm_id: str) -> dict[str, Any]:
        """R9 for one firm."""
        found: dict[str, Any] = self.analyst.ask(f"/firms/{firm_id}/conservation").body
        return found

    def release_pending(self) -> dict[str, dict[str, Any]]:
        """The revised security master names what was unknown: pending records are decided."""
        day = self.world.manifest["today"]
        reference_story.load(self.world, "security", day)

        def decided() -> dict[str, dict[str, Any]] | None:
            found = {one: self.conservation(one) for one in self.credentials}
            return found if all(not _count(one, "PENDING_REFERENCE") for one in found.values()) else None

        return eventually(decided, what="no record is pending")

    def figures(self, stated: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The market's figures of a business day, by id, once they agree with what is stated for it.

        Raises:
            NotInTime: they do not; the message names each figure that differs. Figures follow the receipts within
                seconds, so that a moment of disagreement is no fault and a lasting one is.
        """
        differing: dict[str, Any] = {}

        def agreeing() -> dict[str, dict[str, Any]] | None:
            body = self.analyst.ask("/indicators").body
            found = {one["id"]: one for one in body["items"]}
            differing.clear()
            differing["business_date"] = body["freshness"]["business_date"]
            differing.update(
                {one: found.get(one, {}).get("value") for one in COMPARED if not _agrees(stated, found, one)}
            )
            return found if differing == {"business_date": stated["day"]} else None

        try:
            return eventually(agreeing, within=_VALUED_WITHIN_S, what=f"the book stands at {stated['day']}")
        except NotInTime as late:
            raise NotInTime(f"{late}: {differing}, stated {stated}") from late

    def replay(self) -> Iterator[tuple[dict[str, Any], dict[str, dict[str, Any]]]]:
        """Closes day by day through the fall: what the market states for a day, and the figures that agree with it."""
        for stated in self.world.manifest["indicators"]:
            if stated["day"] != self.world.manifest["reported_on"]:
                reference_story.load(self.world, "price", stated["day"])
            yield stated, self.figures(stated)

    def alert(self) -> dict[str, Any] | None:
        """The borrower's alert B11.2a, if one was ever raised."""
        line = self.world.manifest["at_the_line"]
        borrower = f"{line['firm_id']}/{line['borrower_id']}"  # borrowers are merged within a firm so far
        items = self.analyst.ask("/alerts", entity_id=borrower).body["items"]
        return items[0] if items else None

    def alert_state(self, day: str) -> str:
        """How the alert stands on a day, once it stands as the contract's stated level asks (B11.2a, AL2).

        Raises:
            NotInTime: it does not.
        """
        expected = _ALERT_AT[self._stated_level(day)]

        def standing() -> str | None:
            alert = self.alert()
            state = "-" if alert is None or alert["state"] == "cleared" else alert["level"]
            return state if state == expected else None

        return eventually(standing, what=f"{day}: the alert stands at {expected}")

    def _stated_level(self, day: str) -> str:
        """The level of the contract at the line; after the stated path its close stays where it is."""
        days, levels = self.world.manifest["fall_days"], self.world.manifest["at_the_line"]["levels"]
        return levels[min(days.index(day), len(levels) - 1)] if day in days else "NORMAL"

    def parts(self, indicator_id: str, *, at_most: int | None = None) -> list[dict[str, Any]]:
        """Every contract of a value, or the first ones."""
        found: list[dict[str, Any]] = []
        query: dict[str, Any] = {"limit": at_most or _PAGE}
        while True:
            page = self.analyst.ask(f"/indicators/{indicator_id}/contracts", **query).body
            found += page["items"]
            if page["next_cursor"] is None or (at_most is not None and len(found) >= at_most):
                return found
            query["cursor"] = page["next_cursor"]


def _agrees(stated: dict[str, Any], figures: dict[str, dict[str, Any]], name: str) -> bool:
    value = figures.get(name, {}).get("value")
    return value is not None and Fraction(stated[name]) == Fraction(value["exact"])


def _machine(credentials: Path, records: Path, extras: list[Path]) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "demo.firm_machine", *map(str, (credentials, records, *extras))]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603  # ourselves


def _told(machine: subprocess.Popen[str]) -> dict[str, Any]:
    output, complaint = machine.communicate(timeout=_LAST_WORDS_WITHIN_S)
    if machine.returncode:
        raise RuntimeError(f"the firm's machine failed: {complaint[-2000:]}")
    told: dict[str, Any] = json.loads(output)
    return told


def _count(conservation: dict[str, Any], outcome: str) -> int:
    return sum(day["outcomes"].get(outcome, 0) for day in conservation["days"])
