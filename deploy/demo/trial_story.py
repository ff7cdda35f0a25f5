"""What a firm tries out: test topics with credentials of their own, the same rules, and nothing of it counts (T1)."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from demo import onboarding_story
from demo.firm_machine import read_messages, read_receipts, stream
from demo.monitor_story import Monitor
from demo.world import eventually

TRIED = 200
_WAITED = "PENDING_REFERENCE"


@dataclass
class Trial:
    """The first firm sends to its test topic what it has sent for real before."""

    monitor: Monitor
    credentials: dict[str, Any] = field(default_factory=dict)

    @property
    def firm_id(self) -> str:
        """Who tries."""
        return str(self.monitor.streams()[0]["firm_id"])

    def give_credentials(self) -> dict[str, Any]:
        """A principal of its own for the test topics, by two people, shown once."""
        made = onboarding_story.give_credentials(self.monitor.world, self.firm_id, environment="TEST")
        onboarding_story.keep(made, self.monitor.folder / f"{self.firm_id}.test.json")
        self.credentials = made
        return made

    def send(self) -> dict[str, Any]:
        """The first records of what the firm sent for real; answers what it is told."""
        sent = self.monitor.world.market / self.monitor.streams()[0]["file"]
        return asyncio.run(stream(self.credentials, read_messages(sent, ())[:TRIED]))

    def outcomes(self) -> dict[str, str]:
        """What was said of each of these records in the test, by firm, partition, offset and index."""
        return _outcomes(self.credentials)

    def real_outcomes(self) -> dict[str, str]:
        """What was said of the same records for real, but for those that lacked reference data then."""
        kept = json.loads(self.monitor.credentials[self.firm_id].read_text())
        return {one: outcome for one, outcome in _outcomes(kept).items() if outcome != _WAITED}

    def conservation(self) -> dict[str, Any]:
        """R9 of the test."""
        found: dict[str, Any] = self.monitor.analyst.ask(f"/firms/{self.firm_id}/conservation", environment="TEST").body
        return found

    def what_counts(self) -> dict[str, Any]:
        """Everything that a test must not move, once it stands still: figures follow what was accepted in a moment."""
        looks = [self._what_counts()]

        def still() -> dict[str, Any] | None:
            looks.append(self._what_counts())
            return looks[-1] if looks[-1] == looks[-2] else None

        return eventually(still, what="what arrived for real has been valued")

    def _what_counts(self) -> dict[str, Any]:
        analyst = self.monitor.analyst
        real = self.monitor.conservation(self.firm_id)
        return {
            "days": real["days"],
            "topic_end": real["topic_end"],
            "figures": {one["id"]: one["value"] for one in analyst.ask("/indicators").body["items"]},
            "alerts": [(one["id"], one["changed_at"]) for one in analyst.ask("/alerts").body["items"]],
        }

    def definition(self, definition_id: str) -> dict[str, Any]:
        """What a number is, as whoever signed in may read it."""
        found: dict[str, Any] = self.monitor.world.steward.ask(f"/definitions/{definition_id}").body
        return found


def _outcomes(credentials: dict[str, Any]) -> dict[str, str]:
    frames = asyncio.run(read_receipts(credentials, until=TRIED))
    return {
        _place(item.accession): str(item.outcome)
        for frame in frames
        if frame.kind == "slice"
        for item in frame.items
        if _offset(item.accession) < TRIED
    }


def _place(accession: str) -> str:
    """An accession but for what tells the environments apart: the beginning, and the check character that covers it."""
    return accession.removeprefix("T.").rpartition("-")[0]


def _offset(accession: str) -> int:
    return int(accession.split("-")[2])
