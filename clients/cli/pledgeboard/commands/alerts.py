"""Alerts of the monitor, for the regulator's roles. Every look leaves its trace (M18.1)."""

from typing import Annotated

import typer

from pledgeboard.invocation import invocation_of
from pledgeboard.languages import Text

app = typer.Typer(help="监测警报 / alerts", no_args_is_help=True)

_COLUMNS = ("id", "indicator_id", "entity_id", "level", "state", "provisional", "since", "changed_at")


@app.callback()
def alerts() -> None:
    """监测警报 / alerts."""


@app.command("list")
def list_alerts(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help="open | cleared")] = None,
    level: Annotated[str | None, typer.Option(help="attention | warning | alert")] = None,
    indicator: Annotated[str | None, typer.Option(help="指标 / indicator, e.g. B11.2a")] = None,
    firm: Annotated[str | None, typer.Option(help="机构代码 / the firm's id")] = None,
    limit: Annotated[int, typer.Option(help="最多显示条数 / at most so many", min=1)] = 100,
) -> None:
    """最近变化的在前 / the latest change first."""
    invocation = invocation_of(context)
    wanted = {"state": state, "level": level, "indicator_id": indicator, "firm_id": firm}
    invocation.screen.table(invocation.platform.items("/alerts", params=wanted, most=limit), _COLUMNS)


@app.command("show")
def show(context: typer.Context, alert_id: Annotated[str, typer.Argument()]) -> None:
    """一条警报及其经过 / one alert and what happened to it."""
    invocation = invocation_of(context)
    found = invocation.platform.get(f"/alerts/{alert_id}")
    steps = "\n".join(f"  {one['business_date']} {one['change']} {one['level']}" for one in found["history"])
    head = f"{found['indicator_id']} {found['entity_id']} {found['level']} {found['state']}"
    invocation.screen.result(
        found, Text(zh=f"{found['title_zh']} {head}\n{steps}", en=f"{found['title_en']} {head}\n{steps}")
    )
