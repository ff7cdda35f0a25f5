"""Verification: the queue, and a reviewer's word on one case (P11.9)."""

from typing import Annotated, Any

import typer

from pledgeboard.failures import WrongUse
from pledgeboard.invocation import Invocation, invocation_of
from pledgeboard.languages import Text

app = typer.Typer(help="信息核验 / verification", no_args_is_help=True)

CaseId = Annotated[str, typer.Argument(help="核验编号 / the case")]
Key = Annotated[str | None, typer.Option(help="缺省每次不同 / by default a new one each time")]
Most = Annotated[int, typer.Option(help="最多显示条数 / at most so many", min=1)]

_QUEUE_COLUMNS = ("case_id", "listing_id", "area", "queued_since", "claimed_by", "claimed_until")


@app.callback()
def review() -> None:
    """信息核验 / verification."""


@app.command("queue")
def queue(context: typer.Context, limit: Most = 100) -> None:
    """待人工核验的队列，最早的在前 / cases that ask for a person, oldest first."""
    invocation = invocation_of(context)
    invocation.screen.table(invocation.platform.items("/review/queue", params={}, most=limit), _QUEUE_COLUMNS)


@app.command("claim")
def claim(context: typer.Context, case_id: CaseId, idempotency_key: Key = None) -> None:
    """领取 30 分钟，或续期 / claim a case for 30 minutes, or renew."""
    invocation = invocation_of(context)
    made = invocation.tell(f"/review/cases/{case_id}/claim", idempotency_key=idempotency_key)
    invocation.screen.result(
        made, Text(zh=f"{case_id} 已领取，至 {made['until']}", en=f"{case_id} is yours until {made['until']}")
    )


@app.command("show")
def show(context: typer.Context, case_id: CaseId) -> None:
    """规则结果、发布内容与持有 / rule results beside listing and holdings; only while claimed."""
    invocation = invocation_of(context)
    found = invocation.platform.get(f"/review/cases/{case_id}")
    results = (found["decision"] or {"results": []})["results"]
    invocation.screen.result(
        found,
        Text(
            zh="\n".join(f"{_result(one)} {one['message_zh']}" for one in results) or "尚无规则结果",
            en="\n".join(f"{_result(one)} {one['message_en']}" for one in results) or "no rule has answered yet",
        ),
    )


@app.command("approve")
def approve(context: typer.Context, case_id: CaseId, idempotency_key: Key = None) -> None:
    """通过；以当日快照为准 / approve; it is published on the day's snapshot only."""
    invocation = invocation_of(context)
    _settle(invocation, invocation.tell(f"/review/cases/{case_id}/approval", idempotency_key=idempotency_key))


@app.command("return")
def give_back(
    context: typer.Context,
    case_id: CaseId,
    reason: Annotated[
        list[str], typer.Option(help="代码:字段，可重复 / code:pointer, e.g. content_unclear:/lines/0/quantity")
    ],
    idempotency_key: Key = None,
) -> None:
    """退回，附编码理由 / return with coded reasons."""
    invocation = invocation_of(context)
    reasons = {"reasons": [_reason(one) for one in reason]}
    made = invocation.tell(f"/review/cases/{case_id}/return", idempotency_key=idempotency_key, json=reasons)
    _settle(invocation, made)


def _result(one: dict[str, Any]) -> str:
    return f"{one['rule_id']} {one['clause']} {one['answer']} {one['pointer']}"


def _reason(text: str) -> dict[str, str]:
    code, colon, pointer = text.partition(":")
    if not (code and colon):
        raise WrongUse(
            Text(
                zh=f"理由 {text} 应写作 代码:字段，例如 content_unclear:/lines/0/quantity",
                en=f"Write reason {text} as code:pointer, for example content_unclear:/lines/0/quantity",
            )
        )
    return {"code": code, "pointer": pointer}


def _settle(invocation: Invocation, made: dict[str, Any]) -> None:
    waits = made.get("waits_for")
    zh, en = f"{made['case_id']} {made['state']}", f"{made['case_id']} {made['state']}"
    if waits:
        zh, en = f"{zh}，等待 {waits} 日终数据", f"{en}, waits for the end of {waits}"
    invocation.screen.result(made, Text(zh=zh, en=en))
