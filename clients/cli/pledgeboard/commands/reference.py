"""Reference data: loading a file of one kind and day."""

import hashlib
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pledgeboard.failures import Failure, WrongUse
from pledgeboard.invocation import invocation_of
from pledgeboard.languages import Text
from pledgeboard.platform import Platform

app = typer.Typer(help="基准数据 / reference data", no_args_is_help=True)

_DAY = ["%Y-%m-%d"]
_CHUNK = 1024 * 1024
_POLL_S = 0.2
_ENDED = {"complete", "completed", "stalled", "failed"}
_COMPLETE = {"complete", "completed"}


class LoadNotCompleted(Failure):
    """The load is registered, but its snapshot was not complete in time."""

    exit_code = 4


@app.command("load")
def load(  # noqa: PLR0913, PLR0917  # each is an option of the command line
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="calendar, security, price, corporate_action, holding")],
    file: Annotated[Path, typer.Argument(help="文件 / the file", exists=True, dir_okay=False, readable=True)],
    date: Annotated[datetime, typer.Option(help="业务日期 / business date", formats=_DAY)],
    reason: Annotated[
        str | None, typer.Option(help="当日已有完整快照时必填 / needed where the day is complete already")
    ] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="缺省由种类、日期和文件内容得出 / by default made of kind, day and content")
    ] = None,
    wait_seconds: Annotated[float, typer.Option(help="等待快照完整的秒数，0 为不等 / 0: do not wait", min=0)] = 120,
) -> None:
    """登记一个快照；格式有误则整份不入 / load a file as a snapshot; of a malformed one nothing is loaded."""
    invocation = invocation_of(context)
    day = date.date().isoformat()
    fields = {"business_date": day} | ({"reason": reason} if reason else {})
    key = idempotency_key or _key(kind, day, reason, file)
    with file.open("rb") as content:
        loaded: dict[str, Any] = invocation.platform.post(
            f"/reference/{kind}/loads", idempotency_key=key, data=fields, files={"file": (file.name, content)}
        )
    if wait_seconds:
        loaded |= _completed(invocation.platform, str(loaded["load_id"]), wait_seconds)
    rows, state = loaded.get("row_count", loaded.get("rows", "")), loaded.get("state", "")
    invocation.screen.result(
        loaded,
        Text(
            zh=f"{kind} {day} 第 {loaded.get('revision', 1)} 版 {rows} 行 {state} {loaded['load_id']}",
            en=f"{kind} {day} revision {loaded.get('revision', 1)} {rows} rows {state} {loaded['load_id']}",
        ),
    )


@app.command("status")
def status(context: typer.Context, load_id: Annotated[str, typer.Argument()]) -> None:
    """查询一次加载 / how a load stands."""
    invocation = invocation_of(context)
    found = invocation.platform.get(f"/reference/loads/{load_id}")
    line = f"{found.get('kind', '')} {found.get('business_date', '')} {found.get('state', '')}"
    invocation.screen.result(found, Text(zh=line, en=line))


def _completed(platform: Platform, load_id: str, within_s: float) -> dict[str, Any]:
    deadline = time.monotonic() + within_s
    while True:
        found: dict[str, Any] = platform.get(f"/reference/loads/{load_id}")
        if found.get("state") in _COMPLETE:
            return found
        if found.get("state") in _ENDED or time.monotonic() > deadline:
            raise LoadNotCompleted(
                Text(
                    zh=f"加载 {load_id} 未完成，状态：{found.get('state')}",
                    en=f"Load {load_id} is not complete, its state is {found.get('state')}",
                )
            )
        time.sleep(_POLL_S)


def _key(kind: str, day: str, reason: str | None, file: Path) -> str:
    """The same file for the same day is the same command: sending it again after a broken connection is harmless."""
    digest = hashlib.sha256(f"{kind}\n{day}\n{reason or ''}\n".encode())
    try:
        with file.open("rb") as content:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise WrongUse(Text(zh=f"无法读取 {file}", en=f"{file} cannot be read")) from error
    return digest.hexdigest()
