"""Reference data: loading a file of one kind and day."""

import hashlib
import json
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
_COMPLETED = "completed"
_INTERRUPTED = "interrupted"


class LoadNotCompleted(Failure):
    """The load is registered, but its snapshot was not complete in time."""

    exit = "unavailable"

    def __init__(self, load: dict[str, Any]) -> None:
        super().__init__(
            Text(
                zh=f"加载 {load['load_id']} 未按时完成，状态：{load['state']}。重新运行同一命令即可继续。",
                en=f"Load {load['load_id']} was not complete in time, its state is {load['state']}. "
                "Running the same command again goes on with it.",
            )
        )


@app.command("load")
def load(  # noqa: PLR0913, PLR0917  # each is an option of the command line
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="calendar, security, price, corporate_action, holding")],
    file: Annotated[Path, typer.Argument(help="文件 / the file", exists=True, dir_okay=False, readable=True)],
    date: Annotated[datetime, typer.Option(help="业务日期 / business date", formats=_DAY)],
    reason: Annotated[
        str | None, typer.Option(help="当日已有完整快照时必填 / needed where the day is complete already")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="utf-8（缺省）或 gb18030 / utf-8 by default")] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="缺省由种类、日期和文件内容得出 / by default made of kind, day and content")
    ] = None,
    wait_seconds: Annotated[float, typer.Option(help="等待快照完整的秒数，0 为不等 / 0: do not wait", min=0)] = 120,
) -> None:
    """登记一个快照；格式有误则整份不入 / load a file as a snapshot; of a malformed one nothing is loaded."""
    invocation = invocation_of(context)
    day = date.date().isoformat()
    fields = {"business_date": day, "reason": reason, "encoding": encoding}
    told = {name: value for name, value in fields.items() if value}
    key = idempotency_key or _key(told | {"kind": kind}, file)
    loaded = _send(invocation.platform, kind, file, told, key)
    deadline = time.monotonic() + wait_seconds
    while wait_seconds and loaded["state"] != _COMPLETED:
        if time.monotonic() > deadline:
            raise LoadNotCompleted(loaded)
        time.sleep(_POLL_S)
        # The same key and file go on where the saying of the rows was interrupted.
        interrupted = loaded["state"] == _INTERRUPTED
        loaded = (
            _send(invocation.platform, kind, file, told, key)
            if interrupted
            else invocation.platform.get(f"/reference/loads/{loaded['load_id']}")
        )
    invocation.screen.result(loaded, _line(loaded))


@app.command("status")
def status(context: typer.Context, load_id: Annotated[str, typer.Argument()]) -> None:
    """查询一次加载 / how a load stands."""
    invocation = invocation_of(context)
    found = invocation.platform.get(f"/reference/loads/{load_id}")
    invocation.screen.result(found, _line(found))


def _send(platform: Platform, kind: str, file: Path, told: dict[str, str], key: str) -> dict[str, Any]:
    with file.open("rb") as content:
        answer: dict[str, Any] = platform.post(
            f"/reference/{kind}/loads", idempotency_key=key, data=told, files={"file": (file.name, content)}
        )
    return answer


def _line(load: dict[str, Any]) -> Text:
    what, rows = f"{load['kind']} {load['business_date']}", load["row_count"]
    return Text(
        zh=f"{what} 第 {load['revision']} 版，{rows} 行，{load['state']}，{load['load_id']}",
        en=f"{what} revision {load['revision']}, {rows} rows, {load['state']}, {load['load_id']}",
    )


def _key(told: dict[str, str], file: Path) -> str:
    """The same file for the same day is the same command: sending it again after a broken connection is harmless."""
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    try:
        with file.open("rb") as content:
            while chunk := content.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise WrongUse(Text(zh=f"无法读取 {file}", en=f"{file} cannot be read")) from error
    return digest.hexdigest()
