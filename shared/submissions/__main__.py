"""`python -m submissions validate FILE --firm F001`: the rules over a file of JSON lines, offline."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from submissions.rules.table import rules
from submissions.validate import Report, validate_file

_PROBLEMS_SHOWN_MAX = 1000


def main(arguments: Sequence[str] | None = None, *, output: TextIO = sys.stdout, now: datetime | None = None) -> int:
    """Prints one JSON line per problem and a summary; the exit code is 0 when every record would be accepted."""
    parser = argparse.ArgumentParser(prog="submissions", description="Validate records before they are sent.")
    commands = parser.add_subparsers(dest="command", required=True)
    validate = commands.add_parser("validate", help="validate a file of JSON lines")
    validate.add_argument("file", type=Path)
    validate.add_argument("--firm", required=True, help="the firm whose records these are")
    chosen = parser.parse_args(arguments)
    if not chosen.file.is_file():
        parser.error(f"{chosen.file} is no file")
    # Offline there is no broker to give the time of receipt: the machine's clock stands for it.
    report = validate_file(chosen.file, firm_id=chosen.firm, now=now or datetime.now(UTC))  # noqa: TID251
    _print(report, output)
    return 0 if report.passes else 1


def _print(report: Report, output: TextIO) -> None:
    for line, finding in report.problems[:_PROBLEMS_SHOWN_MAX]:
        rule = rules()[finding.rule]
        problem = {
            "line": line,
            "rule": finding.rule,
            "severity": rule.severity,
            "path": finding.path,
            "value": finding.value,
            "message_zh": rule.message_zh,
            "message_en": rule.message_en,
            "example": rule.example,
        }
        output.write(json.dumps(problem, ensure_ascii=False) + "\n")
    summary = {
        "lines": report.lines,
        "outcomes": {outcome.value: count for outcome, count in sorted(report.outcomes.items())},
        "problems": len(report.problems),
        "gaps": [[gap.stream, gap.first, gap.last] for gap in report.gaps],
        "not_checked": dict(sorted(report.not_checked.items())),
    }
    output.write(json.dumps(summary, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
