"""Dated legal texts: one person proposes a version, another approves it (P19.1, P4.5)."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pledgeboard.failures import WrongUse
from pledgeboard.invocation import Invocation, invocation_of
from pledgeboard.languages import Text

app = typer.Typer(help="规则文本 / legal texts", no_args_is_help=True)

Key = Annotated[str | None, typer.Option(help="缺省每次不同 / by default a new one each time")]
ProposalId = Annotated[str, typer.Argument()]
TextFile = Annotated[Path, typer.Option(exists=True, dir_okay=False, readable=True, help="UTF-8")]
_COLUMNS = ("proposal_id", "kind", "version", "effective_from", "state")


@app.callback()
def texts() -> None:
    """规则文本 / legal texts."""


@app.command("list")
def list_proposals(context: typer.Context) -> None:
    """提出、通过与否决的版本，最新的在前 / proposed, approved and rejected versions, the newest first."""
    invocation = invocation_of(context)
    invocation.screen.table(invocation.platform.get("/legal-texts/proposals")["items"], _COLUMNS)


@app.command("propose")
def propose(  # noqa: PLR0913  # each is an option of the command line
    context: typer.Context,
    *,
    kind: Annotated[str, typer.Option(help="guide | declaration | privacy")],
    version: Annotated[str, typer.Option(help="版本 / its version")],
    effective_from: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="生效日 / from which day")],
    title_zh: Annotated[str, typer.Option(help="中文标题 / the Chinese title")],
    title_en: Annotated[str, typer.Option(help="英文标题 / the English title")],
    text_zh: TextFile,
    text_en: TextFile,
    idempotency_key: Key = None,
) -> None:
    """提出新版本，由另一人审批 / propose a new version."""
    invocation = invocation_of(context)
    body = {
        "kind": kind,
        "version": version,
        "effective_from": effective_from.date().isoformat(),
        "title_zh": title_zh,
        "title_en": title_en,
        "text_zh": _content(text_zh),
        "text_en": _content(text_en),
    }
    _say(invocation, invocation.tell("/legal-texts/proposals", idempotency_key=idempotency_key, json=body))


@app.command("approve")
def approve(context: typer.Context, proposal_id: ProposalId, idempotency_key: Key = None) -> None:
    """通过：自生效日起须重新接受 / approve: from its day on everybody is asked to accept it."""
    invocation = invocation_of(context)
    path = f"/legal-texts/proposals/{proposal_id}/approval"
    _say(invocation, invocation.tell(path, idempotency_key=idempotency_key))


@app.command("reject")
def reject(context: typer.Context, proposal_id: ProposalId, idempotency_key: Key = None) -> None:
    """否决 / reject it; its version is free again."""
    invocation = invocation_of(context)
    path = f"/legal-texts/proposals/{proposal_id}/rejection"
    _say(invocation, invocation.tell(path, idempotency_key=idempotency_key))


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(Text(zh=f"无法以 UTF-8 读取 {file}", en=f"{file} cannot be read as UTF-8")) from error


def _say(invocation: Invocation, made: dict[str, Any]) -> None:
    line = f"{made['proposal_id']} {made['kind']} {made['version']} {made['state']}"
    invocation.screen.result(
        made, Text(zh=f"{line}，{made['effective_from']} 起", en=f"{line}, from {made['effective_from']}")
    )
