"""Applications for access: claimed, then approved, refused with codes, or asked about (P6.3)."""

from typing import Annotated, Any

import typer

from pledgeboard.invocation import invocation_of
from pledgeboard.languages import Text

app = typer.Typer(help="使用申请 / applications for access", no_args_is_help=True)

ApplicationId = Annotated[str, typer.Argument(help="申请编号 / the application")]
Key = Annotated[str | None, typer.Option(help="缺省每次不同 / by default a new one each time")]
_COLUMNS = ("application_id", "category", "kind", "filed_at", "claimed")


@app.callback()
def applications() -> None:
    """使用申请 / applications for access."""


@app.command("list")
def list_applications(
    context: typer.Context,
    limit: Annotated[int, typer.Option(help="最多显示条数 / at most so many", min=1)] = 100,
) -> None:
    """待审核的，等待最久的在前 / those that wait, the longest waiting first."""
    invocation = invocation_of(context)
    invocation.screen.table(invocation.platform.items("/access-applications", params={}, most=limit), _COLUMNS)


@app.command("claim")
def claim(context: typer.Context, application_id: ApplicationId, idempotency_key: Key = None) -> None:
    """领取 30 分钟，或续期 / claim it for 30 minutes, or renew."""
    invocation = invocation_of(context)
    made = invocation.tell(f"/access-applications/{application_id}/claim", idempotency_key=idempotency_key)
    invocation.screen.result(
        made,
        Text(zh=f"{application_id} 已领取，至 {made['until']}", en=f"{application_id} is yours until {made['until']}"),
    )


@app.command("show")
def show(context: typer.Context, application_id: ApplicationId) -> None:
    """申请全文，仅向领取人显示 / all of it, for whoever has claimed it."""
    invocation = invocation_of(context)
    found = invocation.platform.get(f"/access-applications/{application_id}")
    line = f"{found['application_id']} {found['state']}"
    invocation.screen.result(found, Text(zh=line, en=line))


@app.command("approve")
def approve(context: typer.Context, application_id: ApplicationId, idempotency_key: Key = None) -> None:
    """通过；身份核验完成后开通 / approve; access follows when the identity is certified."""
    _decide(context, f"/access-applications/{application_id}/approval", None, idempotency_key)


@app.command("refuse")
def refuse(
    context: typer.Context,
    application_id: ApplicationId,
    reason: Annotated[list[str], typer.Option(help="代码，可重复 / a code, may be repeated, e.g. data_differ")],
    idempotency_key: Key = None,
) -> None:
    """不予通过，附编码理由 / refuse with coded reasons."""
    _decide(context, f"/access-applications/{application_id}/refusal", {"reasons": reason}, idempotency_key)


@app.command("ask")
def ask(
    context: typer.Context,
    application_id: ApplicationId,
    question: Annotated[str, typer.Option(help="须补充的内容 / what is missing")],
    idempotency_key: Key = None,
) -> None:
    """要求补充 / ask for more before deciding."""
    _decide(context, f"/access-applications/{application_id}/question", {"question": question}, idempotency_key)


def _decide(context: typer.Context, path: str, body: dict[str, Any] | None, idempotency_key: str | None) -> None:
    invocation = invocation_of(context)
    content = {} if body is None else {"json": body}
    made = invocation.tell(path, idempotency_key=idempotency_key, **content)
    line = f"{made['application_id']} {made['state']}"
    invocation.screen.result(made, Text(zh=line, en=line))
