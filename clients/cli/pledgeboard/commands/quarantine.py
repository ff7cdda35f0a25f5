"""What firms sent and nobody could read: size, hash and reason, never the body (R10)."""

from typing import Annotated

import typer

from pledgeboard.invocation import invocation_of

app = typer.Typer(help="隔离区 / the quarantine", no_args_is_help=True)

_COLUMNS = ("accession", "firm_id", "appended_at", "content_bytes", "content_sha256", "reason")


@app.callback()
def quarantine() -> None:
    """隔离区 / the quarantine."""


@app.command("list")
def list_quarantine(
    context: typer.Context,
    firm: Annotated[str | None, typer.Option(help="机构代码 / the firm's id")] = None,
    limit: Annotated[int, typer.Option(help="最多显示条数 / at most so many", min=1)] = 100,
) -> None:
    """最近隔离的在前：大小、哈希与原因 / the latest first: size, hash and reason."""
    invocation = invocation_of(context)
    found = invocation.platform.items("/quarantine", params={"firm_id": firm}, most=limit)
    invocation.screen.table(found, _COLUMNS)
