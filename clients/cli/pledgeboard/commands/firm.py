"""Securities firms: on board by two people, and credentials by two more, which are shown once."""

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from pledgeboard.failures import WrongUse
from pledgeboard.invocation import Invocation, invocation_of
from pledgeboard.languages import Text

app = typer.Typer(help="证券公司 / securities firms", no_args_is_help=True)
credential = typer.Typer(help="机构凭据 / firms' credentials", no_args_is_help=True)
app.add_typer(credential, name="credential")

FirmId = Annotated[str, typer.Argument(help="机构代码 / the firm's id")]
Key = Annotated[str | None, typer.Option(help="缺省每次不同 / by default a new one each time")]
Reason = Annotated[str, typer.Option(help="理由 / why")]


class Environment(StrEnum):
    """What counts, and where a firm tries out what it sends."""

    PROD = "PROD"
    TEST = "TEST"


OfEnvironment = Annotated[Environment, typer.Option(help="环境 / environment; TEST 不计入 counts nowhere")]


@app.callback()
def firms() -> None:
    """证券公司 / securities firms."""


@app.command("onboard")
def onboard(
    context: typer.Context,
    firm_id: FirmId,
    name: Annotated[str, typer.Option(help="机构名称 / the firm's name")],
    idempotency_key: Key = None,
) -> None:
    """申请接入一家机构，由另一人审批 / propose a firm; another person approves."""
    invocation = invocation_of(context)
    made = _tell(invocation, "/firm-proposals", idempotency_key, {"firm_id": firm_id, "name": name})
    invocation.screen.result(
        made, Text(zh=f"{firm_id} 的接入申请 {made['id']} 待审批", en=f"{firm_id} is proposed ({made['id']})")
    )


@app.command("approve")
def approve(context: typer.Context, firm_id: FirmId, idempotency_key: Key = None) -> None:
    """审批接入：建立主题 / take a proposed firm on board: its topics are made."""
    invocation = invocation_of(context)
    proposal = _latest(invocation, "/firm-proposals", firm_id=firm_id)
    made = _tell(invocation, f"/firm-proposals/{proposal}/approval", idempotency_key)
    invocation.screen.result(
        made, Text(zh=f"{firm_id} 已接入：{made['status']}", en=f"{firm_id} is on board: {made['status']}")
    )


@app.command("decline")
def decline(context: typer.Context, firm_id: FirmId, reason: Reason, idempotency_key: Key = None) -> None:
    """不予接入 / decline a proposed firm."""
    invocation = invocation_of(context)
    proposal = _latest(invocation, "/firm-proposals", firm_id=firm_id)
    made = _tell(invocation, f"/firm-proposals/{proposal}/refusal", idempotency_key, {"reason": reason})
    invocation.screen.result(made, Text(zh=f"{firm_id} 的接入申请已退回", en=f"{firm_id} is declined"))


@credential.command("propose")
def propose_credential(
    context: typer.Context,
    firm_id: FirmId,
    environment: OfEnvironment = Environment.PROD,
    idempotency_key: Key = None,
) -> None:
    """申请签发凭据，由另一人审批 / propose a credential; another person approves."""
    invocation = invocation_of(context)
    made = _tell(invocation, f"/firms/{firm_id}/credentials", idempotency_key, {"environment": environment.value})
    invocation.screen.result(
        made,
        Text(zh=f"{firm_id} 的凭据申请 {made['id']} 待审批", en=f"{firm_id}'s credential is proposed ({made['id']})"),
    )


@credential.command("approve")
def approve_credential(
    context: typer.Context,
    firm_id: FirmId,
    environment: OfEnvironment = Environment.PROD,
    credentials_file: Annotated[
        Path | None, typer.Option(help="凭据写入此文件（仅本人可读），不显示 / write the credentials there instead")
    ] = None,
    idempotency_key: Key = None,
) -> None:
    """签发凭据，只出示一次 / issue a proposed credential; it is shown once."""
    invocation = invocation_of(context)
    if credentials_file is not None and credentials_file.exists():
        raise WrongUse(Text(zh=f"{credentials_file} 已存在", en=f"{credentials_file} exists already"))
    proposal = _latest(invocation, "/firm-credentials", firm_id=firm_id, environment=environment.value)
    made = _tell(invocation, f"/firm-credentials/{proposal}/approval", idempotency_key)
    _show(invocation, firm_id, made, credentials_file)


@credential.command("decline")
def decline_credential(
    context: typer.Context,
    firm_id: FirmId,
    reason: Reason,
    environment: OfEnvironment = Environment.PROD,
    idempotency_key: Key = None,
) -> None:
    """不予签发 / decline a proposed credential."""
    invocation = invocation_of(context)
    proposal = _latest(invocation, "/firm-credentials", firm_id=firm_id, environment=environment.value)
    made = _tell(invocation, f"/firm-credentials/{proposal}/refusal", idempotency_key, {"reason": reason})
    invocation.screen.result(made, Text(zh=f"{firm_id} 的凭据申请已退回", en=f"{firm_id}'s credential is declined"))


def _tell(
    invocation: Invocation, path: str, idempotency_key: str | None, body: dict[str, str] | None = None
) -> dict[str, Any]:
    content = {} if body is None else {"json": body}
    made: dict[str, Any] = invocation.platform.post(
        path, idempotency_key=idempotency_key or os.urandom(16).hex(), **content
    )
    return made


def _latest(invocation: Invocation, path: str, **wanted: str) -> str:
    """The firm's proposal that waits, or else its newest: whether that may be decided again the platform says."""
    proposals = [
        one
        for one in invocation.platform.get(path)["items"]
        if all(one[name] == value for name, value in wanted.items())
    ]
    if not proposals:
        said = " ".join(wanted.values())
        raise WrongUse(Text(zh=f"没有 {said} 的申请", en=f"nothing is proposed for {said}"))
    return str(min(proposals, key=lambda one: one["state"] != "open")["id"])


def _show(invocation: Invocation, firm_id: str, made: dict[str, Any], credentials_file: Path | None) -> None:
    if made.get("password") and credentials_file is not None:
        _write_privately(credentials_file, made)
        invocation.screen.result(
            {"firm_id": firm_id, "credentials_file": str(credentials_file)},
            Text(
                zh=f"{firm_id} 的凭据写入 {credentials_file}", en=f"{firm_id}'s credentials are in {credentials_file}"
            ),
        )
        return
    lines = "\n".join(f"  {name}: {value}" for name, value in made.items() if value is not None)
    invocation.screen.result(made, Text(zh=f"{firm_id} 的凭据：\n{lines}", en=f"The credential of {firm_id}:\n{lines}"))
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
