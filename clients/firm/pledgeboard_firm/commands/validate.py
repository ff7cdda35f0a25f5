"""`validate FILE`: the platform's own rules over a file, offline (R12)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pledgeboard_firm.exits import exit_code, weights
from pledgeboard_firm.invocation import invocation_of
from pledgeboard_firm.telling import with_example
from pledgeboard_firm.words import Text
from submissions.outcome import Finding
from submissions.rules.table import rules
from submissions.validate import Report, validate_file

_PROBLEMS_SHOWN_MAX = 1000


def validate(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSON 行文件 / JSON lines", exists=True, dir_okay=False, readable=True)],
    firm: Annotated[
        str | None, typer.Option(help="机构代码，缺省取自接入档案 / whose records; by default the profile's")
    ] = None,
) -> None:
    """离线校验，规则与平台相同；不发送任何内容 / the platform's own rules, offline; nothing is sent."""
    invocation = invocation_of(context)
    # Offline there is no broker to give the time of receipt: the machine's clock stands for it.
    now = datetime.now(UTC)  # noqa: TID251
    report = validate_file(file, firm_id=firm or invocation.profile.firm_id, now=now)
    for line, finding in report.problems[:_PROBLEMS_SHOWN_MAX]:
        document = _problem(line, finding)
        invocation.screen.result(document, _problem_text(document))
    invocation.screen.result(_summary(report), _summary_text(report))
    raise typer.Exit(exit_code("done" if report.passes else "would_be_refused"))


def _problem(line: int, finding: Finding) -> dict[str, Any]:
    rule = rules()[finding.rule]
    return {
        "line": line,
        "rule": finding.rule,
        "severity": rule.severity,
        "path": finding.path,
        "value": finding.value,
        "message_zh": rule.message_zh,
        "message_en": rule.message_en,
        "example": rule.example,
    }


def _problem_text(found: dict[str, Any]) -> Text:
    where = f"{found['rule']} {found['path']}" + (f"={found['value']}" if found["value"] is not None else "")
    said = with_example(found)
    return Text(zh=f"第 {found['line']} 行 {where} {said.zh}", en=f"line {found['line']}: {where} {said.en}")


def _summary(report: Report) -> dict[str, Any]:
    return {
        "lines": report.lines,
        "outcomes": {str(outcome): count for outcome, count in sorted(report.outcomes.items())},
        "problems": len(report.problems),
        "gaps": [[gap.stream, gap.first, gap.last] for gap in report.gaps],
        "not_checked": dict(sorted(report.not_checked.items())),
    }


def _summary_text(report: Report) -> Text:
    zh = "，".join(f"{weights()[one].text.zh} {count}" for one, count in sorted(report.outcomes.items()))
    en = ", ".join(f"{weights()[one].text.en} {count}" for one, count in sorted(report.outcomes.items()))
    left = sorted(report.not_checked)
    return Text(
        zh=f"{report.lines} 行：{zh or '无记录'}" + (f"；须由平台核对：{' '.join(left)}" if left else ""),
        en=f"{report.lines} lines: {en or 'no record'}" + (f"; left to the platform: {' '.join(left)}" if left else ""),
    )
