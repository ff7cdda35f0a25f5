"""The story of the other record types: what each firm's machine is told, what finds what, and what still waits."""

import asyncio
import json
from typing import Any

from demo.firm_machine import read_receipts
from demo.monitor_story import Monitor
from demo.world import eventually

TYPES = "type_streams"
_TOLD_WITHIN_S = 30.0


class RecordTypes:
    """What follows the monitor's story: one firm sends what its contracts have been waiting for."""

    def __init__(self, monitor: Monitor) -> None:
        self.monitor = monitor
        self.stated: dict[str, Any] = monitor.world.manifest["links"]
        self.firm_id: str = self.stated["firm_id"]

    def stream(self) -> dict[str, Any]:
        """The firm's machine sends a handful of every type; answers what it was told."""
        return self.monitor.stream_all(TYPES)[self.firm_id]

    def expected(self) -> dict[str, int]:
        """The outcomes that the market states."""
        return self.monitor.expected(self.firm_id, TYPES)

    def found(self) -> set[tuple[str, str]]:
        """The records that had waited and were told LINKED in a frame of the firm's own topic, once they were.

        Raises:
            NotInTime: one that is stated was not.
        """
        stated = {(record_type, key) for record_type, key in self.stated["found"]}
        credentials = json.loads(self.monitor.credentials[self.firm_id].read_text())

        def told() -> set[tuple[str, str]] | None:
            items = [item for frame in asyncio.run(read_receipts(credentials)) for item in frame.items]
            linked = {(one.type or "", one.key or "") for one in items if one.link == "LINKED"}
            return linked if stated <= linked else None

        return eventually(told, within=_TOLD_WITHIN_S, what=f"{sorted(stated)} are told to be linked")

    def waiting(self) -> dict[str, list[str]]:
        """The firm's disposals that wait for another record, once linking has come to them, and for what."""

        def shown() -> dict[str, list[str]] | None:
            items = self._ask("records", record_type="disposal")["items"]
            if any(one["link"] is None for one in items):
                return None
            return {one["record_key"]: sorted(one["waits_for"]) for one in items if one["link"] == "UNLINKED"}

        return eventually(shown, within=_TOLD_WITHIN_S, what="the disposals are linked or wait")

    def open_items(self) -> dict[str, int]:
        """How many items the firm has open, by kind."""
        counts: dict[str, int] = self._ask("open-items", limit=1)["counts"]
        return counts

    def streams(self) -> dict[str, dict[str, Any]]:
        """Every stream of the firm on its reporting day."""
        items = self._ask("streams", day=self.monitor.world.manifest["reported_on"])["items"]
        return {one["stream"]: one for one in items}

    def held(self, record_type: str) -> list[dict[str, Any]]:
        """What is held of a type."""
        items: list[dict[str, Any]] = self._ask("records", record_type=record_type)["items"]
        return items

    def _ask(self, path: str, **query: Any) -> Any:
        return self.monitor.analyst.ask(f"/firms/{self.firm_id}/{path}", **query).body
