"""The command line's table of contents: options of every command, and which commands there are."""

from typing import Annotated

import typer

from pledgeboard.commands import (
    alerts,
    applications,
    doctor,
    firm,
    live,
    moderation,
    notices,
    quarantine,
    reference,
    review,
    sanctions,
    sessions,
    texts,
)
from pledgeboard.exits import exit_codes
from pledgeboard.invocation import GATEWAY, ISSUER, invocation_of
from pledgeboard.languages import Language, Text
from pledgeboard.output import Output

app = typer.Typer(
    name="pledgeboard",
    help="质押撮合平台运维命令行 / the operators' command line of Pledgeboard",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(reference.app, name="reference")
app.add_typer(firm.app, name="firm")
app.add_typer(review.app, name="review")
app.add_typer(applications.app, name="applications")
app.add_typer(notices.app, name="notices")
app.add_typer(sanctions.app, name="sanctions")
app.add_typer(moderation.app, name="moderation")
app.add_typer(texts.app, name="texts")
app.add_typer(alerts.app, name="alerts")
app.add_typer(quarantine.app, name="quarantine")
app.command("live")(live.live)
app.command("sign-in")(sessions.sign_in)
app.command("sign-out")(sessions.sign_out)
app.command("doctor")(doctor.doctor)


@app.callback()
def options(
    context: typer.Context,
    output: Annotated[Output, typer.Option(help="输出格式 / for a person or a program")] = Output.TEXT,
    language: Annotated[Language | None, typer.Option(help="语言 / language", envvar="PLEDGEBOARD_LANGUAGE")] = None,
    gateway: Annotated[str, typer.Option(help="网关地址 / the gateway", envvar="PLEDGEBOARD_URL")] = GATEWAY,
    issuer: Annotated[str, typer.Option(help="身份提供方 / the identity provider", envvar="OIDC_ISSUER")] = ISSUER,
    profile: Annotated[
        str, typer.Option(help="登录档案，可同时保留多个用户 / whose tokens to use", envvar="PLEDGEBOARD_PROFILE")
    ] = "default",
) -> None:
    """质押撮合平台运维命令行 / the operators' command line of Pledgeboard."""
    invocation = invocation_of(context)
    invocation.screen.output = output
    if language is not None:
        invocation.screen.language = language
    invocation.gateway, invocation.issuer, invocation.profile = gateway, issuer, profile


@app.command("exit-codes")
def show_exit_codes(context: typer.Context) -> None:
    """列出退出码 / what each exit code means."""
    screen = invocation_of(context).screen
    for one in exit_codes():
        text = Text(zh=f"{one.code:>3}  {one.text.zh}", en=f"{one.code:>3}  {one.text.en}")
        screen.result({"code": one.code, "name": one.name, "zh": one.text.zh, "en": one.text.en}, text)
