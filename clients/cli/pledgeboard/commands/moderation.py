"""Moderation: what was reported, to one moderator for a day (P16.2)."""

from typing import Annotated

import typer

from pledgeboard.invocation import invocation_of
from pledgeboard.languages import Text

app = typer.Typer(help="举报处理 / moderation", no_args_is_help=True)

CaseId = Annotated[str, typer.Argument()]
Key = Annotated[str | None, typer.Option(help="缺省每次不同 / by default a new one each time")]
_COLUMNS = ("case_id", "reported", "category", "opened_at", "claimed_by", "claimed_until", "outcome")


@app.callback()
def moderation() -> None:
    """举报处理 / moderation."""


@app.command("list")
def list_cases(
    context: typer.Context,
    *,
    decided: Annotated[bool, typer.Option("--decided", help="已办结的 / those that were decided")] = False,
    limit: Annotated[int, typer.Option(help="最多显示条数 / at most so many", min=1)] = 100,
) -> None:
    """待处理的，最早的在前 / reports that wait, the oldest first; metadata only."""
    invocation = invocation_of(context)
    wanted = {"decided": "true" if decided else None}
    invocation.screen.table(invocation.platform.items("/moderation/cases", params=wanted, most=limit), _COLUMNS)


@app.command("claim")
def claim(context: typer.Context, case_id: CaseId, idempotency_key: Key = None) -> None:
    """领取：证据仅向领取人开放 24 小时 / claim: the evidence opens to you alone, for 24 hours."""
    invocation = invocation_of(context)
    made = invocation.tell(f"/moderation/cases/{case_id}/claim", idempotency_key=idempotency_key)
    invocation.screen.result(
        made,
        Text(zh=f"{case_id} 已领取，至 {made['until']}，举报 {made['report_id']}",
             en=f"{case_id} is yours until {made['until']}, report {made['report_id']}"),
    )  # fmt: skip


@app.command("decide")
def decide(
    context: typer.Context,
    case_id: CaseId,
    outcome: Annotated[str, typer.Option(help="none | warning | notice")],
    note: Annotated[str, typer.Option(help="理由 / why")],
    idempotency_key: Key = None,
) -> None:
    """办结，双方均被告知结果 / decide a claimed case; both sides learn the outcome."""
    invocation = invocation_of(context)
    body = {"outcome": outcome, "note": note}
    made = invocation.tell(f"/moderation/cases/{case_id}/decision", idempotency_key=idempotency_key, json=body)
    line = f"{made['case_id']} {made['outcome']}"
    invocation.screen.result(made, Text(zh=line, en=line))
