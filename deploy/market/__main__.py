"""`python -m market generate --seed 7 --out DIR` (and `--data DIR` for the real files)."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from market.real import DEFAULT_AS_OF, DEFAULT_DAYS, map_real
from market.synthetic import DEFAULT_TODAY, Size, generate


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes a market and says what it holds."""
    parser = argparse.ArgumentParser(prog="market", description="Make a market as files.")
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("generate", help="write a market's files")
    made.add_argument("--seed", type=int, default=7)
    made.add_argument("--out", type=Path, required=True)
    made.add_argument("--today", type=date.fromisoformat, default=DEFAULT_TODAY)
    made.add_argument("--contracts", type=int, default=Size().contracts)
    made.add_argument("--quiet-days", type=int, default=Size().quiet_days)
    made.add_argument("--fall-days", type=int, default=Size().fall_days)
    made.add_argument("--data", type=Path, default=os.environ.get("PLEDGEBOARD_DATA"), help="map real files instead")
    made.add_argument("--synthetic", action="store_true", help="even where PLEDGEBOARD_DATA names real files")
    made.add_argument("--as-of", type=date.fromisoformat, default=DEFAULT_AS_OF, help="day of the real book")
    made.add_argument("--days", type=int, default=DEFAULT_DAYS, help="trading days of real prices from then on")
    chosen = parser.parse_args(arguments)
    if chosen.data and not chosen.synthetic:
        manifest = map_real(Path(chosen.data), chosen.out, as_of=chosen.as_of, days=chosen.days, seed=chosen.seed)
    else:
        size = Size(quiet_days=chosen.quiet_days, fall_days=chosen.fall_days, contracts=chosen.contracts)
        manifest = generate(chosen.seed, chosen.out, today=chosen.today, size=size)
    for stream in (*manifest["streams"], *manifest.get("later_streams", [])):
        sys.stdout.write(f"{stream['firm_id']}: {stream['records']} records, expected {stream['expected']}\n")
    for assumption in manifest["assumptions"]:
        sys.stdout.write(f"- {assumption['zh']}\n  {assumption['en']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
