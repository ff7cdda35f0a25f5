"""Securities firms: onboarding one, with credentials that are shown once."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from pledgeboard.failures import WrongUse
from pledgeboard.invocation import invocation_of
from pledgeboard.languages import Text

app = typer.Typer(help="证券公司 / securities firms", no_args_is_help=True)


@app.callback()
def firms() -> None:
    """证券公司 / securities firms."""


@app.command("onboard")
def onboard(
    context: typer.Context,
    firm_id: Annotated[str, typer.Argument(help="机构代码 / the firm's id")],
    name: Annotated[str, typer.Option(help="机构名称 / the firm's name")],
    credentials_file: Annotated[
        Path | None, typer.Option(help="凭据写入此文件（仅本人可读），不显示 / write the credentials there instead")
    ] = None,
    idempotency_key: Annotated[str | None, typer.Option(help="缺省每次不同 / by default a new one each time")] = None,
) -> None:
    """接入一家机构：建立主题、授权，凭据只出示一次 / topics, access, and credentials that are shown once."""
    invocation = invocation_of(context)
    if credentials_file is not None and credentials_file.exists():
        raise WrongUse(Text(zh=f"{credentials_file} 已存在", en=f"{credentials_file} exists already"))
    made: dict[str, Any] = invocation.platform.post(
        "/firms", idempotency_key=idempotency_key or os.urandom(16).hex(), json={"firm_id": firm_id, "name": name}
    )
    if credentials_file is not None:
        _write_privately(credentials_file, made)
        invocation.screen.result(
            {"firm_id": firm_id, "credentials_file": str(credentials_file)},
            Text(zh=f"{firm_id} 已接入，凭据写入 {credentials_file}",
                 en=f"{firm_id} is onboarded, its credentials are in {credentials_file}"),
        )  # fmt: skip
        return
    lines = "\n".join(f"  {name}: {value}" for name, value in made.items() if value is not None)
    invocation.screen.result(made, Text(zh=f"{firm_id} 已接入：\n{lines}", en=f"{firm_id} is onboarded:\n{lines}"))
    if made.get("password"):
        invocation.screen.remark(
            Text(zh="口令只出示这一次，请妥善保存。", en="The password is shown this once: keep it safe.")
        )
    else:
        invocation.screen.remark(
            Text(
                zh="该请求此前已处理，口令已出示过，不再显示。", en="This was done before: the password was shown then."
            )
        )


def _write_privately(path: Path, document: dict[str, Any]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
