"""Writes a market as files: reference data as CSV by kind and day, streams as JSON lines, the rest as one manifest."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from finance.corporate_actions import CorporateAction
from market.holders import Holding
from market.master import Security
from market.prices import Closes
from market.registrations import Registration
from market.story import Key
from market.streams import Stream

MANIFEST = "market.json"
COLUMNS: dict[str, tuple[str, ...]] = {
    "calendar": ("day", "is_trading_day"),
    "security": (
        "market",
        "security",
        "name",
        "asset_class",
        "board",
        "industry",
        "listed_on",
        "a_capital",
        "a_float",
        "special_treatment",
        "suspended",
        "net_income_last_year",
    ),
    "price": ("market", "security", "close", "traded", "volume", "accrued_interest"),
    "corporate_action": (
        "market",
        "security",
        "ex_date",
        "bonus",
        "cash",
        "rights",
        "rights_price",
        "published_reference_price",
    ),
    "holding": (
        "unified_account",
        "market",
        "security",
        "share_class",
        "held",
        "frozen_quantity",
        "pledged",
        "settlement_collateral",
        "other_restricted",
        "release_date",
    ),
    "registration": (
        "number",
        "venue",
        "unified_account",
        "market",
        "security",
        "share_class",
        "quantity",
        "pledgee_account",
        "registered_on",
        "released_on",
    ),
}


class MarketFolder:
    """A folder that a market is written to; it remembers the reference files in the order of loading."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.reference: list[dict[str, Any]] = []

    def calendar(self, rows: Iterable[tuple[date, bool]], on: date) -> None:
        """The calendar's file."""
        self._write("calendar", on, ({"day": day, "is_trading_day": trading} for day, trading in rows))

    def securities(self, rows: Iterable[Security], on: date, *, name: str | None = None) -> None:
        """A file of the security master."""
        self._write("security", on, ({**_slots(one), "security": one.code} for one in rows), name=name)

    def prices(self, closes: Closes, on: date) -> None:
        """A day's closes; a security without a quote is left out."""
        self._write("price", on, ({"market": key[0], "security": key[1], **_slots(one)} for key, one in closes.items()))

    def corporate_actions(self, rows: Mapping[tuple[Key, date], CorporateAction], on: date) -> None:
        """The corporate actions known on a day."""
        self._write(
            "corporate_action",
            on,
            ({"market": key[0], "security": key[1], **_slots(one)} for (key, _), one in sorted(rows.items())),
        )

    def holdings(self, rows: Iterable[Holding], on: date) -> None:
        """A day's holdings."""
        self._write("holding", on, ({**asdict(one), "unified_account": one.account} for one in rows))

    def registrations(self, rows: Iterable[Registration], on: date) -> None:
        """A day's pledge registrations."""
        self._write("registration", on, (asdict(one) for one in rows))

    def stream(self, stream: Stream, *, suffix: str = "") -> dict[str, Any]:
        """A firm's lines; answers what the manifest says of them."""
        path = self._path("submissions", f"{stream.firm_id}{suffix}.ndjson")
        path.write_bytes(b"".join(line + b"\n" for line in stream.lines))
        return {
            "firm_id": stream.firm_id,
            "file": path.relative_to(self.root).as_posix(),
            "records": len(stream.lines),
            "expected": dict(sorted(stream.outcomes.items())),
            "gaps": [list(one) for one in stream.gaps],
            "planted": [asdict(one) for one in stream.planted],
        }

    def manifest(self, content: Mapping[str, Any]) -> Path:
        """The manifest: everything that is not a file of its own."""
        path = self._path(MANIFEST)
        text = json.dumps({**content, "reference": self.reference}, ensure_ascii=False, indent=1, default=_plain)
        path.write_text(text + "\n", encoding="utf-8")
        return path

    def _write(self, kind: str, on: date, rows: Iterable[Mapping[str, Any]], *, name: str | None = None) -> None:
        path = self._path("reference", kind, f"{name or on.isoformat()}.csv")
        count = 0
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS[kind], extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            for count, row in enumerate(rows, 1):  # noqa: B007  # the count is told in the manifest
                writer.writerow({column: _cell(row.get(column)) for column in COLUMNS[kind]})
        self.reference.append(
            {
                "kind": kind,
                "business_date": on.isoformat(),
                "file": path.relative_to(self.root).as_posix(),
                "rows": count,
            }
        )

    def _path(self, *parts: str) -> Path:
        path = self.root.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def read_manifest(root: Path) -> dict[str, Any]:
    """The manifest of a market that was written before."""
    content: dict[str, Any] = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    return content


def _slots(one: Any) -> dict[str, Any]:
    names: Sequence[str] = one.__slots__
    return {name: getattr(one, name) for name in names}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a manifest")
