"""Notices: a correction is demanded, and the demand is closed (P4.1)."""

from typing import Annotated, Any

import typer

from pledgeboard.invocation import Invocation, invocation_of
from pledgeboard.languages import Text

app = typer.Typer(help="催告 / notices", no_args_is_help=True)

Key = Annotated[str | None, typer.Option(help="缺省每次不同 / by default a new one each time")]
_COLUMNS = ("id", "subject_kind", "subject_id", "state", "issued_by", "issued_at", "deadline_at")


@app.callback()
def notices() -> None:
    """催告 / notices."""


@app.command("list")
def list_notices(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help="open | overdue | closed")] = None,
    limit: Annotated[int, typer.Option(help="最多显示条数 / at most so many", min=1)] = 100,
) -> None:
    """最新的在前 / the newest first."""
    invocation = invocation_of(context)
    invocation.screen.table(invocation.platform.items("/notices", params={"state": state}, most=limit), _COLUMNS)


@app.command("show")
def show(context: typer.Context, notice_id: Annotated[str, typer.Argument()]) -> None:
    """催告的依据与答复 / one notice with its evidence and answers."""
    invocation = invocation_of(context)
    found = invocation.platform.get(f"/notices/{notice_id}")
    answers = [f"  {one['text']}" for one in found["answers"]]
    text = "\n".join([f"{found['id']} {found['state']} {found['evidence']}", *answers])
    invocation.screen.result(found, Text(zh=text, en=text))


@app.command("issue")
def issue(  # noqa: PLR0913  # each is an option of the command line
    context: typer.Context,
    *,
    listing: Annotated[str | None, typer.Option(help="发布信息编号 / the listing")] = None,
    participant: Annotated[str | None, typer.Option(help="参与人 / the participant")] = None,
    user: Annotated[str | None, typer.Option(help="仅该用户的行为 / one login's conduct, with --participant")] = None,
    code: Annotated[str, typer.Option(help="依据代码 / the ground's code, e.g. field_untrue")],
    ground: Annotated[str, typer.Option(help="rule | field | act")] = "field",
    pointer: Annotated[str, typer.Option(help="所涉字段 / the field it is about")] = "",
    evidence: Annotated[str, typer.Option(help="证据 / evidence")],
    trading_days: Annotated[
        int | None, typer.Option(help="期限，缺省按依据 / by default the ground's own", min=1)
    ] = None,
    idempotency_key: Key = None,
) -> None:
    """催告更正，附依据、证据与期限 / demand a correction."""
    invocation = invocation_of(context)
    body: dict[str, Any] = {
        "subject": _subject(listing, participant, user),
        "ground": {"kind": ground, "code": code, "pointer": pointer},
        "evidence": evidence,
    }
    if trading_days is not None:
        body["deadline_trading_days"] = trading_days
    _say(invocation, invocation.tell("/notices", idempotency_key=idempotency_key, json=body))


@app.command("close")
def close(
    context: typer.Context,
    notice_id: Annotated[str, typer.Argument()],
    reason: Annotated[str, typer.Option(help="corrected | withdrawn")] = "corrected",
    idempotency_key: Key = None,
) -> None:
    """由发出人了结 / its issuer closes it."""
    invocation = invocation_of(context)
    path = f"/notices/{notice_id}/closing"
    _say(invocation, invocation.tell(path, idempotency_key=idempotency_key, json={"reason": reason}))


def _subject(listing: str | None, participant: str | None, user: str | None) -> dict[str, str]:
    if listing is not None and participant is None and user is None:
        return {"kind": "listing", "id": listing}
    if participant is not None and listing is None:
        return (
            {"kind": "user", "id": participant, "user_id": user} if user else {"kind": "participant", "id": participant}
        )
    raise typer.BadParameter("--listing | --participant [--user]")


def _say(invocation: Invocation, made: dict[str, Any]) -> None:
    deadline = made["deadline_at"] or "-"
    invocation.screen.result(
        made,
        Text(zh=f"{made['id']} {made['state']}，期限 {deadline}", en=f"{made['id']} {made['state']}, until {deadline}"),
    )
