"""Steps of the operator's ladder: one person proposes, another approves (P4.2, P4.3)."""

from typing import Annotated, Any

import typer

from pledgeboard.invocation import Invocation, invocation_of
from pledgeboard.languages import Text

app = typer.Typer(help="处置措施 / sanctions", no_args_is_help=True)
lifting = typer.Typer(help="解除 / lifting a step", no_args_is_help=True)
app.add_typer(lifting, name="lift")
appeal = typer.Typer(help="申诉 / appeals against a step", no_args_is_help=True)
app.add_typer(appeal, name="appeal")

Key = Annotated[str | None, typer.Option(help="缺省每次不同 / by default a new one each time")]
SanctionId = Annotated[str, typer.Argument()]
Approve = Annotated[bool, typer.Option("--approve/--reject", help="同意或否决 / the second person's word")]
_COLUMNS = ("id", "step", "subject_kind", "subject_id", "state", "decided_at", "ends_on")


@app.callback()
def sanctions() -> None:
    """处置措施 / sanctions."""


@app.command("list")
def list_sanctions(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help="proposed | rejected | in_force | ended")] = None,
    limit: Annotated[int, typer.Option(help="最多显示条数 / at most so many", min=1)] = 100,
) -> None:
    """最新的在前 / the newest first."""
    invocation = invocation_of(context)
    invocation.screen.table(invocation.platform.items("/sanctions", params={"state": state}, most=limit), _COLUMNS)


@app.command("propose")
def propose(  # each is an option of the command line
    context: typer.Context,
    *,
    notice: Annotated[str, typer.Option(help="已逾期的催告 / the notice whose deadline passed")],
    step: Annotated[str, typer.Option(help="restrict | suspend | terminate")],
    statement: Annotated[str, typer.Option(help="理由 / why")],
    ends_on: Annotated[str | None, typer.Option(help="最后一日 / its last day")] = None,
    idempotency_key: Key = None,
) -> None:
    """提出一项措施，由另一人决定 / propose a step."""
    invocation = invocation_of(context)
    body = {"notice_id": notice, "step": step, "statement": statement, "ends_on": ends_on}
    told = {name: value for name, value in body.items() if value is not None}
    _say(invocation, invocation.tell("/sanctions", idempotency_key=idempotency_key, json=told))


@app.command("decide")
def decide(
    context: typer.Context, sanction_id: SanctionId, *, approve: Approve, reason: str = "", idempotency_key: Key = None
) -> None:
    """另一人同意或否决 / another person approves or rejects."""
    _decide(context, f"/sanctions/{sanction_id}/decision", {"approved": approve, "reason": reason}, idempotency_key)


@lifting.command("propose")
def propose_lift(
    context: typer.Context,
    sanction_id: SanctionId,
    *,
    reason: Annotated[str, typer.Option(help="理由 / why")],
    idempotency_key: Key = None,
) -> None:
    """提出解除 / propose to lift a step."""
    invocation = invocation_of(context)
    path = f"/sanctions/{sanction_id}/lift"
    _say(invocation, invocation.tell(path, idempotency_key=idempotency_key, json={"reason": reason}))


@lifting.command("decide")
def decide_lift(
    context: typer.Context, sanction_id: SanctionId, *, approve: Approve, idempotency_key: Key = None
) -> None:
    """另一人同意或否决解除 / another person lifts it, or lets it stand."""
    _decide(context, f"/sanctions/{sanction_id}/lift/decision", {"approved": approve}, idempotency_key)


@appeal.command("propose")
def propose_outcome(
    context: typer.Context,
    sanction_id: SanctionId,
    *,
    outcome: Annotated[str, typer.Option(help="upheld | reversed")],
    reason: Annotated[str, typer.Option(help="理由 / why")],
    idempotency_key: Key = None,
) -> None:
    """提出申诉结论，由另一人决定 / propose how an appeal ends."""
    body = {"outcome": outcome, "reason": reason}
    _decide(context, f"/sanctions/{sanction_id}/appeal/outcome", body, idempotency_key)


@appeal.command("decide")
def decide_appeal(
    context: typer.Context, sanction_id: SanctionId, *, approve: Approve, idempotency_key: Key = None
) -> None:
    """另一人同意或否决结论 / another person approves or rejects the outcome."""
    _decide(context, f"/sanctions/{sanction_id}/appeal/decision", {"approved": approve}, idempotency_key)


def _decide(context: typer.Context, path: str, body: dict[str, Any], idempotency_key: str | None) -> None:
    invocation = invocation_of(context)
    _say(invocation, invocation.tell(path, idempotency_key=idempotency_key, json=body))


def _say(invocation: Invocation, made: dict[str, Any]) -> None:
    line = f"{made['id']} {made['step']} {made['state']}"
    invocation.screen.result(made, Text(zh=line, en=line))
